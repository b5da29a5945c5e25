import { refuseBomb } from './bombs.ts';
import { MemberCorrupt } from './errors.ts';
import { readMember, type ZipMember } from './export-zip.ts';
import { Inflater, NotGzip } from './inflater.ts';
import type { ArchiveLimits } from './limits.ts';
import { quoteName } from './quote-member-name.ts';

/** What gets the bytes of a member as it is read. */
export interface MemberTap {
  /** Takes each piece of the member's own (gzip) bytes. */
  packed?(chunk: Buffer): void;
  /** Takes each piece of the unpacked bytes. */
  unpacked(chunk: Buffer): void;
  /** Awaited before more bytes are unpacked. */
  readonly drained?: () => Promise<void>;
}

/**
 * Unpacks one gzip member, in constant memory, as `gunzipWhole` does.
 * @throws MemberCorrupt naming the member, ArchiveLimitsExceeded, what the tap throws
 */
export async function gunzipMember(
  path: string,
  member: ZipMember,
  limits: ArchiveLimits,
  tap: MemberTap,
): Promise<{ unpackedBytes: number }> {
  let packedBytes = 0;
  let unpackedBytes = 0;
  await gunzipWhole(`the member ${quoteName(member.name)}`, readMember(path, member), {
    packed: (chunk) => {
      packedBytes += chunk.length;
      tap.packed?.(chunk);
    },
    unpacked: (chunk) => {
      unpackedBytes += chunk.length;
      refuseBomb(member.name, unpackedBytes, packedBytes, limits);
      tap.unpacked(chunk);
    },
    ...(tap.drained !== undefined && { drained: tap.drained }),
  });
  return { unpackedBytes };
}

/**
 * Unpacks gzip data, in constant memory. It returns only when every gzip stream in them ended cleanly and no byte is
 * left over: zlib hands out data before it knows, and lets zeros and what follows them pass.
 * @throws MemberCorrupt, which calls the data by its name; what the source or the tap throws
 */
export async function gunzipWhole(
  name: string,
  source: AsyncIterable<Buffer>,
  tap: MemberTap,
): Promise<void> {
  const inflater = new Inflater((chunk) => tap.unpacked(chunk));
  try {
    for await (const chunk of source) {
      tap.packed?.(chunk);
      for (let rest = chunk; rest.length > 0;) {
        rest = inflater.push(rest);
        if (tap.drained !== undefined) await tap.drained();
      }
    }
    inflater.end();
  } catch (error) {
    if (error instanceof NotGzip) throw new MemberCorrupt(`${name} ${error.message}`);
    throw error;
  } finally {
    inflater.close();
  }
}
