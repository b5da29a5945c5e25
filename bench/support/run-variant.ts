import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../../local/binaries/run-to-end.ts';
import type { VariantResult } from '../variants/measured.ts';

/**
 * Runs one of `bench/variants/` to its end, as a process of its own, so that all its CPU time is known and no other
 * variant has warmed its code. Its last line of output is its result. It has this process's environment, and `env`.
 * @throws Error when it fails, with the end of what it wrote
 */
export async function runVariant(
  name: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<VariantResult> {
  const script = fileURLToPath(new URL(`../variants/${name}.js`, import.meta.url));
  return runMeasured(process.execPath, [script, ...args], folder, env);
}

/** The same in Python, where there is `python3`. The script is not compiled, so it is in the sources. */
export async function runPythonVariant(
  python: string,
  name: string,
  args: readonly string[],
  folder: string,
): Promise<VariantResult> {
  const script = fileURLToPath(new URL(`../../../bench/variants/${name}.py`, import.meta.url));
  return runMeasured(python, [script, ...args], folder, {});
}

async function runMeasured(
  command: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<VariantResult> {
  const own = await mkdtemp(join(folder, 'variant-'));
  await runToEnd(command, args, own, env);
  const output = await readFile(join(own, 'output.log'), 'utf8');
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as VariantResult;
}

/** The speed of a variant, in MB (1,000,000 unpacked bytes) per CPU second. */
export function megabytesPerCpuSecond({ unpackedBytes, cpuMs }: VariantResult): number {
  return unpackedBytes / 1000 / cpuMs;
}
