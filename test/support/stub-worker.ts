import { afterAll, beforeEach, inject, onTestFinished } from 'vitest';
import { openWorkflowWorker, type StubActivities, type WorkflowWorker } from './workflow-worker.ts';

/** A worker with stub activities for the tests of a file; await it outside of a test. The stubs are reset before each test. */
export async function openStubWorker(): Promise<WorkflowWorker> {
  const worker = await openWorkflowWorker(inject('temporalAddress'));
  afterAll(() => worker.close());
  beforeEach(() => worker.stubs.reset());
  return worker;
}

/** Makes every extract of a test wait until `release` is called, at the latest when the test has ended. */
export function holdExtracts(stubs: StubActivities): { release: () => void } {
  stubs.hold();
  // Otherwise a failing test would wait for the extracts without end.
  onTestFinished(stubs.release);
  return { release: stubs.release };
}
