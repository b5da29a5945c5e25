import { createReadStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  DiskFull,
  isFileSystemError,
  OpenFilesExhausted,
  typedFileError,
  WorkDirFailed,
  WorkFilesLost,
} from '../../core/file-errors.ts';

function systemError(code: string, syscall = 'write'): Error {
  return Object.assign(new Error(`${code}: no luck, ${syscall}`), { code, syscall, errno: -1 });
}

function threadFailure(reason: string): Error {
  return Object.assign(new Error(`Worker initialization failure: ${reason}`), {
    code: 'ERR_WORKER_INIT_FAILED',
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a failure of the file system', () => {
  it('is an error that Node raised for a file', async () => {
    expect(isFileSystemError(await failureOf(readFile('/nowhere/at/all')))).toBe(true);
    expect(isFileSystemError(await failureOf(mkdir('/proc/nothing')))).toBe(true);
    expect(isFileSystemError(await failureOf(createReadStream('/nowhere/at/all').toArray()))).toBe(true);
  });

  it('is not one of a socket', async () => {
    const refused = await new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    expect(isFileSystemError(refused)).toBe(false);
  });

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETDOWN',
    'EAI_AGAIN',
    'ENOTFOUND',
    'EPROTO',
  ])('is not %s, which a socket raises', (code) => {
    expect(isFileSystemError(systemError(code))).toBe(false);
  });

  it.each(['EMFILE', 'EADDRNOTAVAIL', 'EACCES'])('is not %s of a connect', (code) => {
    expect(isFileSystemError(systemError(code, 'connect'))).toBe(false);
  });

  it.each([undefined, null, 'ENOENT', { code: 'ENOENT', syscall: 'open' }, new Error('ENOENT')])(
    'is not %j',
    (other) => {
      expect(isFileSystemError(other)).toBe(false);
    },
  );
});

describe('a failure with the work files', () => {
  it.each(['ENOSPC', 'EDQUOT'])('is DiskFull after %s, and says where', (code) => {
    const cause = systemError(code);
    const error = typedFileError(cause, '/data/hour');
    expect(error).toBeInstanceOf(DiskFull);
    expect(error).toMatchObject({
      cause,
      message: expect.stringContaining('/data/hour') as string,
    });
  });

  it('is WorkFilesLost after ENOENT, and says which', () => {
    const cause = systemError('ENOENT', 'open');
    const error = typedFileError(cause, '/data/hour');
    expect(error).toBeInstanceOf(WorkFilesLost);
    expect(error).toMatchObject({ cause, message: expect.stringContaining('/data/hour') as string });
  });

  it.each(['open', 'connect'])(
    'is OpenFilesExhausted after EMFILE of %s, and says which limit',
    (syscall) => {
      const error = typedFileError(systemError('EMFILE', syscall), '/data/hour');
      expect(error).toBeInstanceOf(OpenFilesExhausted);
      expect(error).toMatchObject({ message: expect.stringContaining('(EMFILE)') as string });
    },
  );

  it('is OpenFilesExhausted when a thread cannot start for that reason', () => {
    expect(typedFileError(threadFailure('EMFILE'), '/data/hour')).toBeInstanceOf(OpenFilesExhausted);
    expect(typedFileError(threadFailure('ENOMEM'), '/data/hour')).not.toBeInstanceOf(OpenFilesExhausted);
  });

  it.each(['EROFS', 'EACCES', 'EIO'])('is WorkDirFailed after %s, and says where and why', (code) => {
    const cause = systemError(code);
    const error = typedFileError(cause, '/data/hour');
    expect(error).toBeInstanceOf(WorkDirFailed);
    expect(error).toMatchObject({
      cause,
      message: expect.stringMatching(new RegExp(`/data/hour.*${code}`)) as string,
    });
  });

  it.each([systemError('ECONNRESET'), new Error('other'), 'text', undefined])(
    'is otherwise returned as it is: %s',
    (other) => {
      expect(typedFileError(other, '/data/hour')).toBe(other);
    },
  );
});
