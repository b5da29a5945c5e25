import { Secret } from '../core/secret.ts';

/**
 * The value of a variable's text, or the problem with it. `hide`: the text may hold a secret, so messages must not
 * show it.
 */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: string; hide?: true };

type Reader<T> = (text: string) => Reading<T>;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Reads `3h`, `90m`, `45s` or `500ms`, at most `maxHours` hours. The value is in milliseconds. */
export function duration(maxHours: number): Reader<number> {
  return (text) => {
    const match = DURATION.exec(text);
    const unit = match?.[2];
    if (unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h') {
      const value = Math.round(Number(match?.[1]) * UNIT_MS[unit]);
      if (value <= maxHours * UNIT_MS.h) return { ok: true, value };
    }
    return { ok: false, problem: `write a duration such as 3h, 90m or 45s, at most ${maxHours}h` };
  };
}

/** Reads a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): Reader<number> {
  return (text) => {
    const value = Number(text);
    return Number.isInteger(value) && value >= min && value <= max
      ? { ok: true, value }
      : { ok: false, problem: `write a whole number from ${min} to ${max}` };
  };
}

/** Reads one of `words`. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined
      ? { ok: false, problem: `write one of ${words.join(', ')}` }
      : { ok: true, value };
  };
}

/** Reads one or more of `words`, separated by commas. */
export function listOf<const T extends string>(words: readonly T[]): Reader<readonly T[]> {
  const word = oneOf(words);
  return (text) => {
    const readings = text.split(',').map((part) => word(part.trim()));
    const values = readings.flatMap((reading) => (reading.ok ? [reading.value] : []));
    return values.length === readings.length
      ? { ok: true, value: values }
      : { ok: false, problem: `write one or more of ${words.join(', ')}, separated by commas` };
  };
}

/** Reads an http or https address without user and password. */
export const httpUrl: Reader<string> = (text) => {
  // The text before an @ may be a password, in a misspelt address too.
  const hidden = text.includes('@') ? ({ hide: true } as const) : {};
  const problem = 'write a whole address that begins with https:// or http://';
  if (!URL.canParse(text)) return { ok: false, problem, ...hidden };
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '')
    return { ok: false, problem: 'leave user and password out of the address', hide: true };
  return protocol === 'http:' || protocol === 'https:'
    ? { ok: true, value: text }
    : { ok: false, problem, ...hidden };
};

/** Reads an http or https address that is secret as a whole. */
export const secretUrl: Reader<Secret> = (text) => {
  const reading = httpUrl(text);
  return reading.ok ? { ok: true, value: new Secret(reading.value) } : { ...reading, hide: true };
};

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads an address to listen on, such as `127.0.0.1:9464` or `[::1]:9464`. With port 0 the system chooses a free one. */
export const listenAddress: Reader<ListenAddress> = (text) => {
  const [, v6, name, port] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined || Number(port) > 65_535)
    return { ok: false, problem: 'write a host and a port such as 127.0.0.1:9464' };
  return { ok: true, value: { host, port: Number(port) } };
};

/** Reads any text that matches a pattern; `form` describes the text in words. */
export function textLike(pattern: RegExp, form: string): Reader<string> {
  return (text) => (pattern.test(text) ? { ok: true, value: text } : { ok: false, problem: `write ${form}` });
}
