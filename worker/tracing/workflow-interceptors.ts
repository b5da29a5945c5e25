import { TRACE_HEADER } from '@temporalio/interceptors-opentelemetry/lib/instrumentation.js';
import { interceptors as official } from '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js';
import type { WorkflowInterceptors, WorkflowOutboundCallsInterceptor } from '@temporalio/workflow';

/** A child workflow begins a trace of its own: a backfill of years would be one trace with a million spans. */
const traceOfItsOwn: WorkflowOutboundCallsInterceptor = {
  startChildWorkflowExecution: (input, next) => {
    const { [TRACE_HEADER]: _, ...headers } = input.headers;
    return next({ ...input, headers });
  },
};

/** The interceptors in the workflow bundle of a worker that traces. */
export const interceptors = (): WorkflowInterceptors => {
  const { outbound = [], ...others } = official();
  // The last one sees what the others add.
  return { ...others, outbound: [...outbound, traceOfItsOwn] };
};
