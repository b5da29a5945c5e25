import type { Call } from './calls.ts';

/**
 * The progress of a request. `before`: nothing is forwarded. `during`: half of its body is forwarded, or without a body
 * half of the answer is sent back. `after`: the proxy has the answer, and the client does not. `afterwards`: the client
 * has the answer.
 */
export type Phase = 'before' | 'during' | 'after' | 'afterwards';

/** What a proxy does with a request instead of forwarding it. */
export type Disruption =
  /** The proxy itself answers, in the form of the storage. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** The connection is reset before anything is forwarded. */
  | { readonly kind: 'reset' }
  /** No answer ever comes. */
  | { readonly kind: 'silence' }
  /** The request is carried out, and the connection is reset instead of an answer. */
  | { readonly kind: 'lost answer' }
  /** One byte of the body is changed. */
  | { readonly kind: 'altered byte' }
  /** `act` runs at a phase of the request; then the connection is dropped, or the request continues. */
  | { readonly kind: 'interrupt'; readonly phase: Phase; readonly act: () => Promise<'drop' | 'go on'> };

/** Decides what happens to each request; undefined forwards it. */
export type Rule = (call: Call) => Disruption | undefined;

/** Forwards every request. */
export const noRule: Rule = () => undefined;
