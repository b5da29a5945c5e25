/**
 * Resolves at the first SIGINT or SIGTERM with its exit code: 130 or 143. From the call on, neither signal ends this
 * process.
 */
export function interruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => resolve(exitCode));
    }
  });
}
