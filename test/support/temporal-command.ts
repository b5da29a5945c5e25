import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const cli = fileURLToPath(new URL('../../local/temporal-cli.js', import.meta.url));

/** Runs a command of the Temporal CLI, in shell syntax, on the tests' server. Returns its output. */
export async function temporalCommand(line: string): Promise<string> {
  const script = `temporal() { '${process.execPath}' '${cli}' "$@"; }\n${line}`;
  const env = { ...process.env, TEMPORAL_ADDRESS: inject('temporalAddress') };
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { env });
  return stdout;
}
