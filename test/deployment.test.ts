import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { variables } from '../config/variables.ts';
import { readCompose } from '../local/native/compose-file.ts';
import {
  dockerfileProblems,
  houseProblems,
  readDockerfile,
  readEnvExample,
  schemaProblems,
  variablesIn,
  stopGraceMs,
} from './support/compose.ts';

// The tests run from the repository root, where the files that deploy it are.
const composeText = readFileSync('docker-compose.temporal.yml', 'utf8');
const dockerfileText = readFileSync('Dockerfile', 'utf8');
const exampleText = readFileSync('.env.example', 'utf8');

const compose = readCompose(composeText);
const services = Object.entries(compose.services);
const image = readDockerfile(dockerfileText).at(-1);
const example = readEnvExample(exampleText);
const worker = compose.services['worker'];

/** The whole text with one part replaced; a part that is not there would make the test prove nothing. */
function broken(text: string, part: string, replacement: string): string {
  expect(text).toContain(part);
  return text.replace(part, () => replacement);
}

describe('the first line of the command', () => {
  it('starts Node with the flags and the variable of the image', () => {
    const [first = ''] = readFileSync('client/main.ts', 'utf8').split('\n');
    const words = first.split(' ');
    const flags = words.filter((word) => word.startsWith('--'));
    const variables = words.filter((word) => word.includes('=') && !word.startsWith('--'));
    expect([flags.length, variables]).toEqual([2, ['MALLOC_ARENA_MAX=2']]);
    expect(dockerfileText).toContain(`["node", ${flags.map((flag) => `"${flag}"`).join(', ')}, "dist/`);
    for (const variable of variables) expect(dockerfileText).toContain(variable);
  });
});

describe('docker-compose.temporal.yml', () => {
  it('is valid by the Compose specification', () => {
    expect(schemaProblems(compose)).toEqual([]);
  });

  it('keeps the house rules: pinned images, loopback ports, health checks, dependencies that exist', () => {
    expect(houseProblems(compose)).toEqual([]);
  });

  it('takes no variable that .env.example does not name', () => {
    const known = example.lines.map(({ name }) => name);
    expect(variablesIn(compose).filter((name) => !known.includes(name))).toEqual([]);
    expect(variablesIn(compose)).toContain('POSTGRES_PASSWORD');
  });

  it('holds no secret of its own', () => {
    const literal = services.flatMap(([name, { environment }]) =>
      Object.entries(environment ?? {})
        .filter(([key, value]) => /PASSWORD|PWD|SECRET|KEY/.test(key) && !String(value).startsWith('${'))
        .map(([key]) => `${name}: ${key}`),
    );
    expect(literal).toEqual([]);
  });

  it('gives the whole .env to our own containers only', () => {
    const withFile = services.filter(([, service]) => service.env_file !== undefined);
    expect(withFile.map(([name]) => name).toSorted()).toEqual(['setup', 'worker']);
    expect(withFile.every(([, service]) => service.env_file === '.env')).toBe(true);
  });

  it('builds one image, tagged with the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const built = services.filter(([, service]) => service.build !== undefined);
    expect(new Set(built.map(([, service]) => service.image))).toEqual(
      new Set([`amplitude-export:${version}`]),
    );
  });

  it('runs server and tools of the same release', () => {
    const tags = services
      .map(([, service]) => service.image ?? '')
      .filter((name) => /^temporalio\/(server|admin-tools):/.test(name))
      .map((name) => name.split(':')[1]);
    expect(new Set(tags).size).toBe(1);
  });

  it('leaves the worker more time to stop than it takes for itself', () => {
    expect(stopGraceMs(worker)).toBeGreaterThan(61_000);
  });

  it('keeps the work files in the volume that the image prepares', () => {
    const place = image?.instructions.find(({ keyword }) => keyword === 'VOLUME')?.rest;
    expect(worker?.environment).toMatchObject({ WORK_DIR: place });
    expect(worker?.volumes).toEqual([`work:${place}`]);
    expect(image?.instructions.map(({ rest }) => rest)).toContainEqual(
      expect.stringMatching(new RegExp(`WORK_DIR=${place}$`)),
    );
  });
});

describe('Dockerfile', () => {
  it('keeps the house rules: pinned, without root, copying what is there', () => {
    expect(dockerfileProblems(dockerfileText, existsSync)).toEqual([]);
  });

  it('leaves secrets and foreign binaries out of the build', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env*', 'temporal.toml', 'node_modules', 'dist']));
    expect(ignored.filter((line) => line !== '' && /^(package|tsconfig|\*\*?$)/.test(line))).toEqual([]);
  });
});

