import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../core/errors.ts';
import { fuzz } from './fuzz.ts';
import { inputOf } from './input.ts';
import type { FuzzTask } from './thread.ts';

// `npm run fuzz -- --seconds 60`: see USAGE.
const USAGE = `usage: npm run fuzz -- [--seed N] [--seconds N] [--folder DIR] [--round N]
  --seed     the seed of the random inputs; a new one each time by default
  --seconds  how long to run; by default until Ctrl-C
  --folder   where the input of a finding is written; by default the current folder
  --round    runs only this round, to repeat a finding`;

interface Arguments {
  readonly task: FuzzTask;
  readonly folder: string;
}

function readArguments(): Arguments {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seed: text, seconds: text, folder: text, round: text } });
  const seed = number('seed', values.seed) ?? Date.now() % 1_000_000;
  const seconds = number('seconds', values.seconds) ?? Infinity;
  const round = number('round', values.round);
  const deadlineMs = Date.now() + seconds * 1000;
  const task = { seed, first: round ?? 0, rounds: round === undefined ? Infinity : 1, deadlineMs };
  return { task, folder: values.folder ?? '.' };
}

function number(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value))
    throw new Error(`--${name} must be a whole number, not ${JSON.stringify(value)}`);
  return Number(value);
}

async function run({ task, folder }: Arguments): Promise<void> {
  console.log(`seed ${task.seed}`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { finding } = await fuzz(task, console.log, stop.signal);
  if (finding === undefined) return;
  const { bytes, limits } = inputOf(task.seed, finding.round);
  const file = join(folder, `finding-${task.seed}-${finding.round}.zip`);
  await writeFile(file, bytes);
  console.error(`seed ${task.seed}, round ${finding.round}: ${finding.what}`);
  console.error(`the archive is in ${file}; its limits were ${JSON.stringify(limits)}`);
  process.exitCode = 1;
}

let given: Arguments | undefined;
try {
  given = readArguments();
} catch (error) {
  console.error(`${messageOf(error)}\n${USAGE}`);
  process.exitCode = 2;
}
if (given !== undefined) await run(given);
