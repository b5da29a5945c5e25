import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { requestHour } from '../../amplitude/client.ts';
import { download } from '../../amplitude/download.ts';
import { ArchiveLimitsExceeded, ConnectionLost, SourceTimedOut } from '../../amplitude/errors.ts';
import { sourceTimeouts } from '../../amplitude/limits.ts';
import { checksumFile } from '../../core/checksum.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { Secret } from '../../core/secret.ts';
import { temporaryFolder } from '../support/archives.ts';
import { serverThat } from '../support/server-that.ts';

vi.mock(import('../../amplitude/limits.ts'), async (original) => {
  const { archiveLimits, ...others } = await original();
  return { ...others, archiveLimits: { ...archiveLimits, exportBytes: 1000 } };
});

const never = new AbortController().signal;
const ignore = (): void => undefined;
const shortTimeouts = { ...sourceTimeouts, stallMs: 20 };

async function target(): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder();
  return { folder, path: join(folder, 'export.zip') };
}

/** The body of a real answer that a server of the test sends. */
async function bodyFrom(send: (response: ServerResponse) => void): Promise<Readable> {
  const url = await serverThat((_request, response) => send(response));
  const source = { url, apiKey: new Secret('key'), secretKey: new Secret('secret') };
  const answer = await requestHour(source, parseHourWindow('2026-01-01T05'), never);
  if (answer.kind === 'none') throw new Error('the server gave no body');
  return answer.body;
}

describe('a download', () => {
  it('keeps the bytes as they came, and gives their checksums', async () => {
    const { folder, path } = await target();
    const pieces = ['some ', 'bytes', ' and more'].map((text) => Buffer.from(text));
    const whole = Buffer.concat(pieces);
    const seen: number[] = [];
    expect(await download(Readable.from(pieces), path, (bytes) => seen.push(bytes), never)).toEqual(
      await checksumFile(path),
    );
    expect(await readFile(path)).toEqual(whole);
    expect(seen).toEqual([5, 10, 19]);
    expect(await readdir(folder)).toEqual(['export.zip']);
  });

  it('of nothing is an empty file', async () => {
    const { path } = await target();
    expect((await download(Readable.from([]), path, ignore, never)).bytes).toBe(0);
    expect(await readFile(path)).toEqual(Buffer.alloc(0));
  });

  it('replaces what an earlier attempt left', async () => {
    const { folder, path } = await target();
    const failing = new PassThrough();
    failing.write('the first half of something long');
    failing.destroy(new Error('cut'));
    await expect(download(failing, path, ignore, never)).rejects.toThrow(ConnectionLost);
    await download(Readable.from([Buffer.from('whole')]), path, ignore, never);
    expect(await readFile(path, 'utf8')).toBe('whole');
    expect(await readdir(folder)).toEqual(['export.zip']);
  });

  it('has its name only when it is whole', async () => {
    const { folder, path } = await target();
    const body = new PassThrough();
    const written = once(body, 'half');
    const running = download(body, path, () => body.emit('half'), never);
    body.write('half');
    await written;
    expect(await readdir(folder)).not.toContain('export.zip');
    body.end('whole');
    await running;
    expect(await readFile(path, 'utf8')).toBe('halfwhole');
  });

  it('fails as ConnectionLost when a chunked answer is cut short', async () => {
    const { folder, path } = await target();
    const body = await bodyFrom((response) => {
      response.write('half', () => response.socket?.destroySoon());
    });
    await expect(download(body, path, ignore, never)).rejects.toThrow(ConnectionLost);
    expect(await readdir(folder)).not.toContain('export.zip');
  });

  it('fails as ConnectionLost when an answer of known length is cut short, and says after how many bytes', async () => {
    const { path } = await target();
    const body = await bodyFrom((response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('half', () => response.socket?.destroySoon());
    });
    await expect(download(body, path, ignore, never)).rejects.toThrow(/after 4 bytes/);
  });

  it('fails as SourceTimedOut when bytes stop coming', async () => {
    const { folder, path } = await target();
    const body = await bodyFrom((response) => void response.write('half'));
    await expect(download(body, path, ignore, never, shortTimeouts)).rejects.toThrow(SourceTimedOut);
    expect(body.destroyed).toBe(true);
    expect(await readdir(folder)).not.toContain('export.zip');
  });

  it('fails as SourceTimedOut when no byte comes at all', async () => {
    const { path } = await target();
    await expect(download(new PassThrough(), path, ignore, never, shortTimeouts)).rejects.toThrow(
      /after 0 bytes/,
    );
  });

  it('goes on as long as bytes keep coming', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { path } = await target();
    const body = new PassThrough();
    const onBytes = (): void => void body.emit('counted');
    const running = download(body, path, onBytes, never, { ...sourceTimeouts, stallMs: 1000 });
    for (let count = 0; count < 5; count += 1) {
      const counted = once(body, 'counted');
      body.write('x');
      await counted;
      vi.advanceTimersByTime(999);
    }
    body.end();
    expect((await running).bytes).toBe(5);
  });

  it('fails as ArchiveLimitsExceeded when there is more than any honest answer has', async () => {
    const { folder, path } = await target();
    const body = Readable.from(Array.from({ length: 11 }, () => Buffer.alloc(100)));
    await expect(download(body, path, ignore, never)).rejects.toThrow(ArchiveLimitsExceeded);
    expect(body.destroyed).toBe(true);
    expect(await readdir(folder)).not.toContain('export.zip');
    expect((await download(Readable.from([Buffer.alloc(1000)]), path, ignore, never)).bytes).toBe(1000);
  });

  it('ends with the signal’s reason when it aborts, and lets the answer go', async () => {
    const { folder, path } = await target();
    const abort = new AbortController();
    const reason = new Error('enough');
    const body = await bodyFrom((response) => void response.write('half'));
    const running = download(body, path, () => abort.abort(reason), abort.signal);
    await expect(running).rejects.toBe(reason);
    expect(body.destroyed).toBe(true);
    expect(await readdir(folder)).not.toContain('export.zip');
  });

  it('does not begin when the signal has aborted', async () => {
    const { path } = await target();
    const body = new PassThrough();
    const reason = new Error('enough');
    await expect(download(body, path, ignore, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(body.destroyed).toBe(true);
  });

  it('fails with the file system’s own error when it cannot write', async () => {
    const body = Readable.from([Buffer.from('bytes')]);
    const running = download(body, '/nowhere/export.zip', ignore, never);
    await expect(running).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
