import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCompose } from '../../local/native/compose-file.ts';
import type { RunningProcess } from '../../local/processes.ts';
import { stopGraceMs } from '../support/compose.ts';
import type { Leaver } from './handed-back.ts';

/** A worker that was told to stop, and how it did. */
export interface Stopped extends Leaver {
  readonly name: string;
  /** From the signal to its end. */
  readonly seconds: number;
  /** What it should have done and did not, in words. */
  readonly problems: readonly string[];
}

/** Tells a worker to stop by SIGTERM, and waits for its end for as long as the Compose file gives it. */
export async function stopWorker({ name, pid, exited }: RunningProcess, workDir: string): Promise<Stopped> {
  const { worker } = readCompose(await readFile('docker-compose.temporal.yml', 'utf8')).services;
  const graceMs = stopGraceMs(worker);
  const problems: string[] = [];
  if ((await foldersOf(pid, workDir)).length !== 1) problems.push(`${name} had no folder in WORK_DIR`);
  const toldAt = Date.now();
  const startedAt = performance.now();
  process.kill(pid, 'SIGTERM');
  const code = await Promise.race([exited, sleep(graceMs, undefined, { ref: false })]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (code === undefined) problems.push(`${name} still ran ${seconds.toFixed(0)} s after SIGTERM`);
  else if (code !== 0) problems.push(`${name} ended with exit code ${code}`);
  const left = await foldersOf(pid, workDir);
  if (left.length > 0) problems.push(`${name} left its folder ${left.join()}`);
  return { name, pid, toldAt, seconds, problems };
}

/** The folders of a worker in WORK_DIR; their names are those of `newOwner`. */
async function foldersOf(pid: number, workDir: string): Promise<string[]> {
  return (await readdir(workDir)).filter((name) => name.includes(`-${pid}-`));
}
