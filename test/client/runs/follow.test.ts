import { EventEmitter, once } from 'node:events';
import type { Client } from '@temporalio/client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { follow } from '../../../client/runs/follow.ts';

// The waits use Node's timers, which no fake clock moves: the test records the requested times instead.
const slept: number[] = [];

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: async <T>(ms?: number, value?: T): Promise<T> => {
    slept.push(ms ?? 0);
    return value as T;
  },
}));

const client = {
  connection: { withDeadline: (_: number, call: () => unknown) => call() },
} as unknown as Client;

it('the progress of a run is asked for twice a second at first, and in the end every five seconds', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => said.mockRestore());
  const ends = new EventEmitter();
  const run = {
    workflowId: 'run',
    result: async () => {
      await once(ends, 'end');
      return 'done';
    },
    readProgress: async () => {
      if (slept.length === 60) ends.emit('end');
      return 'half';
    },
    describe: (state: string) => ({ state, estimate: '' }),
  };
  expect(await follow(client, run, 'queue')).toBe('done');
  expect(slept[0]).toBe(500);
  expect(new Set(slept.slice(30))).toEqual(new Set([5_000]));
});
