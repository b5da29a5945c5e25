/** What a variant measured of its own process. */
export interface VariantResult {
  /** User and system time of all threads, from the beginning of the work to its end: loading code is not part of it. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakRssBytes: number;
  /** 0 for a variant that unpacks nothing. */
  readonly unpackedBytes: number;
}

/** Does a variant's work, which returns its `unpackedBytes`, and prints the result as the last line of output. */
export async function measured(work: () => Promise<number>): Promise<void> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const unpackedBytes = await work();
  const { user, system } = process.cpuUsage(before);
  const result: VariantResult = {
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - startedAt,
    // Node has it in KiB.
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    unpackedBytes,
  };
  console.log(JSON.stringify(result));
}
