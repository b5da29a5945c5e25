import { chown, mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../local/free-ports.ts';
import type { Stack } from '../../local/stack.ts';
import { MARKER_FILE } from '../../work-dir/worker-folder.ts';
import type { Ended } from '../support/command-line.ts';
import { readCompose } from '../../local/native/compose-file.ts';
import { stopGraceMs } from '../support/compose.ts';
import { pipelineOn, type Pipeline } from '../support/pipeline.ts';
import { Containers, type Container, type Unpacked } from './containers.ts';

/** What the checks of the image use. */
export interface ImageSuite {
  readonly containers: Containers;
  readonly unpacked: Unpacked;
  readonly pipeline: Pipeline;
  /** The environment of every container. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that is the volume of workers and verbs, as in the Compose file. */
  readonly volume: string;
  /** The words of the worker's health check, for the port of this suite. */
  readonly healthCheck: readonly string[];
  /** How long a worker has to stop, in milliseconds. */
  readonly graceMs: number;
  /** The workers that were started, oldest first. */
  readonly workers: readonly Container[];
  /** Runs a verb to its end. */
  readonly verb: (args: readonly string[]) => Promise<Ended>;
  readonly startWorker: () => Promise<Container>;
  readonly close: () => Promise<void>;
}

/** Sets up what the checks use: containers in `folder`, servers on this machine, and what the Compose file says. */
export async function openSuite(folder: string, unpacked: Unpacked, stack: Stack): Promise<ImageSuite> {
  const { worker } = readCompose(await readFile('docker-compose.temporal.yml', 'utf8')).services;
  const address = String(worker?.environment?.['METRICS_ADDRESS']);
  const [port = 0] = await freePorts(1);
  const test = worker?.healthcheck?.test ?? [];
  const [, ...words] = typeof test === 'string' ? [] : test;

  const containers = new Containers(folder, unpacked);
  await mkdir(folder);
  const volume = await mkdtemp(join(folder, 'volume-'));
  // As Docker does with a new volume: it gets the owner that the folder has in the image.
  await chown(volume, unpacked.uid, unpacked.gid);
  const pipeline = await pipelineOn({ s3: stack.s3, temporalAddress: stack.temporal.address });
  const { WORK_DIR: _, ...common } = pipeline.env;
  const env = { ...common, OUTPUTS: 'raw,events,parquet' };
  const workers: Container[] = [];
  return {
    containers,
    unpacked,
    pipeline,
    env,
    volume,
    healthCheck: words.map((word) => word.replace(`:${address.split(':')[1]}/`, `:${port}/`)),
    graceMs: stopGraceMs(worker),
    workers,
    verb: (args) => containers.run({ args, env, volume }),
    startWorker: async () => {
      // Without arguments, the image is a worker.
      const metrics = { METRICS_ADDRESS: `127.0.0.1:${port}` };
      const started = await containers.start({
        args: unpacked.config.Cmd,
        env: { ...env, ...metrics },
        volume,
      });
      workers.push(started);
      return started;
    },
    close: async () => {
      await containers.close();
      await Promise.all(workers.map(({ ended }) => ended));
      await pipeline.close();
    },
  };
}

/** The folders of workers in a volume, and how many files of hours each holds. The cache of `status` is no such folder. */
export async function leftIn(volume: string): Promise<{ folder: string; files: number }[]> {
  const entries = await readdir(volume, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'cache');
  return Promise.all(
    folders.map(async ({ name: folder }) => {
      const entries = await readdir(join(volume, folder), { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && entry.name !== MARKER_FILE);
      return { folder, files: files.length };
    }),
  );
}
