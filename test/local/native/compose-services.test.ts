import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pinned as versitygw } from '../../../local/binaries/versitygw.ts';
import { fillIn } from '../../../local/native/compose-file.ts';
import { composeServices, healthUrl, type NativeService } from '../../../local/native/compose-services.ts';
import { namespaceEnvironment, schemaEnvironment } from '../../../local/native/jobs.ts';
import { temporalEnvironment, type TemporalPorts } from '../../../local/native/temporal-cluster-server.ts';
import { exportEnvironment } from '../../../local/native/workers.ts';

// The tests run from the repository root, where the Compose file is.
const text = readFileSync('docker-compose.temporal.yml', 'utf8');
const variables = { POSTGRES_PASSWORD: 'hidden', S3_USER_ACCESS_KEY: 'key', S3_USER_SECRET_KEY: 'secret' };

/** The services of the Compose file, with one part of its text replaced: a part that is not there proves nothing. */
function servicesWith(part: string, replacement: string): ReturnType<typeof composeServices> {
  expect(text).toContain(part);
  return composeServices(text.replaceAll(part, replacement), variables);
}

const ports: TemporalPorts = {
  FRONTEND_GRPC_PORT: 1,
  FRONTEND_HTTP_PORT: 2,
  FRONTEND_MEMBERSHIP_PORT: 3,
  MATCHING_GRPC_PORT: 4,
  MATCHING_MEMBERSHIP_PORT: 5,
  HISTORY_GRPC_PORT: 6,
  HISTORY_MEMBERSHIP_PORT: 7,
  WORKER_GRPC_PORT: 8,
  WORKER_MEMBERSHIP_PORT: 9,
};
const addresses = {
  temporalAddress: '127.0.0.1:1',
  workDir: '/work-dir',
  s3: { endpoint: 'http://127.0.0.1:2', region: 'us-east-1', accessKey: 'key', secretKey: 'secret' },
  bucket: 'native',
  source: 'http://127.0.0.1:3',
};

describe('the native stack takes from the Compose file', () => {
  it.each([
    ['releases', '1.32.0', '9.8.7', 'temporal', ({ release }: NativeService) => release, /^9\.8\.7$/],
    ['the schema job', 'temporal_visibility', 'other_name', 'temporal-schema', lastWord, /other_name/],
    ['schema paths', 'postgresql/v12', 'postgresql/v99', 'temporal-schema', lastWord, /v99\/\$2/],
    ['the retention', '30d', '7d', 'temporal-namespace', lastWord, /--retention 7d/],
    ['the command of S3', '[posix, /data]', '[posix, /other]', 's3', lastWord, /^\/other$/],
    ['the verb of a worker', 'command: [worker]', 'command: [work]', 'worker', lastWord, /^work$/],
  ])('%s', (_, part, replacement, service, read, expected) => {
    const found = read(servicesWith(part, replacement).service(service));
    expect(found).toMatch(expected);
  });

  it('the dynamic configuration', () => {
    const config = servicesWith('- value: 1', '- value: 5').config('temporal-dynamic-config');
    expect(config).toMatch(/^matching\.numTaskqueueReadPartitions:\n {2}- value: 5$/m);
  });

  it('every variable of the Temporal server but addresses', () => {
    const service = servicesWith('NUM_HISTORY_SHARDS: 16', 'NUM_HISTORY_SHARDS: 77').service('temporal');
    const environment = temporalEnvironment(service, 5, ports, '/dynamic.yaml');
    expect(environment).toMatchObject({ NUM_HISTORY_SHARDS: '77', POSTGRES_PWD: 'hidden' });
    expect(changed(service, environment)).toEqual([
      'BIND_ON_IP',
      'DB_PORT',
      'DYNAMIC_CONFIG_FILE_PATH',
      'POSTGRES_SEEDS',
    ]);
  });

  it('every variable of the jobs but addresses', () => {
    const { service } = composeServices(text, variables);
    const [schema, namespace] = [service('temporal-schema'), service('temporal-namespace')];
    expect(changed(schema, schemaEnvironment(schema, 5))).toEqual(['SQL_HOST', 'SQL_PORT']);
    expect(changed(namespace, namespaceEnvironment(namespace, '127.0.0.1:1'))).toEqual(['TEMPORAL_ADDRESS']);
  });

  it('every variable of our own services but addresses', () => {
    const services = servicesWith('  WORK_DIR: ', '  HOURS_PER_WORKER: 3\n    WORK_DIR: ');
    for (const name of ['setup', 'worker']) {
      const service = services.service(name);
      const environment = exportEnvironment(service, addresses);
      expect(environment).toMatchObject({ HOURS_PER_WORKER: '3', TEMPORAL_NAMESPACE: 'default' });
      expect(changed(service, environment)).toEqual(['TEMPORAL_ADDRESS', 'WORK_DIR']);
    }
  });

  it('the address of each health check', () => {
    const { service } = servicesWith('7243/api/v1/namespaces/temporal-system', '7243/other');
    expect(healthUrl(service('temporal'), 5)).toBe('http://127.0.0.1:5/other');
    expect(healthUrl(service('s3'), 5)).toBe('http://127.0.0.1:5/health');
    expect(healthUrl(service('worker'), 5)).toBe('http://127.0.0.1:5/readyz');
  });

  it('and repeats none of its values', () => {
    const folder = 'local/native';
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const values =
      /temporal_visibility|postgresql\/v12|30d\b|postgres12|numTaskqueue|NUM_HISTORY_SHARDS|readyz|temporal-system/;
    expect(sources.filter((source) => values.test(source))).toEqual([]);
    expect(composeServices(text, variables).service('s3').release).toBe(versitygw.version);
  });
});

describe('the reader of the Compose file', () => {
  it('fills in variables as Compose does', () => {
    const filled = fillIn(
      { a: ['${ONE}', '${TWO:-two}', '$$1'], b: { c: '${ONE:?needed} and ${TWO}' } },
      { ONE: '1' },
    );
    expect(filled).toEqual({ a: ['1', 'two', '$1'], b: { c: '1 and ' } });
  });

  it.each([
    ['a variable', () => composeServices(text, {}), 'POSTGRES_PASSWORD: set POSTGRES_PASSWORD in .env'],
    ['a service', () => composeServices(text, variables).service('none'), 'no service none'],
    ['a config', () => composeServices(text, variables).config('none'), 'no config none'],
    [
      'an address in a health check',
      () => healthUrl(composeServices(text, variables).service('postgresql'), 1),
      'the health check of postgresql asks no address',
    ],
  ])('names %s that is missing', (_, read, message) => {
    expect(read).toThrow(
      expect.objectContaining({
        type: 'ServerNotStarted',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});

function lastWord({ words }: NativeService): string {
  return words.at(-1) ?? '';
}

/** The variables of a service whose value an environment lacks or changes. */
function changed({ environment }: NativeService, other: Readonly<Record<string, string>>): string[] {
  return Object.keys(environment)
    .filter((name) => other[name] !== environment[name])
    .toSorted();
}
