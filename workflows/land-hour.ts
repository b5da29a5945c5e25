import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { HourInput } from '../activities/hour-input.ts';
import type { Extracted } from '../activities/extract.ts';
import type { HostActivities, SharedActivities } from '../activities/index.ts';
import type { Uploaded } from '../activities/uploaded.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { discardOptions, hostOptions, sharedOptions } from './activity-options.ts';
import { hostIsGone, startsAgain } from './failures.ts';

/** Where an hour is on its way. */
export type HourStep = 'extract' | 'parse' | 'upload';

/** An archive that is damaged so often is damaged at its source. */
const DAMAGED_PASSES = 5;

/** Lost hosts are nobody's fault, but must not keep an hour going round for ever. */
const ALL_PASSES = 20;

/**
 * Lands one hour window: extract, parse, upload. The files stay on the host that downloaded them, so parse and upload
 * run on that host's own task queue. When the host dies, or the files are lost or damaged, the hour starts again from
 * extract, which first looks whether it has landed after all. With `anew` the hour lands even if it holds the same lines.
 */
export async function landHour(
  window: HourWindow,
  options: { readonly anew?: true },
  onStep: (step: HourStep) => void,
): Promise<Uploaded> {
  let damaged = 0;
  let lost: Pick<HourInput, 'lostStep'> = {};
  for (let pass = 1; ; pass += 1) {
    let step: HourStep = 'extract';
    let extracted: Extracted | undefined;
    const enter = (next: HourStep): void => onStep((step = next));
    try {
      enter('extract');
      extracted = await onAnyHost(window).extract({ window, pass, ...lost, knowsLanded: true });
      const { folder, source, landed } = extracted;
      if (landed !== undefined) return landed;
      if (folder === null) {
        enter('upload');
        return await onAnyHost(window).upload({ window, pass, folder, source, ...options });
      }
      enter('parse');
      await onHost(extracted, window).parse({ window, pass, folder, sha256: source.sha256 });
      enter('upload');
      return await onHost(extracted, window).upload({ window, pass, folder, source, ...options });
    } catch (failure) {
      const gone = hostIsGone(failure);
      if (!gone) await discardFiles(extracted, window);
      if (!startsAgain(failure) || pass === ALL_PASSES) throw failure;
      if (!gone) damaged += 1;
      if (damaged === DAMAGED_PASSES) throw failure;
      lost = gone && step !== 'extract' ? { lostStep: step } : {};
    }
  }
}

function onAnyHost(window: HourWindow): SharedActivities {
  return proxyActivities<SharedActivities>({ ...sharedOptions, summary: window });
}

function onHost({ hostTaskQueue }: Extracted, window: HourWindow): HostActivities {
  return proxyActivities<HostActivities>({ ...hostOptions, taskQueue: hostTaskQueue, summary: window });
}

/** Frees the host's disk and place at once, also when the run was cancelled; if it cannot, the host's sweep will. */
async function discardFiles(extracted: Extracted | undefined, window: HourWindow): Promise<void> {
  if (extracted === undefined || extracted.folder === null) return;
  const { folder, hostTaskQueue } = extracted;
  const { discard } = proxyActivities<HostActivities>({
    ...discardOptions,
    taskQueue: hostTaskQueue,
    summary: window,
  });
  await CancellationScope.nonCancellable(() => discard({ folder })).catch(() => undefined);
}
