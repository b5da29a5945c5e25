import { ServiceError, type Client } from '@temporalio/client';
import { expect, it, vi } from 'vitest';
import { followRun } from '../../../client/runs/follow-run.ts';
import type { RunHandle } from '../../../client/runs/start-run.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { ProgressBoard } from '../../../workflows/progress.ts';

const window = parseHourWindow('2026-01-01T00');
const board = new ProgressBoard();
board.planned({ start: window, end: window }, 1, 0);
const progress = board.read();

/** The error of gRPC when the server is gone, as the client passes it on. */
function away(): ServiceError {
  const cause = Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: '', metadata: {} });
  return new ServiceError('Failed to get Workflow execution history', { cause });
}

function handleWith(result: () => Promise<unknown>): RunHandle {
  return { workflowId: 'run', result, query: async () => progress } as unknown as RunHandle;
}

const client = {
  connection: { withDeadline: (_: number, call: () => unknown) => call() },
} as unknown as Client;

it('a run is followed again when Temporal answers again', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const result = vi.fn<() => Promise<unknown>>().mockRejectedValueOnce(away()).mockRejectedValueOnce(away());
  result.mockResolvedValue(progress);
  expect(await followRun(client, handleWith(result), 'queue')).toBe(progress);
  expect(said.mock.calls.flat().join('')).toContain('the run goes on');
  said.mockRestore();
});

it('a run whose result Temporal refuses is not followed any more', async () => {
  const refusal = new ServiceError('Failed to get Workflow execution history', {
    cause: Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: '', metadata: {} }),
  });
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await expect(
    followRun(
      client,
      handleWith(() => Promise.reject(refusal)),
      'queue',
    ),
  ).rejects.toBe(refusal);
  said.mockRestore();
});
