import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { documentOf } from './document.ts';

// `npm run fuzz:lines -- --seed 1 --seconds 60`: compares the line scanner with its reference and with JSON.parse on
// mutated lines, until the time is over or a difference is found, which `--round` then repeats.
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, seconds: text, round: text } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const deadlineMs = Date.now() + Number(values.seconds ?? 60) * 1000;
const only = values.round === undefined ? undefined : Number(values.round);

let lines = 0;
let round = only ?? 0;
const end = only === undefined ? Infinity : only + 1;
try {
  for (; Date.now() < deadlineMs && round < end; round += 1) {
    lines += compare(documentOf(seed, round));
    if (round % 500 === 499) console.log(`seed ${seed}: ${round + 1} rounds, ${lines} lines`);
  }
  console.log(`seed ${seed}: ${round} rounds, ${lines} lines without a difference`);
} catch (error) {
  const file = `finding-${seed}-${round}.ndjson`;
  await writeFile(file, Buffer.concat(documentOf(seed, round).chunks));
  console.error(`seed ${seed}, round ${round}, the lines are in ${file}:`, error);
  process.exitCode = 1;
}
