import { decoded } from '../core/decoded.ts';
import type { Proxies } from '../core/proxies.ts';
import type { Secret } from '../core/secret.ts';

/** Where notifications go. Whoever has the address may post there, so the whole address is a secret. */
export interface Webhook {
  readonly url: Secret;
  readonly proxies: Proxies;
  /** How long one request may wait for its answer, in milliseconds; 10 seconds by default. */
  readonly answerMs?: number;
}

/** Words name a place and are no token: `services`, `incoming-webhook`. Longer ones may be random letters. */
const WORDS = /^[a-z]{1,15}([_-][a-z]{1,15})*$/;

/**
 * The secrets in the text of a webhook's address: the whole, its path and query, and each part of them that may be a
 * token; encoded as written, and decoded. A text that is no address is a secret as a whole.
 */
export function secretsOfWebhook(text: string): string[] {
  if (text === '') return [];
  if (!URL.canParse(text)) return [text];
  const { href, pathname, search, hash, username, password } = new URL(text);
  const path = pathname === '/' ? '' : pathname;
  const parts = `${pathname}${search}${hash}`
    .split(/[/?&=#;]/)
    .filter((part) => part !== '' && !WORDS.test(part));
  const written = [text, href, path, path + search, username, password, ...parts].filter(
    (part) => part !== '',
  );
  return [...new Set([...written, ...written.map(decoded)])];
}
