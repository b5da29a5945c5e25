import { writeFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { clientSettings, workerSettings } from '../../config/settings.ts';
import { variables, type VariableName } from '../../config/variables.ts';
import { temporaryFolder } from '../support/archives.ts';

vi.mock('node:os', { spy: true });

afterEach(() => void vi.unstubAllEnvs());

const complete = {
  AMP_API_KEY: 'the-api-key-5309',
  AMP_SECRET_KEY: 'the-secret-key-8675',
  AWS_BUCKET_NAME: 'lake',
};

type Environment = { readonly [N in VariableName | 'TEMPORAL_CONFIG_FILE' | 'TEMPORAL_PROFILE']?: string };

function read(changes: Environment = {}) {
  return workerSettings({ ...complete, ...changes });
}

/** The lines of the failure that name a problem. */
function problemsOf(env: Environment, settings: (env: Environment) => unknown = workerSettings): string[] {
  try {
    settings(env);
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    return [...error.message.matchAll(/^ {2}- (.*)$/gm)].map(([, problem = '']) => problem);
  }
  return [];
}

describe('the settings of a worker', () => {
  it('need only the keys and a bucket', () => {
    expect(read()).toMatchObject({
      source: {
        url: 'https://amplitude.com/api/2/export',
        apiKey: expect.anything() as unknown,
        secretKey: expect.anything() as unknown,
      },
      bucket: { bucket: 'lake', prefix: 'amplitude' },
      taskQueue: 'amplitude-export',
      temporalUiUrl: 'http://localhost:8233',
      hourConcurrency: 4,
      hoursPerWorker: 4,
      hourDueAfterMs: 3 * 3_600_000,
      wantedOutputs: ['raw', 'events'],
      hourRetryForMs: 2 * 3_600_000,
      maxLineBytes: 32 * 1024 * 1024,
      log: { format: undefined, level: 'info' },
    });
  });

  it('hold the keys as they were written', () => {
    const { apiKey, secretKey } = read().source;
    expect([apiKey.reveal(), secretKey.reveal()]).toEqual([complete.AMP_API_KEY, complete.AMP_SECRET_KEY]);
  });

  it.each<[VariableName, string, object]>([
    ['AMP_DATA_REGION', 'us', { source: { url: 'https://amplitude.com/api/2/export' } }],
    ['AMP_DATA_REGION', 'eu', { source: { url: 'https://analytics.eu.amplitude.com/api/2/export' } }],
    ['AMP_EXPORT_URL', 'http://127.0.0.1:8080/export', { source: { url: 'http://127.0.0.1:8080/export' } }],
    ['AWS_BUCKET_NAME', 'my.lake-2', { bucket: { bucket: 'my.lake-2' } }],
    ['AWS_BUCKET_NAME', 'My_Lake', { bucket: { bucket: 'My_Lake' } }],
    ['S3_FORCE_PATH_STYLE', 'false', { bucket: { pathStyle: false } }],
    ['S3_FORCE_PATH_STYLE', 'true', { bucket: { pathStyle: true } }],
    ['S3_SSE', 'AES256', { bucket: { encryption: { algorithm: 'AES256' } } }],
    ['S3_SSE', 'aws:kms', { bucket: { encryption: { algorithm: 'aws:kms' } } }],
    ['S3_PREFIX', 'bronze/amplitude.v2', { bucket: { prefix: 'bronze/amplitude.v2' } }],
    ['OUTPUTS', 'events', { wantedOutputs: ['events'] }],
    ['OUTPUTS', 'raw', { wantedOutputs: ['raw', 'events'] }],
    ['OUTPUTS', ' events , raw ', { wantedOutputs: ['raw', 'events'] }],
    ['OUTPUTS', 'parquet', { wantedOutputs: ['events', 'parquet'] }],
    ['TASK_QUEUE', 'other', { taskQueue: 'other' }],
    ['TEMPORAL_UI_URL', 'https://ui.example.org', { temporalUiUrl: 'https://ui.example.org' }],
    ['WORK_DIR', '/data/work', { workDir: '/data/work' }],
    ['HOUR_CONCURRENCY', '168', { hourConcurrency: 168 }],
    ['HOURS_PER_WORKER', '1', { hoursPerWorker: 1 }],
    ['PARSE_THREADS', '3', { parseThreads: 3 }],
    ['PARSE_THREADS', '', { parseThreads: availableParallelism() }],
    ['HOUR_DUE_AFTER', '90m', { hourDueAfterMs: 5_400_000 }],
    ['HOUR_DUE_AFTER', '0s', { hourDueAfterMs: 0 }],
    ['HOUR_RETRY_FOR', '45s', { hourRetryForMs: 45_000 }],
    ['MAX_LINE_BYTES', '1048576', { maxLineBytes: 1_048_576 }],
    ['LOG_FORMAT', 'json', { log: { format: 'json', level: 'info' } }],
    ['LOG_LEVEL', 'warn', { log: { format: undefined, level: 'warn' } }],
    ['WORKER_BUILD_ID', 'v1.2.3-4', { version: { deploymentName: 'amplitude-export', buildId: 'v1.2.3-4' } }],
    ['WORKER_BUILD_ID', '', { version: undefined }],
    ['TASK_QUEUE', '  spaces go  ', { taskQueue: 'spaces go' }],
    ['TASK_QUEUE', '', { taskQueue: 'amplitude-export' }],
    ['HOUR_CONCURRENCY', '   ', { hourConcurrency: 4 }],
  ])('read %s=%j', (name, text, expected) => {
    expect(read({ [name]: text })).toMatchObject(expected);
  });

  it('keep work files in the cache folder of the user', () => {
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(read().workDir).toBe(join(homedir(), '.cache', 'amplitude-export', 'work'));
    vi.stubEnv('XDG_CACHE_HOME', '/data/cache');
    expect(read().workDir).toBe('/data/cache/amplitude-export/work');
  });

  it('need a WORK_DIR for a user without a home folder', () => {
    vi.stubEnv('XDG_CACHE_HOME', '');
    vi.mocked(homedir).mockImplementation(() => {
      throw new Error('ENOENT: no such file or directory, uv_os_homedir');
    });
    const set = problemsOf({ ...complete, WORK_DIR: '/data/work' });
    const unset = problemsOf(complete);
    vi.mocked(homedir).mockReset();
    expect(set).toEqual([]);
    expect(unset).toEqual([expect.stringMatching(/^WORK_DIR is not set, .*home folder/)]);
  });

  it.each(['lake.daily', 'lake:daily', '__lake', 'my lake', 'x'.repeat(101)])(
    'refuse TASK_QUEUE=%s only for a worker with a version',
    (taskQueue) => {
      expect(read({ TASK_QUEUE: taskQueue }).taskQueue).toBe(taskQueue);
      const problems = problemsOf({ ...complete, TASK_QUEUE: taskQueue, WORKER_BUILD_ID: '7' });
      expect(problems).toEqual([expect.stringMatching(/^TASK_QUEUE: with WORKER_BUILD_ID/)]);
    },
  );

  it('use an endpoint address before the region', () => {
    const url = 'https://proxy.example.org/export';
    expect(read({ AMP_DATA_REGION: 'eu', AMP_EXPORT_URL: url }).source.url).toBe(url);
  });

  it('have a webhook only if its address is set, which nothing shows', () => {
    expect(read().webhook).toBeUndefined();
    const address = 'https://hooks.example.org/T0AB12CD/qY7pLk2mVx';
    const settings = read({ ALERT_WEBHOOK_URL: address });
    expect(settings.webhook?.url.reveal()).toBe(address);
    expect(inspect(settings, { depth: 10 }) + JSON.stringify(settings)).not.toContain('qY7pLk2mVx');
    expect(settings.redact(`no ${address}, and no qY7pLk2mVx`)).toBe('no ***, and no ***');
  });

  it.each(['hooks.example.org/T0AB12CD', 'ftp://hooks.example.org/T0AB12CD', 'https://me:T0AB12CD@host/'])(
    'refuse ALERT_WEBHOOK_URL=%j without showing it',
    (address) => {
      const problems = problemsOf({ ...complete, ALERT_WEBHOOK_URL: address });
      expect(problems).toEqual([expect.stringMatching(/^ALERT_WEBHOOK_URL: (write|leave) /)]);
      expect(problems[0]).not.toContain('T0AB12CD');
    },
  );

  it.each<[VariableName, string]>([
    ['AMP_DATA_REGION', 'EU'],
    ['AMP_DATA_REGION', 'europe'],
    ['AMP_EXPORT_URL', 'amplitude.com/api/2/export'],
    ['AMP_EXPORT_URL', 'ftp://amplitude.com/'],
    ['AWS_BUCKET_NAME', 'ab'],
    ['AWS_BUCKET_NAME', 'two words'],
    ['AWS_BUCKET_NAME', 's3://lake'],
    ['AWS_BUCKET_NAME', 'lake/folder'],
    ['AWS_BUCKET_NAME', '127.0.0.1'],
    ['AWS_BUCKET_NAME', 'arn:aws:s3:::lake'],
    ['AWS_BUCKET_NAME', 'arn:aws:s3::123456789012:accesspoint/m.mrap'],
    ['AWS_BUCKET_NAME', 'arn:aws:iam::123456789012:role/lake'],
    ['S3_FORCE_PATH_STYLE', 'yes'],
    ['S3_SSE', 'AES-256'],
    ['S3_PREFIX', '/amplitude'],
    ['S3_PREFIX', 'amplitude/'],
    ['S3_PREFIX', 'a//b'],
    ['OUTPUTS', 'csv'],
    ['TEMPORAL_UI_URL', 'javascript:alert(1)'],
    ['OUTPUTS', 'raw,,events'],
    ['WORKER_BUILD_ID', '__old'],
    ['WORKER_BUILD_ID', 'two words'],
    ['HOUR_CONCURRENCY', '0'],
    ['HOUR_CONCURRENCY', '169'],
    ['HOUR_CONCURRENCY', '2.5'],
    ['HOUR_CONCURRENCY', 'four'],
    ['HOURS_PER_WORKER', '-1'],
    ['HOURS_PER_WORKER', 'Infinity'],
    ['HOUR_DUE_AFTER', '3'],
    ['HOUR_DUE_AFTER', '3 hours'],
    ['HOUR_DUE_AFTER', '-3h'],
    ['HOUR_RETRY_FOR', '1d'],
    ['PARSE_THREADS', '0'],
    ['PARSE_THREADS', '257'],
    ['MAX_LINE_BYTES', '32MiB'],
    ['MAX_LINE_BYTES', '1023'],
    ['LOG_FORMAT', 'xml'],
    ['LOG_LEVEL', 'warning'],
  ])('refuse %s=%j, naming the variable, the value received and what to write', (name, text) => {
    const problems = problemsOf({ ...complete, [name]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .*write `));
    expect(problems[0]).toContain(`, not ${JSON.stringify(text)}`);
  });

  it.each(['AMP_API_KEY', 'AMP_SECRET_KEY', 'AWS_BUCKET_NAME'] as const)(
    'name %s when it is missing',
    (name) => {
      for (const text of ['', '   ']) {
        const problems = problemsOf({ ...complete, [name]: text });
        expect(problems).toEqual([`${name} is not set: ${variables[name].help}`]);
      }
    },
  );

  it('report every problem at once', () => {
    const problems = problemsOf({
      AMP_DATA_REGION: 'mars',
      HOURS_PER_WORKER: 'many',
      S3_USER_ACCESS_KEY: 'half',
    });
    expect(problems.map((problem) => problem.replace(/\W.*/, '')).sort()).toEqual([
      'AMP_API_KEY',
      'AMP_DATA_REGION',
      'AMP_SECRET_KEY',
      'AWS_BUCKET_NAME',
      'HOURS_PER_WORKER',
      'S3_USER_ACCESS_KEY',
    ]);
  });

  it.each(Object.keys(variables) as VariableName[])('explain %s in one line', (name) => {
    expect(variables[name].help).toMatch(/^\S.{5,100}$/);
  });
});

describe('the credentials of the bucket', () => {
  const S3_USER_ACCESS_KEY = 'access';
  const S3_USER_SECRET_KEY = 'the-bucket-secret-4242';

  it('are a pair, or left to the AWS default chain', () => {
    const { credentials } = read({ S3_USER_ACCESS_KEY, S3_USER_SECRET_KEY }).bucket;
    expect(credentials?.accessKey).toBe('access');
    expect(credentials?.secretKey.reveal()).toBe(S3_USER_SECRET_KEY);
    expect('credentials' in read().bucket).toBe(false);
  });

  it.each([{ S3_USER_ACCESS_KEY }, { S3_USER_SECRET_KEY }])('are refused as half a pair: %j', (half) => {
    expect(problemsOf({ ...complete, ...half })).toEqual([
      expect.stringMatching(/S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY go together/),
    ]);
  });
});

describe('secrets', () => {
  const S3_USER_ACCESS_KEY = 'access';
  const S3_USER_SECRET_KEY = 'the-bucket-secret-4242';
  const secrets = [complete.AMP_API_KEY, complete.AMP_SECRET_KEY, S3_USER_SECRET_KEY];

  function expectSilence(text: string): void {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }

  it('are not printed with the settings', () => {
    const settings = read({ S3_USER_ACCESS_KEY, S3_USER_SECRET_KEY });
    expectSilence(inspect(settings, { depth: 10, showHidden: true }));
    expectSilence(JSON.stringify(settings));
  });

  it('are not in the problems of other variables', () => {
    expectSilence(
      problemsOf({ ...complete, S3_USER_SECRET_KEY, OUTPUTS: 'csv', AWS_BUCKET_NAME: '' }).join(),
    );
  });

  it.each([
    ['AWS_BUCKET_NAME', `${complete.AMP_SECRET_KEY}!`],
    ['HOUR_CONCURRENCY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['OUTPUTS', '0123456789abcdef0123456789abcdef'],
  ])('are not told when they stand in the wrong variable: %s', (name, text) => {
    const problems = problemsOf({ ...complete, [name]: text });
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${name}: .*; its ${text.length} characters look like a key$`)),
    ]);
    expect(problems.join()).not.toContain(text);
    expectSilence(problems.join());
  });

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])('are refused as a part of %s', (name) => {
    const problems = problemsOf({ ...complete, [name]: 'http://user:the-password@127.0.0.1:9000' });
    expect(problems).toEqual([`${name}: leave user and password out of the address`]);
  });

  it('are removed from texts, those of temporal.toml too', async () => {
    const file = join(await temporaryFolder(), 'temporal.toml');
    await writeFile(file, '[profile.default]\napi_key = "the-temporal-key-4711"\n');
    const { redact } = read({ TEMPORAL_CONFIG_FILE: file, S3_USER_ACCESS_KEY, S3_USER_SECRET_KEY });
    const basic = Buffer.from(`${complete.AMP_API_KEY}:${complete.AMP_SECRET_KEY}`).toString('base64');
    expect(redact(`${secrets.join(' ')} ${basic} the-temporal-key-4711`)).toBe('*** *** *** *** ***');
  });

  it.each([
    `https://${complete.AMP_API_KEY}:${complete.AMP_SECRET_KEY}@amplitude.com/api/2/export`,
    `https://${complete.AMP_SECRET_KEY}@amplitude.com/api/2/export`,
    `${complete.AMP_API_KEY}:${complete.AMP_SECRET_KEY}@amplitude.com/api/2/export`,
    `https//${complete.AMP_API_KEY}:${complete.AMP_SECRET_KEY}@amplitude.com/api/2/export`,
    `http://${complete.AMP_API_KEY}:${complete.AMP_SECRET_KEY}@[bad/export`,
  ])('are not told when they stand in an address: %#', (AMP_EXPORT_URL) => {
    const problems = problemsOf({ ...complete, AMP_EXPORT_URL });
    expect(problems).toEqual([expect.stringMatching(/^AMP_EXPORT_URL: /)]);
    expectSilence(problems.join());
  });
});

describe('the settings of the command line', () => {
  it('need only the bucket', () => {
    expect(clientSettings({ AWS_BUCKET_NAME: 'lake' })).toMatchObject({
      taskQueue: 'amplitude-export',
      bucket: { bucket: 'lake', prefix: 'amplitude' },
    });
  });

  it('report every problem at once, those of temporal.toml too', () => {
    expect(problemsOf({ S3_PREFIX: '/' }, clientSettings)).toHaveLength(2);
    const env = { TEMPORAL_CONFIG_FILE: '/nowhere', TEMPORAL_PROFILE: 'none' };
    expect(problemsOf(env, clientSettings)).toEqual([
      expect.stringMatching(/^AWS_BUCKET_NAME/),
      expect.stringMatching(/^TEMPORAL_\*/),
    ]);
  });
});
