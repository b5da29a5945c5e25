import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What npm needs to know of this machine's network, and where it keeps what it has fetched. */
export interface NpmSettings {
  readonly registry: string;
  /** The file of the certificates that it trusts; undefined for Node's own. */
  readonly caFile: string | undefined;
  readonly cache: string;
}

/** Reads npm's settings on this machine. */
export async function readNpmSettings(): Promise<NpmSettings> {
  const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--json']);
  const { registry, cafile, cache } = JSON.parse(stdout) as Record<string, unknown>;
  const caFile = typeof cafile === 'string' ? cafile : process.env['NODE_EXTRA_CA_CERTS'];
  return { registry: String(registry), caFile, cache: String(cache) };
}

/** The text of an npmrc file with these settings, for a place where the certificates are in `caFile`. */
export function npmConfigOf({ registry, caFile: own }: NpmSettings, caFile: string): string {
  const lines = [
    `registry=${registry}`,
    'prefer-offline=true',
    'audit=false',
    'fund=false',
    'update-notifier=false',
  ];
  if (own !== undefined) lines.push(`cafile=${caFile}`);
  return `${lines.join('\n')}\n`;
}
