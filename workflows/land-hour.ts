import type { Priority } from '@temporalio/common';
import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { HourInput } from '../activities/hour-input.ts';
import type { Extracted, ExtractInput } from '../activities/extract.ts';
import type { WorkerSpecificActivities, SharedActivities } from '../activities/index.ts';
import type { Uploaded } from '../activities/uploaded.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { discardOptions, workerSpecificOptions, sharedOptions } from './activity-options.ts';
import { isHandedBack, workerIsGone, startsAgain } from './failures.ts';

/** The activity that an hour has reached. */
export type HourStep = 'extract' | 'parse' | 'upload';

/** What is special about the landing of an hour: what extract and upload get besides their common input. */
export interface LandingOptions {
  readonly extract: Pick<ExtractInput, 'rawFirst'>;
  readonly upload: { readonly force?: true };
  /** Undefined: that of the run. */
  readonly priority: Priority | undefined;
}

/** An archive that is damaged in this number of rounds is damaged at its source. */
const DAMAGED_ROUNDS = 5;

/** A lost worker is not the fault of the hour, but its rounds must end. */
const ALL_ROUNDS = 20;

/**
 * Lands one hour window: extract, parse, upload. The files stay on the worker that downloaded them, so parse and upload
 * run on its worker-specific task queue. When the worker dies, or the files are lost or damaged, another round begins
 * with extract, which first checks whether the hour has landed.
 * @throws ActivityFailure of the last round
 */
export async function landHour(
  window: HourWindow,
  options: LandingOptions,
  onStep: (step: HourStep) => void,
): Promise<Uploaded> {
  let damaged = 0;
  let lost: Pick<HourInput, 'lostStep'> = {};
  for (let round = 1; ; round += 1) {
    let step: HourStep = 'extract';
    let extracted: Extracted | undefined;
    const enter = (next: HourStep): void => onStep((step = next));
    try {
      enter('extract');
      const input = { window, round, ...lost, ...options.extract, knowsLanded: true } as const;
      extracted = await onAnyWorker(window, options).extract(input);
      const { source, landed } = extracted;
      if (landed !== undefined) return landed;
      if (extracted.folder === null) {
        enter('upload');
        return await onAnyWorker(window, options).upload({
          window,
          round,
          folder: null,
          source,
          ...options.upload,
        });
      }
      const { folder, archive, fromBucket } = extracted;
      enter('parse');
      await onSameWorker(extracted, window, options).parse({
        window,
        round,
        folder,
        archive,
        fetchedAt: source.fetchedAt,
      });
      enter('upload');
      const origin = fromBucket === true ? { fromBucket } : {};
      const landing = { window, round, folder, source, ...origin, ...options.upload };
      return await onSameWorker(extracted, window, options).upload(landing);
    } catch (failure) {
      const gone = workerIsGone(failure);
      const isDamaged = !gone && !isHandedBack(failure);
      if (isDamaged) await discardFiles(extracted, window);
      if (!startsAgain(failure) || round === ALL_ROUNDS) throw failure;
      if (isDamaged) damaged += 1;
      if (damaged === DAMAGED_ROUNDS) throw failure;
      lost = gone && step !== 'extract' ? { lostStep: step } : {};
    }
  }
}

function onAnyWorker(window: HourWindow, { priority }: LandingOptions): SharedActivities {
  return proxyActivities<SharedActivities>({
    ...sharedOptions,
    ...(priority && { priority }),
    summary: window,
  });
}

function onSameWorker(
  { workerTaskQueue }: Extracted,
  window: HourWindow,
  { priority }: LandingOptions,
): WorkerSpecificActivities {
  return proxyActivities<WorkerSpecificActivities>({
    ...workerSpecificOptions,
    ...(priority && { priority }),
    taskQueue: workerTaskQueue,
    summary: window,
  });
}

/**
 * Releases the disk and the slot of the worker at once, also when the run was cancelled. If that fails, the worker does
 * it later.
 */
async function discardFiles(extracted: Extracted | undefined, window: HourWindow): Promise<void> {
  if (extracted === undefined || extracted.folder === null) return;
  const { folder, workerTaskQueue } = extracted;
  const { discard } = proxyActivities<WorkerSpecificActivities>({
    ...discardOptions,
    taskQueue: workerTaskQueue,
    summary: window,
  });
  await CancellationScope.nonCancellable(() => discard({ folder })).catch(() => undefined);
}
