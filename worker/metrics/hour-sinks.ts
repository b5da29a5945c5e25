import type { InjectedSinks } from '@temporalio/worker';
import type { HourSinks } from '../../workflows/report-hour.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

/**
 * Counts the hours of the workflows that a worker runs, each once: not again at a replay. Without `metrics` nothing counts
 * them.
 */
export function hourSinks(metrics: PipelineMetrics | undefined): InjectedSinks<HourSinks> {
  return {
    hours: {
      landed: { fn: (_info, uploaded) => metrics?.hourLanded(uploaded), callDuringReplay: false },
      failed: { fn: () => metrics?.hourFailed(), callDuringReplay: false },
    },
  };
}
