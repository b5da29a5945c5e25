import { ExportError } from './errors.ts';

/** The disk of the work files is full. */
export class DiskFull extends ExportError {
  readonly type = 'DiskFull';
}

/** The work files of an hour are gone or were changed. */
export class WorkFilesLost extends ExportError {
  readonly type = 'WorkFilesLost';
}

/** No file or connection can be opened: the process, or the machine, has too many open. */
export class OpenFilesExhausted extends ExportError {
  readonly type = 'OpenFilesExhausted';
}

/** The file system refuses the work files: it is read-only, forbidden or damaged. */
export class WorkDirFailed extends ExportError {
  readonly type = 'WorkDirFailed';
}

const NETWORK_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND|EPROTO|ERR_)/;
const NETWORK_CALLS = /^(connect|getaddrinfo)$/;

/** True for an error of the file system that Node raised; false for an error of a socket. */
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
 * An OpenFilesExhausted if a file, a connection or a thread could not be opened because too many are open; else
 * undefined. It keeps nothing of the given error, which may hold a request.
 */
export function openFilesError(error: unknown): OpenFilesExhausted | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  // For a thread that cannot start, only the message names the reason.
  const reason = error.code === 'ERR_WORKER_INIT_FAILED' ? error.message : String(error.code);
  const [code] = /\b(EMFILE|ENFILE)\b/.exec(reason) ?? [];
  if (code === undefined) return undefined;
  return new OpenFilesExhausted(`too many files and connections are open (${code})`);
}

/**
 * Turns errors of the file system into our types: OpenFilesExhausted, DiskFull, WorkFilesLost or WorkDirFailed. Other
 * errors are returned as they are.
 */
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
