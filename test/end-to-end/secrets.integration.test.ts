import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allErrorTypes, type ErrorType } from '../../core/error-types.ts';
import { pMap } from '../../core/p-map.ts';
import { errorPaths, leavePending, otherPaths } from '../support/secrets/error-paths.ts';
import { keysIn } from '../support/secrets/keys.ts';
import { EchoingPipeline } from '../support/secrets/echoing-pipeline.ts';

/** How many error paths run at once. */
const CONCURRENCY = 5;

let echoing: EchoingPipeline;
/** The output of each error path. */
const outputs = new Map<string, string>();
let everything: [place: string, text: string][];

beforeAll(async () => {
  echoing = await EchoingPipeline.open();
  const paths = [...Object.entries(errorPaths), ...Object.entries(otherPaths)];
  await pMap(
    paths,
    async ([name, path]) => {
      if (typeof path === 'function') outputs.set(name, await path(echoing));
    },
    { concurrency: CONCURRENCY },
  );
  await leavePending(echoing);
  // A worker sends its spans every five seconds.
  await echoing.collector.hasSpan('RunActivity:extract');
  everything = await echoing.everything();
});

afterAll(() => echoing.close());

describe('an error of the type', () => {
  it.each(allErrorTypes.filter(isCaused))('%s shows no secret', (type) => {
    expect(outputs.get(type)).toContain(type);
    expect(keysIn(outputs.get(type) ?? '', echoing.env)).toEqual([]);
  });

  it('is caused by a path, or its message can hold no secret for a given reason', () => {
    const others = allErrorTypes.filter((type) => !isCaused(type)).map((type) => errorPaths[type]);
    expect(others).toEqual(others.map(() => ({ holdsNone: expect.stringMatching(/^it names /) as string })));
    expect(others.length).toBeLessThan(8);
  });
});

describe('no secret is shown by', () => {
  it.each(Object.keys(otherPaths))('%s', (name) => {
    expect(outputs.get(name)).not.toBe('');
    expect(keysIn(outputs.get(name) ?? '', echoing.env)).toEqual([]);
  });
});

describe('no secret is in', () => {
  it.each([
    ['a history', /^a history$/, 6],
    [
      'the description of a run: memo, search attributes, heartbeats and failures of pending activities',
      /^the description of /,
      6,
    ],
    ['the current details of a run', /^the details of /, 6],
    ['the log of a worker', /^the worker$/, 1],
    ['an operation log', /\/logs\/.*\.csv$/, 20],
    ['a manifest', /\/manifests\/.*\.json$/, 2],
    ['a notification', /^a notification$/, 2],
    ['the metrics of a worker', /^the metrics$/, 1],
    ['the answer to a readiness probe', /^the readiness$/, 1],
    ['the traces of a worker', /^the traces$/, 1],
    ['the page of status', /^status\.html$/, 1],
    ['the cache of status', /^ledger-.*\.json$/, 1],
    ['the output of verbs and attempts', /^./, 60],
  ])('%s', (_name, place, atLeast) => {
    const texts = everything.filter(([where]) => place.test(where));
    expect(texts.length).toBeGreaterThanOrEqual(atLeast);
    const leaks = texts.map(([where, text]) => [where, keysIn(text, echoing.env)] as const);
    expect(leaks.filter(([, keys]) => keys.length > 0)).toEqual([]);
  });

  it('the searched texts, which do quote the source', () => {
    const all = everything.map(([, text]) => text).join('\n');
    // Three stars replace each key.
    expect(all).toMatch(/as invalid \(400\): "<p>Basic \*\*\*/);
    expect(all).toMatch(/the member \\*"\*\*\*\/\*\*\*\/\*\*\*\.\.\./);
    expect(all).toContain('{"step":"requesting"');
    expect(all).toContain('type="AccessDenied"');
    expect(all).toContain('RunActivity:extract');
  });
});

/** True when a path causes errors of a type, false when they can hold no secret. */
function isCaused(type: ErrorType): boolean {
  return typeof errorPaths[type] === 'function';
}
