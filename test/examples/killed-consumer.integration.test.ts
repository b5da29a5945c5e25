import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { findHttpfs } from '../../local/binaries/httpfs.ts';
import { settingsFor } from '../../local/examples/duckdb-settings.ts';
import { startScript, type Ended } from '../support/command-line.ts';
import { differingTables } from '../support/compare-databases.ts';
import { sampleEvents, TestBucket } from '../support/example-bucket.ts';

const script = fileURLToPath(new URL('../support/load-landed.js', import.meta.url));
const FIRST = parseHourWindow('2026-01-01T02');
const EMPTY = parseHourWindow('2026-01-01T03');
const CHANGED = parseHourWindow('2026-01-01T04');

let landed: TestBucket;
let folder: string;
let consumerArguments: string[];

beforeAll(async () => {
  landed = await TestBucket.make();
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-killed-'));
  // One hour in each load, so that the consumer is killed between hours too.
  consumerArguments = [await settingsFor(landed.address, 1), await findHttpfs((line) => console.log(line))];
  for (const window of [FIRST, EMPTY, CHANGED]) await landed.land(window, sampleEvents(window));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the consumer on a database to its end; it kills itself after so many statements, if it is not done by then. */
function consume(database: string, statements?: number): Promise<Ended> {
  const last = statements === undefined ? [] : [String(statements)];
  return startScript(script, [database, ...consumerArguments, ...last], {}).ended;
}

/** Runs the consumer on a database, and kills it at some moment after so many statements, if it is not done by then. */
async function consumeAndKill(database: string, statements: number): Promise<Ended> {
  const consumer = startScript(script, [database, ...consumerArguments], {});
  await consumer.saying(new RegExp(`^(.*\\n){${statements}}`)).then(
    () => consumer.child.kill('SIGKILL'),
    () => undefined,
  );
  return consumer.ended;
}

/** Starts the consumer again and again, each time to be killed some statements later, until it is done. Counts the kills. */
async function consumeKilled(database: string, run: typeof consumeAndKill, first: number): Promise<number> {
  for (let kills = 0, statements = first; ; kills += 1, statements += 14) {
    const { code, err } = await run(database, statements);
    if (code === 0) return kills;
    // Killed, and not failed by itself.
    expect({ code, err }).toEqual({ code: null, err: '' });
  }
}

it('a consumer that is killed again and again ends with the tables of one that is not', async () => {
  const killed = join(folder, 'killed.duckdb');
  const whole = join(folder, 'whole.duckdb');
  // It kills itself between statements, whatever the speed of the machine.
  expect(await consumeKilled(killed, consume, 1)).toBeGreaterThan(5);
  expect(await consume(whole)).toMatchObject({ code: 0, err: '' });
  expect(await differingTables(killed, whole)).toEqual([]);

  // An hour lands again, with fewer lines and with lines of another hour. Kills from outside also come during a statement.
  await landed.land(CHANGED, [...sampleEvents(CHANGED).slice(9), ...sampleEvents(FIRST).slice(0, 50)]);
  await consumeKilled(killed, consumeAndKill, 8);
  expect(await consume(whole)).toMatchObject({ code: 0, err: '' });
  expect(await differingTables(killed, whole)).toEqual([]);
});
