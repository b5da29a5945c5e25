import { afterEach, expect, it, vi } from 'vitest';
import { AccessDenied } from '../../../amplitude/errors.ts';
import { report } from '../../../client/terminal/report-error.ts';
import { ConfigurationInvalid } from '../../../config/errors.ts';
import { remedyFor } from '../../../core/error-types.ts';
import { ExportError, type Failure } from '../../../core/errors.ts';

class Failed extends ExportError {
  readonly type = 'HoursFailed';
  readonly result = { workflowId: 'run' };
  override readonly failures: readonly Failure[] = ['DiskFull', 'AccessDenied', 'DiskFull', 'Timeout'].map(
    (type) => ({ type, message: 'the reason' }),
  );
}

afterEach(() => vi.restoreAllMocks());

const redact = (text: string): string => text.replaceAll('secret', '***');

/** The printed text of an error, and the exit code. */
function reported(error: unknown, json: boolean): { text: string; code: number } {
  const lines: unknown[] = [];
  vi.spyOn(console, json ? 'log' : 'error').mockImplementation((...texts: unknown[]) => lines.push(...texts));
  const code = report(error, json, redact);
  return { text: lines.join('\n'), code };
}

const { whatToDo } = remedyFor('HoursFailed');
const causes = (['DiskFull', 'AccessDenied'] as const).map((type) => ({ type, ...adviceOf(type) }));

function adviceOf(type: 'DiskFull' | 'AccessDenied'): { whatToDo: string } {
  return { whatToDo: remedyFor(type).whatToDo };
}

it('an error is printed with what to do, on a line of its own', () => {
  expect(reported(new AccessDenied('refused with secret'), false)).toEqual({
    text: `AccessDenied: refused with ***\n  What to do: ${remedyFor('AccessDenied').whatToDo}`,
    code: 1,
  });
  expect(reported(new ConfigurationInvalid(['one', 'two']), false)).toEqual({
    text: `ConfigurationInvalid: some settings are missing or wrong:\n  - one\n  - two\n  What to do: ${remedyFor('ConfigurationInvalid').whatToDo}`,
    code: 2,
  });
});

it('an error that sums up failures is printed with what to do about each of their types, once', () => {
  const lines = causes.map((cause) => `  What to do about ${cause.type}: ${cause.whatToDo}`);
  expect(reported(new Failed('3 of 5 hours failed'), false).text.split('\n')).toEqual([
    'HoursFailed: 3 of 5 hours failed',
    `  What to do: ${whatToDo}`,
    ...lines,
  ]);
});

it('an error as JSON has the same words, next to the result', () => {
  expect(JSON.parse(reported(new Failed('3 of 5 hours failed'), true).text)).toEqual({
    workflowId: 'run',
    error: { type: 'HoursFailed', message: '3 of 5 hours failed', whatToDo, causes },
  });
  expect(JSON.parse(reported(new AccessDenied('refused'), true).text)).toEqual({
    error: { type: 'AccessDenied', message: 'refused', ...adviceOf('AccessDenied') },
  });
});

it('an error without a type is printed without what to do', () => {
  expect(reported(new Error('oops'), false).text).not.toContain('What to do');
  expect(JSON.parse(reported(new Error('oops'), true).text)).toEqual({
    error: { type: 'Error', message: 'oops' },
  });
});
