import { isUtf8 } from 'node:buffer';
import { walkJson, type JsonKind } from './long-line-json.ts';

/** What a line is. `uploadTime` is the event's `server_upload_time` as it was written, when it has one. */
export type Verdict =
  | { readonly kind: 'blank' }
  | { readonly kind: 'event'; readonly uploadTime: string | undefined }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

/** Why a line is kept aside. `too long` is found by line-scanner.ts, which holds no such line; the others here. */
export type RejectReason = 'invalid UTF-8' | 'invalid JSON' | 'not a JSON object' | 'too long';

const BLANK: Verdict = { kind: 'blank' };

/** Longer lines are read by long-line-json.ts: `JSON.parse` is faster, but may take fifty times the bytes of a line. */
const MAX_PARSED_BYTES = 1024 * 1024;

/**
 * Says what one line is: an event is one JSON object in valid UTF-8 (RFC 8259; a byte order mark is not JSON), a
 * blank line has nothing but spaces, tabs and carriage returns.
 */
export function inspectLine(line: Buffer): Verdict {
  if (isBlank(line)) return BLANK;
  if (!isUtf8(line)) return { kind: 'rejected', reason: 'invalid UTF-8' };
  const json = line.length > MAX_PARSED_BYTES ? walkJson(line) : parseJson(line);
  if (json.kind === 'invalid') return { kind: 'rejected', reason: 'invalid JSON' };
  if (json.kind === 'other') return { kind: 'rejected', reason: 'not a JSON object' };
  return { kind: 'event', uploadTime: json.uploadTime };
}

function parseJson(line: Buffer): JsonKind {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return { kind: 'invalid' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'other' };
  const uploadTime: unknown = 'server_upload_time' in value ? value.server_upload_time : undefined;
  return { kind: 'object', uploadTime: typeof uploadTime === 'string' ? uploadTime : undefined };
}

/** True for bytes that are nothing but spaces, tabs and carriage returns. */
export function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
