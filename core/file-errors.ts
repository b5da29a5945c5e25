import { ExportError } from './errors.ts';

/** The disk that holds the work files is full. */
export class DiskFull extends ExportError {
  readonly type = 'DiskFull';
}

/** The work files of an hour are not where, or not as, they were left. */
export class WorkFilesLost extends ExportError {
  readonly type = 'WorkFilesLost';
}

/** No file or connection can be opened: the process, or the machine, has too many of them. */
export class OpenFilesExhausted extends ExportError {
  readonly type = 'OpenFilesExhausted';
}

/** The file system refuses the work files: it is read-only, forbidden or damaged. */
export class WorkDirFailed extends ExportError {
  readonly type = 'WorkDirFailed';
}

const NETWORK_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND|EPROTO|ERR_)/;
const NETWORK_CALLS = /^(connect|getaddrinfo)$/;

/** True for an error of the file system, as Node raises it; false for one of a socket. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'code' in error &&
    !NETWORK_CALLS.test(String(error.syscall)) &&
    !NETWORK_CODES.test(String(error.code))
  );
}

/**
 * The error for a file, a connection or a thread that could not be opened because too many are; else undefined. It holds
 * nothing of the one given, which may hold a request.
 */
export function openFilesError(error: unknown): OpenFilesExhausted | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  // A thread that cannot start names the reason in its message only.
  const reason = error.code === 'ERR_WORKER_INIT_FAILED' ? error.message : String(error.code);
  const [code] = /\b(EMFILE|ENFILE)\b/.exec(reason) ?? [];
  if (code === undefined) return undefined;
  return new OpenFilesExhausted(`too many files and connections are open (${code})`);
}

/** Gives the file system's failures their own types; anything else comes back as it was. */
export function typedFileError(error: unknown, folder: string): unknown {
  const exhausted = openFilesError(error);
  if (exhausted !== undefined) return exhausted;
  if (!isFileSystemError(error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new DiskFull(`no space is left for the work files in ${folder}`, { cause: error });
  }
  if (error.code === 'ENOENT') {
    return new WorkFilesLost(`the work files in ${folder} are gone`, { cause: error });
  }
  return new WorkDirFailed(
    `the work files in ${folder} cannot be read or written (${error.code ?? 'no code'})`,
    { cause: error },
  );
}
