const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/**
 * How large an archive may be before it is taken for an attack or a fault. The Export API documents at most 4 GB for an
 * answer, and event lines deflate to between a fifth and a twentieth, so honest archives stay far below. Sizes in bytes.
 */
export const archiveLimits = {
  /** The answer itself. */
  exportBytes: 8 * GiB,
  members: 10_000,
  /** One member, unpacked. */
  memberBytes: 64 * GiB,
  /** All members, unpacked. */
  totalBytes: 256 * GiB,
  /** The longest line that `MAX_LINE_BYTES` can make an event. */
  lineBytes: 64 * MiB,
  /** Unpacked bytes for each packed byte, checked once a member has unpacked to `ratioFromBytes`. */
  ratio: 250,
  ratioFromBytes: 256 * MiB,
} as const;

/** The limits' names and values; tests pass smaller ones. */
export type ArchiveLimits = { readonly [Name in keyof typeof archiveLimits]: number };

/** How large the answer for the events list may be, in bytes: some 40,000 event types. */
export const EVENTS_LIST_BYTES = 16 * MiB;

/** How long a download waits for the source and for the disk, in milliseconds. */
export const sourceTimeouts = {
  /** From the request to the answer: the API builds the archive in this time. */
  answerMs: 10 * 60_000,
  /** Between two bytes. */
  stallMs: 60_000,
  /** At least this many bytes must come in `minimumOverMs` of waiting for the source: 256 KiB a minute. */
  minimumBytes: 5 * 256 * 1024,
  minimumOverMs: 5 * 60_000,
  /** Until the disk has taken a write. */
  diskMs: 5 * 60_000,
} as const;

/** The timeouts' names and values; tests pass smaller ones. */
export type SourceTimeouts = { readonly [Name in keyof typeof sourceTimeouts]: number };
