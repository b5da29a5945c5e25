import { afterEach, beforeEach, expect, it, vi, type MockInstance } from 'vitest';
import { BucketDenied } from '../../bronze/errors.ts';
import { workerLogger } from '../../worker/logger.ts';

let written: MockInstance<typeof process.stderr.write>;

beforeEach(() => {
  written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const lines = (): string[] => written.mock.calls.map(([line]) => String(line));

it('tells a failed activity on one line: which attempt of which run, and the type', () => {
  const error = new BucketDenied('the storage\nrefused');
  workerLogger().warn('Activity failed', {
    activityType: 'upload',
    attempt: 2,
    workflowId: 'export-1',
    error,
  });
  expect(lines()).toEqual([
    expect.stringMatching(
      /^\d{4}-.*Z WARN: Activity failed: upload attempt 2 of export-1: BucketDenied: the storage refused\n$/,
    ),
  ]);
});

it('tells a warning without details as it is', () => {
  workerLogger().warn('the operation log was not stored', { reason: 'BucketUnavailable' });
  expect(lines()).toEqual([
    expect.stringMatching(/ WARN: the operation log was not stored: BucketUnavailable\n$/),
  ]);
});

it('says nothing of a worker without workflows, nor of anything below a warning', () => {
  workerLogger().warn('No workflows registered, not polling for workflow tasks', {});
  workerLogger().info('Worker state changed', {});
  expect(lines()).toEqual([]);
});
