import { afterEach, beforeEach, expect, it, vi, type MockInstance } from 'vitest';
import { BucketDenied } from '../../bronze/errors.ts';
import { redactor } from '../../core/redact.ts';
import { workerLogger } from '../../worker/logger.ts';

const redact = redactor(['the-key-4711']);
const text = { format: 'text', level: 'warn' } as const;

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
  workerLogger(text, redact).warn('Activity failed', {
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
  workerLogger(text, redact).warn('Activity failed', {
    ...run,
    window: '2026-01-01T05',
    error: new Error('x'),
  });
  expect(lines()).toEqual([expect.stringMatching(/of export-1: 2026-01-01T05: Error: x\n/)]);
});

it('names the run of a workflow that warns', () => {
  workerLogger(text, redact).warn('a signal was ignored', { workflowId: 'export-1', reason: 'no number' });
  expect(lines()).toEqual([expect.stringMatching(/ WARN: a signal was ignored: export-1: no number\n$/)]);
});

it('writes no secret, not even in a stack', () => {
  workerLogger(text, redact).error('odd', { error: new TypeError('the-key-4711 is not a function') });
  expect(lines()).toEqual([
    expect.stringMatching(/ERROR: odd: TypeError: \*\*\* is not a function\n {4}at /),
  ]);
});

it('writes a warning without details as it is', () => {
  workerLogger(text, redact).warn('the operation log was not stored', { reason: 'BucketUnavailable' });
  expect(lines()).toEqual([
    expect.stringMatching(/ WARN: the operation log was not stored: BucketUnavailable\n$/),
  ]);
});

it('writes neither the warning about a worker without workflows nor anything below a warning', () => {
  workerLogger(text, redact).warn('No workflows registered, not polling for workflow tasks', {});
  workerLogger(text, redact).info('Worker state changed', {});
  expect(lines()).toEqual([]);
});

it('writes an hour that landed with its counts and seconds', () => {
  const counts = { outcome: 'landed', events: 501, rejected: 0, seconds: 1.84 };
  workerLogger({ ...text, level: 'info' }, redact).info('hour landed', {
    workflowId: 'export-1',
    window: '2026-01-01T05',
    ...counts,
  });
  expect(lines()).toEqual([
    expect.stringMatching(
      / INFO: hour landed: export-1: 2026-01-01T05: outcome landed, events 501, rejected 0, seconds 1.84\n$/,
    ),
  ]);
});

it('writes JSON when asked to, and without a format when stderr is no terminal', () => {
  workerLogger({ ...text, format: 'json' }, redact, true).warn('one', {});
  workerLogger({ ...text, format: undefined }, redact, false).warn('two', {});
  expect(lines().map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['one', 'two']);
});

it('writes text on a terminal', () => {
  workerLogger({ ...text, format: undefined }, redact, true).warn('one', {});
  expect(lines()).toEqual([expect.stringMatching(/Z WARN: one\n$/)]);
});
