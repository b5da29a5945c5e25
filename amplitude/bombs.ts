import { ArchiveLimitsExceeded } from './errors.ts';
import type { ArchiveLimits } from './limits.ts';
import { quoteName } from './quote-member-name.ts';

/**
 * Refuses a member that unpacks, or claims to unpack, to more than a member's limit, or to far more than its packed size.
 * Both sizes in bytes. A member of an export is packed twice, by zip and by gzip: either can be a bomb.
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

/** Refuses an archive whose members together unpack, or claim to unpack, to more bytes than the limit. @throws ArchiveLimitsExceeded */
export function refuseTotal(unpackedBytes: number, limits: ArchiveLimits): void {
  if (unpackedBytes > limits.totalBytes) {
    throw new ArchiveLimitsExceeded(`the archive unpacks to over ${limits.totalBytes} bytes`);
  }
}
