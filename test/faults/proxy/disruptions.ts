import type { Call } from './calls.ts';

/**
 * Where on its way a request is: nothing of it has been sent on (`before`), half of its body has, or half of the answer
 * to a request without one has come back (`during`), it was answered and nobody knows yet (`after`), or the answer has
 * been handed on (`afterwards`).
 */
export type Phase = 'before' | 'during' | 'after' | 'afterwards';

/** What a proxy does to a request in place of passing it on. */
export type Disruption =
  /** The proxy answers by itself, in the storage's own form. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** The connection is reset before anything is sent on. */
  | { readonly kind: 'reset' }
  /** Nothing ever comes back. */
  | { readonly kind: 'silence' }
  /** The request is carried out, and the connection is reset in place of the answer. */
  | { readonly kind: 'lost answer' }
  /** One byte of the body is another when it arrives. */
  | { readonly kind: 'altered byte' }
  /** Something happens at a point of the request's way; then the connection is dropped, or the request goes on. */
  | { readonly kind: 'interrupt'; readonly phase: Phase; readonly act: () => Promise<'drop' | 'go on'> };

/** Decides what happens to each request; undefined passes it on. */
export type Rule = (call: Call) => Disruption | undefined;

/** Passes everything on. */
export const noRule: Rule = () => undefined;
