import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../core/errors.ts';
import { refuseBomb } from './bombs.ts';
import { MemberCorrupt } from './errors.ts';
import { openMember, type ZipMember } from './export-zip.ts';
import type { ArchiveLimits } from './limits.ts';
import { quoteName } from './quote-member-name.ts';

const CHUNK_BYTES = 256 * 1024;

/** What looks at a member on its way through: its packed bytes, and what they unpack to. */
export interface MemberTap {
  /** Each piece of the member's own (gzip) bytes. */
  packed(chunk: Buffer): void;
  /** Each piece of the unpacked bytes. Node's zlib does not write again into a buffer that it has handed out. */
  unpacked(chunk: Buffer): Promise<void>;
}

/**
 * Unpacks one gzip member, in constant memory, as `gunzipWhole` does.
 * @throws MemberCorrupt naming the member, ArchiveLimitsExceeded
 */
export async function gunzipMember(
  path: string,
  member: ZipMember,
  limits: ArchiveLimits,
  tap: MemberTap,
): Promise<{ unpackedBytes: number }> {
  let packedBytes = 0;
  let unpackedBytes = 0;
  async function* packed(): AsyncGenerator<Buffer> {
    for await (const chunk of openMember(path, member) as AsyncIterable<Buffer>) {
      packedBytes += chunk.length;
      tap.packed(chunk);
      yield chunk;
    }
  }
  await gunzipWhole(`the member ${quoteName(member.name)}`, packed(), member.bytes, async (chunk) => {
    unpackedBytes += chunk.length;
    refuseBomb(member.name, unpackedBytes, packedBytes, limits);
    await tap.unpacked(chunk);
  });
  return { unpackedBytes };
}

/**
 * Unpacks so many bytes of gzip data, in constant memory. It returns only when every gzip stream in them ended cleanly
 * and no byte is left over: Node's gunzip hands out data before it knows, and lets zeros and what follows them pass.
 * @throws MemberCorrupt, which calls the data by its name
 */
export async function gunzipWhole(
  name: string,
  packed: AsyncIterable<Buffer>,
  bytes: number,
  unpacked: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  try {
    await pipeline(packed, gunzip, async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) await unpacked(chunk);
    });
  } catch (error) {
    if (isZlibError(error)) throw new MemberCorrupt(`${name} is not whole gzip data: ${messageOf(error)}`);
    // Gunzip ends at zeros after a stream; the pipeline then aborts what still feeds it.
    if (!(isAbort(error) && gunzip.bytesWritten < bytes)) throw error;
  }
  if (gunzip.bytesWritten !== bytes) {
    throw new MemberCorrupt(`${name} has ${bytes - gunzip.bytesWritten} bytes after its gzip data`);
  }
}

/** Node 24 unpacks on past zeros after it has told the end, and fails on that itself. */
function isZlibError(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^Z_|^ERR_STREAM_PUSH_AFTER_EOF$/.test(String(error.code))
  );
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ABORT_ERR' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
  );
}
