const MiB = 1024 * 1024;

/** Time limits for requests to the storage, in milliseconds, and the sizes for uploads in parts, in bytes. */
export const storageLimits = {
  connectMs: 5_000,
  /** How long a connection may be silent in both directions. */
  silenceMs: 60_000,
  /** Objects of this size or more are uploaded in parts. */
  multipartFromBytes: 64 * MiB,
  /** The least that S3 takes. Two parts are in memory while they are sent, and one that is read. */
  partBytes: 5 * MiB,
} as const;

/** A value for each limit; tests pass smaller ones. */
export type StorageLimits = { readonly [Name in keyof typeof storageLimits]: number };
