import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The folder for fetched binaries, summaries of ledgers and, by default, work files:
 * `$XDG_CACHE_HOME/amplitude-export`, or `~/.cache/amplitude-export`. It need not exist. As the XDG specification
 * asks, a relative `XDG_CACHE_HOME` is ignored.
 * @throws an error of Node when the user has no home folder
 */
export function cacheFolder(): string {
  const xdg = process.env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'amplitude-export');
}
