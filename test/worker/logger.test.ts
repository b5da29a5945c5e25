import { afterEach, beforeEach, expect, it, vi, type MockInstance } from 'vitest';
import { BucketDenied } from '../../bronze/errors.ts';
import { redactor } from '../../core/redact.ts';
import { workerLogger } from '../../worker/logger.ts';

const redact = redactor(['the-key-4711']);

let written: MockInstance<typeof process.stderr.write>;

beforeEach(() => {
  written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const lines = (): string[] => written.mock.calls.map(([line]) => String(line));

it('writes a failed activity on one line: which attempt of which run, and the type', () => {
  const error = new BucketDenied('the storage\nrefused');
  workerLogger(redact).warn('Activity failed', {
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

it('names the hour when the entry has it', () => {
  const run = { activityType: 'upload', attempt: 2, workflowId: 'export-1' };
  workerLogger(redact).warn('Activity failed', { ...run, window: '2026-01-01T05', error: new Error('x') });
  expect(lines()).toEqual([expect.stringMatching(/of export-1: 2026-01-01T05: Error: x\n/)]);
});

it('names the run of a workflow that warns', () => {
  workerLogger(redact).warn('a signal was ignored', { workflowId: 'export-1', reason: 'no number' });
  expect(lines()).toEqual([expect.stringMatching(/ WARN: a signal was ignored: export-1: no number\n$/)]);
});

it('writes no secret, not even in a stack', () => {
  workerLogger(redact).error('odd', { error: new TypeError('the-key-4711 is not a function') });
  expect(lines()).toEqual([
    expect.stringMatching(/ERROR: odd: TypeError: \*\*\* is not a function\n {4}at /),
  ]);
});

it('writes a warning without details as it is', () => {
  workerLogger(redact).warn('the operation log was not stored', { reason: 'BucketUnavailable' });
  expect(lines()).toEqual([
    expect.stringMatching(/ WARN: the operation log was not stored: BucketUnavailable\n$/),
  ]);
});

it('writes neither the warning about a worker without workflows nor anything below a warning', () => {
  workerLogger(redact).warn('No workflows registered, not polling for workflow tasks', {});
  workerLogger(redact).info('Worker state changed', {});
  expect(lines()).toEqual([]);
});
