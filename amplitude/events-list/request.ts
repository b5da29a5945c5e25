import type { Readable } from 'node:stream';
import { errorForRefusal, refuseEncoding } from '../answers.ts';
import type { DownloadLimit } from '../download.ts';
import { EventsListInvalid } from '../errors.ts';
import { EVENTS_LIST_BYTES } from '../limits.ts';
import { send } from '../send.ts';
import { eventsListUrl, proxyOf, redactorOf, timeoutsOf, type Source } from '../source.ts';
import { firstText } from '../text-answer.ts';

/** An answer with the events list. Read the body to its end, or destroy it. */
export interface EventsListAnswer {
  readonly httpStatus: 200;
  readonly body: Readable;
}

/** How large the answer may be: all of it is in memory. */
export const eventsListLimit: DownloadLimit = {
  bytes: EVENTS_LIST_BYTES,
  exceeded: (bytes) =>
    new EventsListInvalid(`the events list is over ${EVENTS_LIST_BYTES} bytes (${bytes} so far)`, {
      httpStatus: 200,
    }),
};

/**
 * Requests the events list.
 * Source: Amplitude Dashboard REST API documentation, `GET /api/2/events/list`.
 * @throws the error for the status (answers.ts), UnexpectedAnswer, ConnectionLost, SourceTimedOut, ProxyRefused,
 *   ProxyUnavailable or OpenFilesExhausted; the signal's reason
 */
export async function requestEventsList(source: Source, signal: AbortSignal): Promise<EventsListAnswer> {
  const url = eventsListUrl(source);
  const proxy = proxyOf(source, url);
  const redact = redactorOf(source, proxy);
  const response = await send(source, { url }, proxy, signal);
  const { status, headers, data } = response;
  if (status === 200) {
    refuseEncoding(response, redact);
    return { httpStatus: 200, body: data };
  }
  const body = await firstText(data, timeoutsOf(source).stallMs, redact);
  signal.throwIfAborted();
  throw errorForRefusal({ status, headers, body }, 'the events list', proxy);
}
