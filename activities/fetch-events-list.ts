import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { download } from '../amplitude/download.ts';
import { parseEventsList, type EventsListLines } from '../amplitude/events-list/parse-events-list.ts';
import { eventsListLimit, requestEventsList } from '../amplitude/events-list/request.ts';
import type { EventsListSource } from '../bronze/events-list/manifest.ts';
import { SOURCE_REQUEST } from '../bronze/operation-log.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';

const ANSWER_FILE = 'events-list.json';

/**
 * Requests the events list, downloads the answer to `folder` and cuts it into lines.
 * @throws what `requestEventsList`, `download` and `parseEventsList` throw
 */
export async function fetchEventsList(
  { sourcePause, settings }: ActivityDependencies,
  attempt: Attempt,
  folder: string,
): Promise<EventsListLines & { readonly source: EventsListSource }> {
  const { signal, log, say } = attempt;
  const { source, redact } = settings;
  // It waits when the export was asked to wait, but a 429 here does not keep the hours waiting.
  await sourcePause.wait(attempt);
  say({ step: 'requesting' });
  const fetchedAt = new Date(await attempt.serverTime()).toISOString();
  const { body, httpStatus } = await log.time(
    { operation: SOURCE_REQUEST, item: 'events list' },
    () => requestEventsList(source, signal),
    (answer) => ({ http_status: answer.httpStatus }),
  );
  const path = join(folder, ANSWER_FILE);
  const { bytes, sha256 } = await log.time(
    { operation: 'download', item: ANSWER_FILE },
    () =>
      download(
        body,
        path,
        (soFar) => say({ step: 'downloading', bytes: soFar }),
        signal,
        source.timeouts,
        eventsListLimit,
      ),
    (answer) => ({ bytes: answer.bytes }),
  );
  const list = await log.time(
    { operation: 'parse', item: ANSWER_FILE, bytes },
    async () => parseEventsList(await readFile(path), redact),
    ({ events }) => ({ events }),
  );
  return { ...list, source: { httpStatus, fetchedAt, bytes, sha256 } };
}
