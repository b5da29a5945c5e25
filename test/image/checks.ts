import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Ledger } from '../../bronze/ledger.ts';
import { hoursOf, parseInterval, type Interval } from '../../core/interval.ts';
import { landed, served } from '../support/landed-lines.ts';
import type { Ended } from '../support/command-line.ts';
import type { Container } from './containers.ts';
import { leftIn, type ImageSuite } from './image-suite.ts';

/** What a check proves, in words, and its work, which throws when the image fails it. */
export interface Check {
  readonly what: string;
  readonly prove: (suite: ImageSuite) => Promise<void>;
}

/** An hour without data, one with rejected lines, and some others. */
const INTERVAL: Interval = parseInterval({ start: '2026-01-01T02', end: '2026-01-01T06' });
const RANGE = ['--from', INTERVAL.start, '--to', INTERVAL.end];
const NEXT_RANGE = ['--from', '2026-01-01T07', '--to', '2026-01-01T08'];
const STALLED: Interval = parseInterval({ start: '2026-01-02T05', end: '2026-01-02T05' });

/** Prints what a process may do, and the errors of writing to folders outside of its volume. */
const LOOK_AROUND = `
const { readFileSync, writeFileSync } = require('node:fs');
const status = readFileSync('/proc/self/status', 'utf8');
const written = ['/', '/app/', '/tmp/', '/home/node/'].map((folder) => {
  try { writeFileSync(folder + 'x', ''); return 'written'; } catch (error) { return error.code; }
});
const field = (name) => status.match(new RegExp(name + ':\\\\s*(\\\\S+)'))[1];
console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(),
  capabilities: field('CapPrm') + field('CapBnd'), noNewPrivileges: field('NoNewPrivs'), written }));
`;

/** All checks, in an order in which later ones use what earlier ones have landed. */
export const checks: readonly Check[] = [
  {
    what: 'every verb shows its help',
    prove: async ({ verb }) => {
      const { out } = succeeded(await verb(['--help']));
      const verbs = [...out.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
      ok(verbs.length > 5, out);
      for (const name of verbs.filter((name) => name !== 'help')) {
        match(succeeded(await verb([name, '--help'])).out, new RegExp(`^Usage: amplitude-export ${name} `));
      }
    },
  },
  {
    what: 'its user has no rights, and can write to no folder but the volume',
    prove: async ({ containers, unpacked }) => {
      const node = ['node', '--eval', LOOK_AROUND];
      const { out } = succeeded(await containers.run({ args: [], env: {}, entrypoint: node }));
      const { uid, gid } = unpacked;
      ok(uid > 0 && gid > 0);
      deepEqual(JSON.parse(out), {
        uid,
        gid,
        groups: [gid],
        capabilities: '0'.repeat(32),
        noNewPrivileges: '1',
        written: Array.from({ length: 4 }, () => 'EROFS'),
      });
    },
  },
  {
    what: 'setup makes the bucket and probes it',
    prove: async ({ verb }) => void succeeded(await verb(['setup'])),
  },
  {
    what: 'a worker that cannot write to WORK_DIR says so',
    prove: async ({ containers, env }) => {
      const { code, err } = await containers.run({ args: ['worker'], env });
      match(err, /ConfigurationInvalid: .*WORK_DIR: \/var\/lib\/amplitude-export cannot be written.*EROFS/s);
      equal(code, 2);
    },
  },
  {
    what: 'a worker gets healthy, by the health check of the Compose file',
    prove: async (suite) => {
      const worker = await suite.startWorker();
      await worker.saying(/worker ready/);
      await untilHealthy(suite, worker);
    },
  },
  {
    what: 'run lands hours as events and Parquet, with the lines that were served',
    prove: async ({ verb, pipeline: { bucket, prefix, sample } }) => {
      succeeded(await verb(['run', ...RANGE]));
      const manifests = await new Ledger(bucket, prefix).read(hoursOf(INTERVAL));
      deepEqual([...manifests.keys()].toSorted(), hoursOf(INTERVAL));
      for (const [window, manifest] of manifests) {
        if (manifest.status === 'empty') continue;
        deepEqual(await landed(bucket, manifest), served(sample, window), window);
        const rows = manifest.outputs.filter(({ format }) => format === 'parquet');
        equal(
          rows.reduce((sum, { events }) => sum + events, 0),
          manifest.events,
        );
      }
      ok([...manifests.values()].filter(({ status }) => status === 'complete').length >= 3);
    },
  },
  {
    what: 'backfill, verify --deep and status',
    prove: async ({ verb, volume }) => {
      succeeded(await verb(['backfill', ...NEXT_RANGE]));
      succeeded(await verb(['verify', '--deep', ...RANGE]));
      const { out, err } = succeeded(await verb(['status', '--json', ...RANGE]));
      equal((JSON.parse(out) as { counts: { missing: number } }).counts.missing, 0);
      equal(err, '', 'status warns');
      const page = '/var/lib/amplitude-export/status.html';
      succeeded(await verb(['status', '--html', page, ...RANGE]));
      match(await readFile(join(volume, 'status.html'), 'utf8'), /^<!doctype html>/i);
    },
  },
  {
    what: 'schedule: create, describe, pause, resume, delete',
    prove: async ({ verb, pipeline }) => {
      const id = `${pipeline.taskQueue}-daily`;
      succeeded(await verb(['schedule', 'create', '--id', id, '--at', '03:30']));
      match(succeeded(await verb(['schedule', 'describe', id])).out, /03:30/);
      for (const name of ['pause', 'resume', 'delete']) succeeded(await verb(['schedule', name, id]));
    },
  },
  {
    what: 'SIGTERM in the middle of an hour: exit code 0 within the grace time, no work file left',
    prove: async (suite) => {
      const { pipeline, workers, volume, graceMs } = suite;
      // It never answers to its end: the hour is certainly in progress when the signal comes.
      pipeline.api.addFault(`${STALLED.start}=stall`);
      const run = await pipeline.client.workflow.start('exportInterval', {
        workflowId: `${pipeline.taskQueue}-stalled`,
        taskQueue: pipeline.taskQueue,
        args: [{ ...STALLED, reprocess: false, hourConcurrency: 1 }],
      });
      try {
        const isStalled = (): boolean =>
          pipeline.api.requests.some(
            ({ start, faults }) => start === STALLED.start && faults.includes('stall'),
          );
        while (!isStalled() || (await leftIn(volume)).every(({ files }) => files === 0)) await wait(50);
        const [worker] = workers;
        ok(worker);
        const tooLate = wait(graceMs, 'still running', { ref: false });
        worker.child.kill('SIGTERM');
        const ended = await Promise.race([worker.ended, tooLate]);
        ok(typeof ended !== 'string', `it is still running after ${graceMs / 1000} s`);
        succeeded(ended);
        deepEqual(await leftIn(volume), []);
      } finally {
        await run.terminate('the suite is over').catch(() => undefined);
      }
    },
  },
];

/** Asks as Docker does, again and again, until the worker is healthy. */
async function untilHealthy({ containers, healthCheck }: ImageSuite, worker: Container): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await containers.exitCodeIn(worker, healthCheck)) !== 0) {
    ok(performance.now() < deadline, `the health check still fails after a minute: ${worker.soFar().err}`);
    await wait(500);
  }
}

function succeeded(ended: Ended): Ended {
  equal(ended.code, 0, `exit code ${ended.code}: ${ended.out}${ended.err}`);
  return ended;
}
