import { afterAll, beforeEach, inject, onTestFinished } from 'vitest';
import { openWorkflowHost, type StandIns, type WorkflowHost } from './workflow-worker.ts';

/** A worker for the tests of a file, to be awaited outside of any test. Before each one its stand-ins forget everything. */
export async function openHostOfFile(): Promise<WorkflowHost> {
  const worker = await openWorkflowHost(inject('temporalAddress'));
  afterAll(() => worker.close());
  beforeEach(() => worker.standIns.reset());
  return worker;
}

/** Keeps every extract of a test waiting until it is opened, at the latest when the test has ended. */
export function closeGate(standIns: StandIns): { open: () => void } {
  standIns.hold();
  // Or a test that fails would wait for them.
  onTestFinished(standIns.release);
  return { open: standIns.release };
}
