import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BackfillProgress } from './backfill-progress.ts';
import type { IntervalProgress } from './progress.ts';

/** How far a run of `exportInterval` has come. */
export const progressQuery = defineQuery<IntervalProgress>('progress');

/**
 * Sets how many hours a run of `exportInterval` has in flight, a whole number; 0 pauses it. Any other value is ignored.
 * A backfill sends it to its days.
 */
export const hourConcurrencySignal = defineSignal<[hours: number]>('setHourConcurrency');

/** How far a backfill has come. */
export const backfillProgressQuery = defineQuery<BackfillProgress>('progress');

/** Pauses a backfill: hours in progress go on to their end, no other begins. */
export const pauseUpdate = defineUpdate<BackfillProgress>('pause');

/** Resumes a backfill that is paused. */
export const resumeUpdate = defineUpdate<BackfillProgress>('resume');

/** Sets how many hours a backfill has in flight, a whole number from 1 to 1,000. */
export const concurrencyUpdate = defineUpdate<BackfillProgress, [hours: number]>('setConcurrency');
