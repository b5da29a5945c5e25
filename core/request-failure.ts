import { isAxiosError } from 'axios';
import { ExportError } from './errors.ts';
import { openFilesError } from './file-errors.ts';
import { trustAdvice } from './trust.ts';

/**
 * Why a request got no answer: the typed error behind it, if there is one, or the code in words for a message, with what
 * to do about a certificate that is not trusted. The axios error itself holds the request with its secrets, so nothing
 * else of it is passed on.
 */
export function requestFailure(error: unknown): ExportError | string {
  const cause = isAxiosError(error) ? error.cause : error;
  if (cause instanceof ExportError) return cause;
  const exhausted = openFilesError(error);
  if (exhausted !== undefined) return exhausted;
  const code = isAxiosError(error) ? (error.code ?? 'no code') : 'no code';
  const advice = trustAdvice(code);
  return `(${code})${advice === undefined ? '' : `; ${advice}`}`;
}
