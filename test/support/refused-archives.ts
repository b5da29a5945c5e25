import { gzipSync } from 'node:zlib';
import { eventLine, gzipLines, zipOf } from './archives.ts';

const MiB = 1024 * 1024;

/** A zip whose one member is not whole gzip data: the checksum at its end is wrong. */
export function withCorruptMember(name: string): Buffer {
  const bytes = Buffer.from(gzipLines(eventLine(1)));
  bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 8) + 1, bytes.length - 8);
  return zipOf([{ name, bytes }]);
}

/** A zip whose one member does not match the CRC-32 in the directory. */
export function withWrongCrc(name: string): Buffer {
  return zipOf([{ name, bytes: gzipLines(eventLine(1)), claims: { crc32: 1 } }]);
}

/** A zip whose one member is stored, but with two different sizes in the directory. */
export function withTwoSizes(name: string): Buffer {
  return zipOf([{ name, bytes: gzipLines(eventLine(1)), claims: { bytes: 4_294_967_294 } }]);
}

/** A zip whose one member is marked as encrypted. */
export function withEncryptedMember(name: string): Buffer {
  return zipOf([{ name, bytes: gzipLines(eventLine(1)), deflated: true, claims: { flags: 1 } }]);
}

/** A zip of about 300 kB whose one member unpacks to 304 MiB of zeros. */
export function withBomb(name: string): Buffer {
  const zeros = gzipSync(Buffer.alloc(16 * MiB));
  return zipOf([{ name, bytes: Buffer.concat(Array.from({ length: 19 }, () => zeros)) }]);
}

/** The first half of a zip. */
export function cutShort(name: string): Buffer {
  const whole = zipOf([{ name, bytes: gzipLines(...Array.from({ length: 100 }, (_, n) => eventLine(n))) }]);
  return whole.subarray(0, whole.length / 2);
}
