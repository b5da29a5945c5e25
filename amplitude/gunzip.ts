import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../core/errors.ts';
import { ArchiveLimitsExceeded, MemberCorrupt } from './errors.ts';
import { openMember, type ZipMember } from './export-zip.ts';
import type { ArchiveLimits } from './limits.ts';

const CHUNK_BYTES = 256 * 1024;

/** What looks at a member on its way through: its packed bytes, and what they unpack to. */
export interface MemberTap {
  /** Each piece of the member's own (gzip) bytes. */
  packed(chunk: Buffer): void;
  /** Each piece of the unpacked bytes. Node's zlib does not write again into a buffer that it has handed out. */
  unpacked(chunk: Buffer): Promise<void>;
}

/**
 * Unpacks one gzip member, in constant memory. It returns only when every gzip stream in the member ended cleanly
 * and no byte is left over: Node's gunzip hands out data before it knows, and lets zeros and what follows them pass.
 * @throws MemberCorrupt naming the member, ArchiveLimitsExceeded
 */
export async function gunzipMember(
  path: string,
  member: ZipMember,
  limits: ArchiveLimits,
  tap: MemberTap,
): Promise<{ unpackedBytes: number }> {
  const name = JSON.stringify(member.name);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let packedBytes = 0;
  let unpackedBytes = 0;
  try {
    await pipeline(
      openMember(path, member),
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          packedBytes += chunk.length;
          tap.packed(chunk);
          yield chunk;
        }
      },
      gunzip,
      async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) {
          unpackedBytes += chunk.length;
          refuseBomb(name, unpackedBytes, packedBytes, limits);
          await tap.unpacked(chunk);
        }
      },
    );
  } catch (error) {
    if (isZlibError(error)) {
      throw new MemberCorrupt(`the member ${name} is not whole gzip data: ${messageOf(error)}`);
    }
    // Gunzip ends at zeros after a stream; the pipeline then aborts what still feeds it.
    if (!(isAbort(error) && gunzip.bytesWritten < member.bytes)) throw error;
  }
  if (gunzip.bytesWritten !== member.bytes) {
    throw new MemberCorrupt(
      `the member ${name} has ${member.bytes - gunzip.bytesWritten} bytes after its gzip data`,
    );
  }
  return { unpackedBytes };
}

function refuseBomb(name: string, unpackedBytes: number, packedBytes: number, limits: ArchiveLimits): void {
  if (unpackedBytes > limits.memberBytes) {
    throw new ArchiveLimitsExceeded(`the member ${name} unpacks to over ${limits.memberBytes} bytes`);
  }
  if (unpackedBytes > limits.ratioFromBytes && unpackedBytes > packedBytes * limits.ratio) {
    throw new ArchiveLimitsExceeded(`the member ${name} unpacks to over ${limits.ratio} times its size`);
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ABORT_ERR' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
  );
}
