import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import { findTemporalCli } from './binaries/temporal-cli.ts';

// `npm run temporal -- ARGS`: the Temporal CLI, found or fetched.
try {
  const cli = await findTemporalCli((line) => console.error(line));
  const child = spawn(cli, process.argv.slice(2), { stdio: 'inherit' });
  // Ctrl-C in a terminal reaches the CLI directly, and the CLI handles it. Only SIGTERM and SIGHUP must be passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
} catch (thrown) {
  // Not messageOf, which makes one line: the message lists every way tried.
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
