const MiB = 1024 * 1024;

/** How long the storage may keep a request waiting, in milliseconds, and how large objects go up, in bytes. */
export const storageLimits = {
  connectMs: 5_000,
  /** Without a byte in either direction. */
  silenceMs: 60_000,
  /** Objects from this size on go up in parts. */
  multipartFromBytes: 64 * MiB,
  /** With two parts of four objects of each hour in memory, four hours hold 256 MiB at the most. */
  partBytes: 8 * MiB,
} as const;

/** The limits' names and values; tests pass smaller ones. */
export type StorageLimits = { readonly [Name in keyof typeof storageLimits]: number };
