import type { LogEntry } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { BucketDenied } from '../../bronze/errors.ts';
import { redactor } from '../../core/redact.ts';
import { jsonLines } from '../../worker/log-json.ts';

const time = '2026-01-02T03:31:07.512Z';

/** The lines that are written for an entry. */
function linesFor(entry: Pick<LogEntry, 'level' | 'message' | 'meta'>): string[] {
  const lines: string[] = [];
  const timestampNanos = BigInt(Date.parse(time)) * 1_000_000n;
  jsonLines(redactor(['the-key-4711', 'with "quotes"']), (line) => lines.push(line))({
    ...entry,
    timestampNanos,
  });
  return lines;
}

const fieldsFor = (entry: Pick<LogEntry, 'level' | 'message' | 'meta'>): unknown =>
  JSON.parse(linesFor(entry).join(''));

it('an entry is one line with its level, time and message', () => {
  expect(linesFor({ level: 'INFO', message: 'two\nlines' })).toEqual([
    `{"level":"info","time":"${time}","message":"two\\nlines"}\n`,
  ]);
});

it('an attempt has the names of the operation log, and the type of its error without a stack', () => {
  const error = new BucketDenied('the storage refused');
  const sdk = {
    activityType: 'upload',
    attempt: 2,
    workflowId: 'export-1',
    workflowRunId: 'run-1',
    taskToken: 'long',
  };
  expect(
    fieldsFor({
      level: 'WARN',
      message: 'Activity failed',
      meta: { ...sdk, window: '2026-01-01T05', error },
    }),
  ).toEqual({
    level: 'warn',
    time,
    message: 'Activity failed',
    activity: 'upload',
    attempt: 2,
    workflowId: 'export-1',
    runId: 'run-1',
    window: '2026-01-01T05',
    error: { type: 'BucketDenied', message: 'the storage refused' },
  });
});

it('an error without a type has its stack', () => {
  expect(fieldsFor({ level: 'ERROR', message: 'odd', meta: { error: new TypeError('x') } })).toMatchObject({
    error: { message: 'x', stack: expect.stringContaining('TypeError: x\n') as unknown },
  });
});

it('counts stay numbers', () => {
  const counts = { window: '2026-01-01T05', events: 501, rejected: 0, seconds: 1.84 };
  expect(fieldsFor({ level: 'INFO', message: 'hour landed', meta: counts })).toMatchObject(counts);
});

it('no secret is written, in whatever field, escaped or not', () => {
  const meta = {
    reason: new Error('the-key-4711 is wrong'),
    note: 'a "with \\"quotes\\""',
    other: 'with "quotes"',
  };
  const [line = ''] = linesFor({ level: 'WARN', message: 'the-key-4711', meta });
  expect(line).not.toContain('the-key-4711');
  expect(line).not.toContain('quotes\\""}');
  expect(JSON.parse(line)).toMatchObject({ message: '***', other: '***' });
});

it('a control character is an escape of JSON', () => {
  const [line = ''] = linesFor({ level: 'WARN', message: 'a\u009bb\u2028c' });
  expect(line).toContain('a\\u009bb\\u2028c');
  expect(JSON.parse(line)).toMatchObject({ message: 'a\u009bb\u2028c' });
});

it('a value that JSON cannot have does not stop the log', () => {
  const circular: Record<string, unknown> = { big: 5n };
  circular['self'] = circular;
  expect(fieldsFor({ level: 'INFO', message: 'odd', meta: { circular } })).toMatchObject({ message: 'odd' });
});
