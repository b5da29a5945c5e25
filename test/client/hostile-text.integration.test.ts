import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LiveLine } from '../../client/terminal/live-line.ts';
import { report } from '../../client/terminal/report-error.ts';
import { hourFolder } from '../../bronze/keys.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ManifestUnreadable } from '../../bronze/errors.ts';
import { runVerb } from '../support/command-line.ts';
import { putManifest } from '../support/manifests.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const HOSTILE = 'x\u009b2J\u202etxt\u2028\u007f';
const SHOWN = 'x\\u{9b}2J\\u{202e}txt\\u{2028}\\u{7f}';
const IN_JSON = 'x\\u009b2J\\u202etxt\\u2028\\u007f';
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
});

afterAll(() => pipeline.close());

it.each([false, true])(
  'verify prints the key of an orphan without control characters (JSON: %j)',
  async (json) => {
    const hour = '2026-03-01T05';
    const folder = hourFolder('amplitude', 'events', parseHourWindow(hour));
    await putManifest(pipeline.bucket, 'amplitude', hour, { events: 0 });
    await pipeline.bucket.putText(`${folder}${HOSTILE}`, 'x', 'text/plain');
    const range = ['--from', hour, '--to', hour];
    const { out, err } = await runVerb(['verify', ...range, ...(json ? ['--json'] : [])], pipeline.env);
    expect(out).toContain(`${folder}${json ? IN_JSON : SHOWN}`);
    expect(out + err).not.toMatch(OBEYED);
  },
);

it.each([false, true])('an error is printed without control characters (JSON: %j)', (json) => {
  const printed: unknown[] = [];
  vi.spyOn(console, json ? 'log' : 'error').mockImplementation((...texts: unknown[]) =>
    printed.push(...texts),
  );
  report(new ManifestUnreadable(`${HOSTILE}\nand more`), json, (text) => text);
  vi.restoreAllMocks();
  expect(printed.join('\n')).not.toMatch(OBEYED);
  expect(printed.join('\n')).toContain(json ? IN_JSON : `${SHOWN}\nand more`);
});

it('a live line shows a state without control characters', () => {
  const written: string[] = [];
  const out = { isTTY: false, columns: 80, write: (text: string) => written.push(text) };
  new LiveLine(out as unknown as NodeJS.WriteStream).show(HOSTILE);
  expect(written).toEqual([`${SHOWN}\n`]);
});
