import { ArchiveLimitsExceeded } from './errors.ts';
import type { ArchiveLimits } from './limits.ts';
import { quoteName } from './quote-member-name.ts';

/**
 * Refuses a member that unpacks, or claims to, beyond its own limit or beyond all measure of its packed size. Both in
 * bytes; a member of an export is packed twice, by the zip and by gzip, and may be a bomb by either.
 * @throws ArchiveLimitsExceeded
 */
export function refuseBomb(
  name: string,
  unpackedBytes: number,
  packedBytes: number,
  limits: ArchiveLimits,
): void {
  if (unpackedBytes > limits.memberBytes) {
    throw new ArchiveLimitsExceeded(
      `the member ${quoteName(name)} unpacks to over ${limits.memberBytes} bytes`,
    );
  }
  if (unpackedBytes > limits.ratioFromBytes && unpackedBytes > packedBytes * limits.ratio) {
    throw new ArchiveLimitsExceeded(
      `the member ${quoteName(name)} unpacks to over ${limits.ratio} times its size`,
    );
  }
}

/** Refuses an archive whose members together unpack, or claim to, to over the limit of bytes. @throws ArchiveLimitsExceeded */
export function refuseTotal(unpackedBytes: number, limits: ArchiveLimits): void {
  if (unpackedBytes > limits.totalBytes) {
    throw new ArchiveLimitsExceeded(`the archive unpacks to over ${limits.totalBytes} bytes`);
  }
}
