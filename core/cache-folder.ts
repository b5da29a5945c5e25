import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where fetched binaries and what is known of ledgers are kept: `$XDG_CACHE_HOME/amplitude-export`, or
 * `~/.cache/amplitude-export`. The folder need not exist. As the XDG specification asks, a relative `XDG_CACHE_HOME` is ignored.
 */
export function cacheFolder(): string {
  const xdg = process.env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'amplitude-export');
}
