/** Shows a person one line about what is being fetched or started. */
export type Report = (line: string) => void;

/** A function that says how long ago it was made, in seconds with one decimal: `2.4 s`. */
export function stopwatch(): () => string {
  const startedAt = performance.now();
  return () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
