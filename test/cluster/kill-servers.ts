import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeStack } from '../../local/native/native-stack.ts';

/** SIGKILL for every process of PostgreSQL at once, as when its container is killed, and its start after `pauseMs`. */
export async function killPostgresql(stack: NativeStack, pauseMs: number): Promise<void> {
  const { pid } = stack.postgresql;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const all = [pid, ...children.map(Number)];
  for (const one of all) kill(one);
  // A new server refuses to start while processes of the old one have its memory.
  while ((await Promise.all(all.map(isRunning))).includes(true)) await sleep(20);
  await sleep(pauseMs);
  await stack.startPostgresqlAgain();
}

/** Ends the Temporal server by a signal, and starts it after `pauseMs`; `databasePort` as in `NativeStack`. */
export async function restartTemporal(
  stack: NativeStack,
  signal: 'SIGTERM' | 'SIGKILL',
  pauseMs: number,
  databasePort = stack.postgresql.port,
): Promise<void> {
  const { pid, exited, stop } = stack.temporal;
  if (signal === 'SIGTERM') await stop();
  else process.kill(pid, 'SIGKILL');
  await exited;
  await sleep(pauseMs);
  await stack.startTemporalAgain(databasePort);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** False for a process that is gone, or that only waits to be noticed by its parent. Source: proc(5). */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(stat);
}
