import { join } from 'node:path';
import { checkArchive } from '../amplitude/check-archive.ts';
import { requestHour, type Answer } from '../amplitude/client.ts';
import { download } from '../amplitude/download.ts';
import { HourNotDue, RateLimited } from '../amplitude/errors.ts';
import type { ManifestSource } from '../bronze/manifest.ts';
import { SOURCE_REQUEST } from '../bronze/operation-log.ts';
import type { Checksums } from '../core/checksum.ts';
import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ARCHIVE_FILE } from './work-files.ts';

/** An hour from the Export API. Without an `archive` it has no data. */
export interface FetchedHour {
  readonly source: ManifestSource;
  readonly archive?: Checksums;
}

/**
 * Requests one hour from the Export API, downloads the answer to `folder` and checks every member of it.
 * @throws HourNotDue; what `requestHour`, `download` and `checkArchive` throw
 */
export async function fetchArchive(
  dependencies: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
  folder: string,
): Promise<FetchedHour> {
  const { source } = dependencies.settings;
  const host = new URL(source.url).host;
  const { answer, requestedMs } = await request(dependencies, window, attempt);
  const fetchedAt = new Date(requestedMs).toISOString();
  if (answer.kind === 'none') {
    refuseBeforeDue(dependencies, window, requestedMs);
    return { source: { host, httpStatus: answer.httpStatus, bytes: 0, sha256: null, fetchedAt } };
  }
  const path = join(folder, ARCHIVE_FILE);
  const archive = await attempt.log.time(
    { operation: 'download', item: ARCHIVE_FILE },
    () =>
      download(
        answer.body,
        path,
        (bytes) => attempt.say({ step: 'downloading', bytes }),
        attempt.signal,
        source.timeouts,
      ),
    ({ bytes }) => ({ bytes }),
  );
  const { bytes, sha256 } = archive;
  attempt.say({ step: 'checking the archive', bytes });
  await attempt.log.time({ operation: 'check-archive', item: ARCHIVE_FILE, bytes }, () =>
    checkArchive(path, attempt.signal),
  );
  return { source: { host, httpStatus: answer.httpStatus, bytes, sha256, fetchedAt }, archive };
}

/**
 * Requests the hour, after the pause that the source has asked for. `requestedMs` is the time by the server right
 * before the request: it says how new the answer is.
 */
async function request(
  { sourcePause, settings }: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
): Promise<{ readonly answer: Answer; readonly requestedMs: number }> {
  await sourcePause.wait(attempt);
  attempt.say({ step: 'requesting' });
  const requestedMs = await attempt.serverTime();
  try {
    const answer = await attempt.log.time(
      { operation: SOURCE_REQUEST, item: window },
      () => requestHour(settings.source, window, attempt.signal),
      ({ httpStatus }) => ({ http_status: httpStatus }),
    );
    return { answer, requestedMs };
  } catch (error) {
    if (error instanceof RateLimited) await sourcePause.start(error.retryAfterMs ?? 0, attempt);
    throw error;
  }
}

function refuseBeforeDue({ settings }: ActivityDependencies, window: HourWindow, requestedMs: number): void {
  const waitMs = hourStartMs(window) + settings.hourDueAfterMs - requestedMs;
  if (waitMs <= 0) return;
  throw new HourNotDue(
    `Amplitude has no data for ${window} yet (404), and the hour is not due before ${new Date(requestedMs + waitMs).toISOString()}`,
    {
      retryAfterMs: waitMs,
      httpStatus: 404,
    },
  );
}
