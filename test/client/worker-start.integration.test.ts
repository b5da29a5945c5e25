import { once } from 'node:events';
import { createServer, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../local/free-ports.ts';
import { startLine, startVerb, type RunningVerb } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
});

afterAll(() => pipeline.close());

/** Starts to forward connections from one port of this machine to another; ends with the test. */
async function passOn(port: number, to: number): Promise<Server> {
  const server = createServer((incoming) => {
    const outgoing = connect(to, '127.0.0.1');
    for (const socket of [incoming, outgoing]) socket.on('error', () => socket.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

function startWorker(env: Readonly<Record<string, string>>): RunningVerb {
  const worker = startVerb(['worker'], { ...pipeline.env, ...env });
  onTestFinished(() => void worker.child.kill('SIGKILL'));
  return worker;
}

/**
 * Each server that a worker needs: its address at another port, its real port, and what the worker prints while it
 * waits.
 */
const servers = [
  {
    what: 'the bucket',
    message:
      /waiting for the bucket, for at most 2 minutes: BucketUnavailable: .*ECONNREFUSED.*AWS_ENDPOINT_URL_S3/,
    env: (port: number) => ({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` }),
    port: () => Number(new URL(String(pipeline.env['AWS_ENDPOINT_URL_S3'])).port),
  },
  {
    what: 'the Temporal server',
    message:
      /waiting for the Temporal server, for at most 2 minutes: TemporalUnreachable: .*TEMPORAL_ADDRESS/,
    env: (port: number) => ({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` }),
    port: () => Number(String(pipeline.env['TEMPORAL_ADDRESS']).split(':')[1]),
  },
];

describe.each(servers)('a worker that is started before $what', ({ message, env, port }) => {
  it('says so once, waits, and goes on when the server is there', async () => {
    const [free = 0] = await freePorts(1);
    const worker = startWorker(env(free));
    await worker.saying(message);
    const server = await passOn(free, port());
    await worker.saying(/worker ready/);
    expect(
      worker
        .soFar()
        .err.split('\n')
        .filter((line) => line.includes('waiting for')),
    ).toHaveLength(1);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 0 });
    server.close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s while it waits', async (signal) => {
    const [free = 0] = await freePorts(1);
    const worker = startWorker(env(free));
    await worker.saying(message);
    worker.child.kill(signal);
    expect(await worker.ended).toMatchObject({ code: 0, out: '' });
    expect(await pipeline.workFiles()).toEqual([]);
  });
});

it('a worker ends on SIGTERM while a server accepts its connection and does not answer', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const worker = startWorker({
    TEMPORAL_ADDRESS: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
  });
  await once(silent, 'connection');
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toMatchObject({ code: 0, out: '', err: '' });
});

describe('a worker that may open few files', () => {
  it('says at its start how many it needs, and works', async () => {
    const env = { ...pipeline.env, HOURS_PER_WORKER: '2', PARSE_THREADS: '2' };
    const worker = startLine('ulimit -n 128 && amplitude-export worker', env, tmpdir());
    onTestFinished(() => void worker.child.kill('SIGKILL'));
    await worker.saying(/worker ready/);
    expect(worker.soFar().err).toMatch(
      /^\S+Z WARN: .* at most 128 .*HOURS_PER_WORKER=2 with PARSE_THREADS=2 needs 148: .*"ulimit -n 148".*\n$/,
    );
  });

  it('prints no warning when they are enough', async () => {
    const env = { ...pipeline.env, HOURS_PER_WORKER: '2', PARSE_THREADS: '2' };
    const worker = startLine('ulimit -n 148 && amplitude-export worker', env, tmpdir());
    onTestFinished(() => void worker.child.kill('SIGKILL'));
    await worker.saying(/worker ready/);
    expect(worker.soFar().err).toBe('');
  });
});
