import { isUtf8 } from 'node:buffer';

/** What a line is. `uploadTime` is the event's `server_upload_time` as it was written, when it has one. */
export type Verdict =
  | { readonly kind: 'blank' }
  | { readonly kind: 'event'; readonly uploadTime: string | undefined }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

/** Why a line is kept aside. */
export type RejectReason = 'invalid UTF-8' | 'invalid JSON' | 'not a JSON object' | 'too long';

const BLANK: Verdict = { kind: 'blank' };

/**
 * Says what one line is: an event is one JSON object in valid UTF-8 (RFC 8259; a byte order mark is not JSON), a
 * blank line has nothing but spaces, tabs and carriage returns.
 */
export function inspectLine(line: Buffer): Verdict {
  if (isBlank(line)) return BLANK;
  if (!isUtf8(line)) return { kind: 'rejected', reason: 'invalid UTF-8' };
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return { kind: 'rejected', reason: 'invalid JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'rejected', reason: 'not a JSON object' };
  }
  const uploadTime: unknown = 'server_upload_time' in value ? value.server_upload_time : undefined;
  return { kind: 'event', uploadTime: typeof uploadTime === 'string' ? uploadTime : undefined };
}

/** True for bytes that are nothing but spaces, tabs and carriage returns. */
export function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
