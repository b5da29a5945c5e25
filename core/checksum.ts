import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';

/** The size and checksums of one object: SHA-256 in hex, CRC-64/NVME in base64 as S3 writes it. */
export interface Checksums {
  readonly bytes: number;
  readonly sha256: string;
  readonly crc64nvme: string;
}

/** Computes the checksums of a stream of bytes. */
export class ChecksumMeter {
  readonly #sha256 = createHash('sha256');
  readonly #crc64 = new Crc64Nvme();
  #bytes = 0;

  /** Adds the next bytes. */
  update(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#sha256.update(chunk);
    this.#crc64.update(chunk);
  }

  /** Returns the checksums. The meter cannot be used afterwards. */
  async finish(): Promise<Checksums> {
    const crc64 = Buffer.from(await this.#crc64.digest());
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), crc64nvme: crc64.toString('base64') };
  }
}

/**
 * Computes the checksums of a file, or of a range of its bytes. Reads it once, in constant memory.
 * @throws the file system's own error
 */
export async function checksumFile(
  path: string,
  range?: { readonly start: number; readonly bytes: number },
): Promise<Checksums> {
  const meter = new ChecksumMeter();
  if (range?.bytes === 0) return meter.finish();
  const end = range === undefined ? {} : { start: range.start, end: range.start + range.bytes - 1 };
  const file = createReadStream(path, { ...end, highWaterMark: 1024 * 1024 });
  for await (const chunk of file as AsyncIterable<Buffer>) meter.update(chunk);
  return meter.finish();
}