describe('.env.example', () => {
  /** What others read, or what is read as others do: the AWS SDK, Temporal's environment configuration, Docker Compose. */
  const foreign =
    /^(AWS_(REGION|ENDPOINT_URL_S3|CA_BUNDLE)|(HTTPS?|NO)_PROXY|TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|CONFIG_FILE|PROFILE|TLS_CLIENT_(CERT|KEY)_PATH)|COMPOSE_(FILE|PROFILES)|OTEL_EXPORTER_OTLP_ENDPOINT)$/;

  it('explains every variable and holds no secret', () => {
    expect(example.problems).toEqual([]);
  });

  it('names every variable of ours, and none that nobody reads', () => {
    const names = example.lines.map(({ name }) => name);
    const inCompose = variablesIn(compose);
    expect(names).toEqual(expect.arrayContaining(Object.keys(variables)));
    expect(
      names.filter((name) => !(name in variables) && !foreign.test(name) && !inCompose.includes(name)),
    ).toEqual([]);
  });

  it('shows the values that hold without it', () => {
    const shown = Object.fromEntries(example.lines.map(({ name, value }) => [name, value]));
    const fallbacks = Object.entries(variables).flatMap(([name, variable]) =>
      'fallback' in variable ? [[name, variable.fallback]] : [],
    );
    expect(shown).toMatchObject(Object.fromEntries(fallbacks));
  });

  it('names the Compose file', () => {
    const file = example.lines.find(({ name }) => name === 'COMPOSE_FILE');
    expect(file).toMatchObject({ isSet: true });
    expect(existsSync(file?.value ?? '')).toBe(true);
  });
});

describe('the checks themselves report', () => {
  it.each([
    ['a key that Compose does not know', 'healthcheck:', 'healthchek:', 'healthchek'],
    ['a condition that does not exist', 'service_healthy', 'service_happy', 'service_happy|allowed values'],
    ['a section of the wrong form', 'ports:\n      - 127', 'ports:\n      web: 127', 'must be array'],
  ])('%s', (_, part, replacement, problem) => {
    const problems = schemaProblems(readCompose(broken(composeText, part, replacement)));
    expect(problems.join('\n')).toMatch(new RegExp(problem));
  });

  it.each([
    ['an image without a tag', 'postgres:17.11-bookworm', 'postgres', 'postgres is not pinned'],
    ['a tag that moves', 'temporalio/ui:2.54.1', 'temporalio/ui:latest', 'ui:latest is not pinned'],
    ['a tag of a whole line', 'postgres:17.11-bookworm', 'postgres:17', 'postgres:17 is not pinned'],
    ['a port on every address', '127.0.0.1:7233:7233', '7233:7233', '7233:7233 to the world'],
    ['a dependency that is not there', 'temporal-schema: {', 'schema: {', 'schema, which does not exist'],
    ['a wait for what never ends', 'setup: { condition', 's3: { condition', 'which keeps running'],
    ['a need of what a profile adds', ', required: false', '', 'exists only with a profile'],
    ['a start taken for health', 'service_healthy', 'service_started', 'proves nothing'],
    ['a missing restart policy', 'restart: unless-stopped\n', '\n', 'postgresql has no restart policy'],
    ['a missing health check', 'test: [CMD, pg_isready', 'x-test: [CMD, pg_isready', 'no health check'],
    ['a volume that is not declared', 'work:/var', 'wrk:/var', 'wrk, which is not a named volume'],
    [
      'a volume that nobody mounts',
      'volumes:\n  postgresql:',
      'volumes:\n  old:\n  postgresql:',
      'volume old',
    ],
    [
      'an image that can be written to',
      'read_only: true',
      'read_only: false',
      'setup can write to its image',
    ],
    ['a right of root', 'cap_drop: [ALL]', 'cap_drop: [CHOWN]', 'worker keeps capabilities'],
    ['a way to get rights', 'no-new-privileges:true', 'seccomp:unconfined', 'worker can get new privileges'],
    ['a config that is not there', 'source: temporal-d', 'source: d', 'dynamic-config, which does not exist'],
  ])('%s', (_, part, replacement, problem) => {
    expect(houseProblems(readCompose(broken(composeText, part, replacement))).join('\n')).toContain(problem);
  });

  it.each([
    ['a base that moves', 'node:24.21.0-bookworm-slim', 'node:24-slim', 'node:24-slim is not pinned'],
    ['a file that is not there', 'package-lock.json', 'yarn.lock', 'yarn.lock, copied, does not exist'],
    [
      'a stage that is not there',
      '--from=build',
      '--from=builder',
      'builder, copied from, is not an earlier stage',
    ],
    ['a product that is not built', '/app/dist', '/app/build', '/app/build, copied, does not exist'],
    ['an image that runs as root', 'USER node', '', 'runs as root'],
    [
      'an entry that nothing builds',
      'dist/client/main.js',
      'dist/main.js',
      'dist/main.js, which nothing builds',
    ],
    ['an install that runs prepare', '--omit=dev --ignore-scripts', '--omit=dev', 'runs prepare'],
  ])('%s', (_, part, replacement, problem) => {
    const problems = dockerfileProblems(broken(dockerfileText, part, replacement), existsSync);
    expect(problems.join('\n')).toContain(problem);
  });

  it.each([
    ['a secret in the example', 'POSTGRES_PASSWORD=', 'POSTGRES_PASSWORD=hunter2', 'has a value'],
    ['a variable without a word', '# Region of the bucket.\n', '', 'AWS_REGION is not explained'],
    ['a line of another kind', 'AMP_DATA_REGION=us', 'export AMP_DATA_REGION=us', 'neither'],
  ])('%s', (_, part, replacement, problem) => {
    expect(readEnvExample(broken(exampleText, part, replacement)).problems.join('\n')).toContain(problem);
  });

  it('variables in every form that Compose fills in, and none of those it leaves alone', () => {
    expect(variablesIn({ a: ['${ONE:-x}', '$TWO'], b: { c: '$$THREE $${FOUR} $$$FIVE' } })).toEqual([
      'ONE',
      'TWO',
      'FIVE',
    ]);
  });
});
