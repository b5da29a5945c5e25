import { afterAll, beforeEach, inject, onTestFinished } from 'vitest';
import { openWorkflowWorker, type StubActivities, type WorkflowWorker } from './workflow-worker.ts';

/** A worker for the tests of a file, to be awaited outside of any test. Before each one its stand-ins forget everything. */
export async function openWorkerOfFile(): Promise<WorkflowWorker> {
  const worker = await openWorkflowWorker(inject('temporalAddress'));
  afterAll(() => worker.close());
  beforeEach(() => worker.stubs.reset());
  return worker;
}

/** Keeps every extract of a test waiting until it is opened, at the latest when the test has ended. */
export function closeGate(stubs: StubActivities): { open: () => void } {
  stubs.hold();
  // Or a test that fails would wait for them.
  onTestFinished(stubs.release);
  return { open: stubs.release };
}
