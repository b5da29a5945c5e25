import { chmod, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remedyFor } from '../../core/error-types.ts';
import { freePorts } from '../../local/free-ports.ts';
import { temporaryFolder } from '../support/archives.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const hour = ['run', '--from', '2026-01-01T00', '--to', '2026-01-01T00'];

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
});

afterAll(() => pipeline.close());

/** One error, printed in one piece without a stack. */
function expectError(ended: Ended, code: 1 | 2, text: RegExp): void {
  expect(ended.err).toMatch(text);
  expect(ended.err).not.toMatch(/^\s+at /m);
  expect(ended.out).toBe('');
  expect(ended.code).toBe(code);
}

function dataUrl(code: string): string {
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(pipeline.env).filter(([key]) => key !== name));
}

describe('a worker that cannot work says why before it takes a task', () => {
  it('lists every variable that is missing or wrong, at once', async () => {
    const ended = await runVerb(['worker'], { HOUR_CONCURRENCY: 'many', AMP_DATA_REGION: 'mars' });
    expectError(ended, 2, /^ConfigurationInvalid: /);
    for (const name of [
      'AMP_API_KEY',
      'AMP_SECRET_KEY',
      'AWS_BUCKET_NAME',
      'HOUR_CONCURRENCY',
      'AMP_DATA_REGION',
    ]) {
      expect(ended.err).toContain(name);
    }
  });

  it('names the bucket that does not exist, and how to make it', async () => {
    const ended = await runVerb(['worker'], { ...pipeline.env, AWS_BUCKET_NAME: 'no-such-bucket' });
    expectError(
      ended,
      1,
      /^BucketMissing: the bucket no-such-bucket does not exist\n {2}What to do: .*amplitude-export setup/,
    );
  });

  it('names the package that Parquet files need, and how to install it', async () => {
    const hide = `export const resolve = (name, context, next) => {
      if (name === '@duckdb/node-api') throw new Error('it is not installed');
      return next(name, context);
    };`;
    const hooks = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hide))});`;
    const ended = await runVerb(['worker'], {
      ...pipeline.env,
      OUTPUTS: 'raw,events,parquet',
      NODE_OPTIONS: `--import=${dataUrl(hooks)}`,
    });
    expectError(
      ended,
      1,
      /^ParquetWriterMissing: .*@duckdb\/node-api.*it is not installed\n {2}What to do: Install it with "npm install --include=optional"/,
    );
  });

  it('says which variables to check when the storage refuses the keys', async () => {
    const ended = await runVerb(['worker'], { ...pipeline.env, S3_USER_SECRET_KEY: 'wrong' });
    expectError(ended, 1, /^BucketDenied: .*S3_USER_SECRET_KEY/);
  });

  it('names the namespace that the Temporal server does not have', async () => {
    const ended = await runVerb(['worker'], { ...pipeline.env, TEMPORAL_NAMESPACE: 'nowhere' });
    expectError(ended, 1, /^TemporalUnreachable: .*namespace nowhere\n {2}What to do: .*TEMPORAL_NAMESPACE/);
  });

  it.each([
    ['AWS_ENDPOINT_URL_S3', 'localhost:9000'],
    ['AWS_REGION', ''],
    ['AWS_REGION', 'eu west'],
  ])('refuses %s=%j, which the SDK would fail on without a word', async (name, value) => {
    const ended = await runVerb(['worker'], { ...pipeline.env, [name]: value });
    expectError(ended, 2, new RegExp(`^ConfigurationInvalid: [^]*${name}: .*, not "${value}"`));
  });

  it('names the work folder that cannot be written', async () => {
    const ended = await runVerb(['worker'], { ...pipeline.env, WORK_DIR: '/dev/null/none' });
    expectError(ended, 2, /^ConfigurationInvalid: [^]*WORK_DIR: \/dev\/null\/none/);
  });
});

describe('a worker whose work folder is not safe', () => {
  it.each([
    ['a link', /WORK_DIR: .*link is a symbolic link to .*real; set WORK_DIR to the folder itself/],
    ['open to all', /WORK_DIR: .*open can be written to by other users .*chmod go-w/],
  ])('says what was found and what to do: %s', async (what, text) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await mkdir(join(folder, 'open'));
    await chmod(join(folder, 'open'), 0o777);
    const WORK_DIR = join(folder, what === 'a link' ? 'link' : 'open');
    expectError(await runVerb(['worker'], { ...pipeline.env, WORK_DIR }), 2, text);
    expect(await readdir(WORK_DIR)).toEqual([]);
  });
});

describe('a run that cannot be started says why', () => {
  it('when a variable is missing', async () => {
    expectError(await runVerb(hour, without('AWS_BUCKET_NAME')), 2, /AWS_BUCKET_NAME is not set/);
  });

  it('when no Temporal server answers', async () => {
    const [port] = await freePorts(1);
    const ended = await runVerb(hour, { ...pipeline.env, TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    expectError(ended, 1, /^TemporalUnreachable/);
  });

  it('when the Temporal server does not have the namespace', async () => {
    const ended = await runVerb(hour, { ...pipeline.env, TEMPORAL_NAMESPACE: 'nowhere' });
    expectError(ended, 1, /^TemporalUnreachable: .*namespace nowhere\n {2}What to do: .*TEMPORAL_NAMESPACE/);
  });

  it.each([
    [['run', '--from', '2026-13-01', '--to', '2026-01-01'], /^WindowInvalid: "2026-13-01T00"/],
    [['run', '--from', 'yesterday', '--to', '2026-01-01'], /^WindowInvalid: "yesterday"/],
    [['run', '--from', '2026-01-02', '--to', '2026-01-01'], /^IntervalReversed/],
  ])('when the range is not one: %j', async (args, text) => {
    expectError(await runVerb(args, pipeline.env), 2, text);
  });

  it.each([[['run']], [['run', '--from']], [['walk']], [['run', '--form', '2026-01-01']]])(
    'when the arguments are wrong: %j',
    async (args) => {
      expectError(await runVerb(args, pipeline.env), 2, /^error: .*[^]*--help/);
    },
  );

  it('as JSON when asked', async () => {
    const ended = await runVerb([...hour, '--json'], without('AWS_BUCKET_NAME'));
    expect(ended.code).toBe(2);
    const { whatToDo } = remedyFor('ConfigurationInvalid');
    expect(JSON.parse(ended.out)).toMatchObject({ error: { type: 'ConfigurationInvalid', whatToDo } });
  });
});

describe('every verb', () => {
  it.each(['demo', 'worker', 'sample-api', 'setup', 'run', 'backfill', 'status', 'verify'])(
    '%s has help with an example',
    async (verb) => {
      const ended = await runVerb([verb, '--help'], {});
      expect(ended.code).toBe(0);
      expect(ended.out).toContain(`Example:\n  amplitude-export ${verb}`);
    },
  );
});

describe('a sample API that cannot listen', () => {
  it('names the port that is taken', async () => {
    const port = String(pipeline.api.port);
    expectError(
      await runVerb(['sample-api', '--port', port], {}),
      1,
      new RegExp(`^ServerNotStarted: .*${port}`),
    );
  });

  it('refuses an invalid port', async () => {
    expectError(await runVerb(['sample-api', '--port', '99999'], {}), 2, /65535/);
  });
});
