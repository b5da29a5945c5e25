import { ExportError } from './errors.ts';

/** The disk that holds the work files is full. */
export class DiskFull extends ExportError {
  readonly type = 'DiskFull';
}

/** The work files of an hour are not where, or not as, they were left. */
export class WorkFilesLost extends ExportError {
  readonly type = 'WorkFilesLost';
}

const NETWORK_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND|EPROTO|ERR_)/;

/** True for an error of the file system, as Node raises it; false for one of a socket. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && 'syscall' in error && 'code' in error && !NETWORK_CODES.test(String(error.code))
  );
}

/** Gives the file system's commonest failures their own types; anything else comes back as it was. */
export function typedFileError(error: unknown, folder: string): unknown {
  if (!isFileSystemError(error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new DiskFull(
      `no space is left for the work files in ${folder}; free some, or lower HOURS_PER_HOST`,
      { cause: error },
    );
  }
  if (error.code === 'ENOENT') {
    return new WorkFilesLost(`the work files in ${folder} are gone`, { cause: error });
  }
  return error;
}
