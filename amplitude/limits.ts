const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/**
 * What an archive may hold before it is taken for an attack or a fault. The Export API documents 4 GB an answer, so
 * honest archives stay far below: event lines deflate to a fifth or a twentieth. All sizes in bytes.
 */
export const archiveLimits = {
  /** The answer itself. */
  exportBytes: 8 * GiB,
  members: 10_000,
  /** One member, unpacked. */
  memberBytes: 64 * GiB,
  /** All members, unpacked. */
  totalBytes: 256 * GiB,
  /** Unpacked bytes for each packed one, looked at once a member has given `ratioFromBytes`. */
  ratio: 250,
  ratioFromBytes: 256 * MiB,
} as const;

/** The limits' names and values; tests pass smaller ones. */
export type ArchiveLimits = { readonly [Name in keyof typeof archiveLimits]: number };

/** How long the source may keep us waiting, and the disk meanwhile, in milliseconds. */
export const sourcePatience = {
  /** From the request to the first byte: the API builds the archive meanwhile. */
  answerMs: 10 * 60_000,
  /** Between two bytes. */
  stallMs: 60_000,
  /** So many bytes must come, at the least, in `floorOverMs` of waiting for them: 256 KiB a minute. */
  floorBytes: 5 * 256 * 1024,
  floorOverMs: 5 * 60_000,
  /** For the disk to take what came. */
  diskMs: 5 * 60_000,
} as const;

/** The waits' names and values; tests pass smaller ones. */
export type SourcePatience = { readonly [Name in keyof typeof sourcePatience]: number };
