/** The signals that end a worker; the second one ends the process at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'] as const;

/** Gives an AbortSignal that aborts at the first signal to stop, until `release` is called. */
export function stopSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const stopping = new AbortController();
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, stop);
  };
  const stop = (): void => {
    release();
    stopping.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return { signal: stopping.signal, release };
}
