/** The signals at which the SDK stops a running worker. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'] as const;

/**
 * Gives an AbortSignal that aborts at a signal to stop, until `release` is called: the SDK handles these signals only
 * once workers run.
 */
export function stopSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal: stopping.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
