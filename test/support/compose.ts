import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { duration } from '../../config/readers.ts';
import type { Compose, ComposeService as Service, Dependency } from '../../local/native/compose-file.ts';

const require = createRequire(import.meta.url);

/** The problems of a file by the schema of the Compose specification; empty when it is valid. */
export function schemaProblems(compose: unknown): string[] {
  const folder = dirname(require.resolve('dclint/package.json'));
  const schema = JSON.parse(readFileSync(join(folder, 'schemas/compose.schema.json'), 'utf8')) as object;
  // The schema names draft 7 by its https address; ajv knows it by the http one.
  const draft = { $schema: 'http://json-schema.org/draft-07/schema#' };
  const validate = new Ajv({ allErrors: true, strict: false }).compile({ ...schema, ...draft });
  if (validate(compose)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/** The problems of a valid file by our own rules; empty when there are none. */
export function houseProblems(compose: Compose): string[] {
  const problems = Object.entries(compose.services).flatMap(([name, service]) => [
    ...serviceProblems(name, service),
    ...dependencyProblems(name, service, compose),
  ]);
  return [...problems, ...volumeProblems(compose), ...configProblems(compose)];
}

/** True for a service that ends when its work is done. */
export function isOneShot(service: Service): boolean {
  return service.restart === 'no' || (service.restart?.startsWith('on-failure') ?? false);
}

/** How long a service has to stop, in milliseconds. @throws Error when the file does not say */
export function stopGraceMs(service: Service | undefined): number {
  const grace = duration(1)(service?.stop_grace_period ?? '');
  if (!grace.ok) throw new Error('the Compose file has no stop_grace_period for this service');
  return grace.value;
}

function serviceProblems(name: string, service: Service): string[] {
  const problems: string[] = [];
  if (service.image === undefined) problems.push(`${name} names no image`);
  else if (!isPinned(service.image)) problems.push(`${name}: ${service.image} is not pinned to a release`);

  const keepsRunning = service.restart === 'unless-stopped' || service.restart === 'always';
  if (!keepsRunning && !isOneShot(service)) problems.push(`${name} has no restart policy`);
  if (keepsRunning && service.healthcheck?.test === undefined) problems.push(`${name} has no health check`);
  if (service.build !== undefined) {
    if (service.read_only !== true) problems.push(`${name} can write to its image`);
    if (service.cap_drop?.includes('ALL') !== true) problems.push(`${name} keeps capabilities`);
    const forbids = service.security_opt?.includes('no-new-privileges:true') === true;
    if (!forbids) problems.push(`${name} can get new privileges`);
  }
  for (const port of service.ports ?? []) {
    if (!String(port).startsWith('127.0.0.1:'))
      problems.push(`${name} publishes ${String(port)} to the world`);
  }
  return problems;
}

/** A release is a tag with at least two numbers: `17.11-bookworm`. Tags such as `17` or `latest` change over time. */
function isPinned(image: string): boolean {
  const tag = /^[^:@]+(?:\/[^:@]+)*:([^@/]+)/.exec(image)?.[1];
  return tag !== undefined && /^v?\d+\.\d+/.test(tag);
}

function dependencyProblems(name: string, service: Service, compose: Compose): string[] {
  const dependsOn = service.depends_on ?? {};
  if (Array.isArray(dependsOn)) return [`${name} depends on services without a condition`];
  return Object.entries(dependsOn as Record<string, Dependency>).flatMap(([target, dependency]) => {
    const other = compose.services[target];
    if (other === undefined) return [`${name} depends on ${target}, which does not exist`];
    const problems: string[] = [];
    const { condition, required = true } = dependency;
    if (condition === 'service_completed_successfully' && !isOneShot(other)) {
      problems.push(`${name} waits for the end of ${target}, which keeps running`);
    }
    if (condition === 'service_healthy' && other.healthcheck?.test === undefined) {
      problems.push(`${name} waits for the health of ${target}, which has no health check`);
    }
    if (condition === 'service_started') {
      problems.push(`${name} waits only for the start of ${target}, which proves nothing`);
    }
    if (required && other.profiles !== undefined) {
      problems.push(`${name} requires ${target}, which exists only with a profile`);
    }
    return problems;
  });
}

function volumeProblems(compose: Compose): string[] {
  const mounts = Object.entries(compose.services).flatMap(([name, service]) =>
    (service.volumes ?? []).map((mount) => ({ name, source: String(mount).split(':')[0] ?? '' })),
  );
  const declared = Object.keys(compose.volumes ?? {});
  return [
    ...mounts
      .filter(({ source }) => !declared.includes(source))
      .map(({ name, source }) => `${name} mounts ${source}, which is not a named volume`),
    ...declared
      .filter((volume) => !mounts.some(({ source }) => source === volume))
      .map((volume) => `no service mounts the volume ${volume}`),
  ];
}

function configProblems(compose: Compose): string[] {
  const declared = Object.keys(compose.configs ?? {});
  return Object.entries(compose.services).flatMap(([name, service]) =>
    (service.configs ?? [])
      .map((config) => (typeof config === 'string' ? config : config.source))
      .filter((source) => !declared.includes(source))
      .map((source) => `${name} uses the config ${source}, which does not exist`),
  );
}

/** The names that Compose fills in from `.env`: every `${NAME}`, but not `$$NAME`, which a shell reads later. */
export function variablesIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const names = [...value.replaceAll('$$', '').matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? '');
    return [...new Set(names)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap((part) => variablesIn(part)))];
}

/** One line of an environment file: `NAME=value`, or the same commented out. */
interface EnvLine {
  readonly name: string;
  readonly value: string;
  readonly isSet: boolean;
}

/** The variables of an environment file, and the file's problems. */
export function readEnvExample(text: string): { lines: EnvLine[]; problems: string[] } {
  const lines: EnvLine[] = [];
  const problems: string[] = [];
  let explained = false;
  for (const line of text.split('\n')) {
    const match = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    if (match === null) {
      if (line !== '' && !line.startsWith('#')) problems.push(`${line} is neither a variable nor a comment`);
      explained = line.startsWith('# ') && !line.startsWith('# ---');
      continue;
    }
    const [, comment, name = '', value = ''] = match;
    if (!explained) problems.push(`${name} is not explained`);
    if (lines.some((other) => other.name === name)) problems.push(`${name} is named twice`);
    if (/KEY|SECRET|PASSWORD/.test(name) && value !== '') problems.push(`${name} has a value`);
    lines.push({ name, value, isSet: comment === undefined });
    explained = false;
  }
  return { lines, problems };
}

/** One instruction of a Dockerfile. */
interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** A build stage: the image or stage that it starts from, its name, and its instructions. */
interface Stage {
  readonly from: string;
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the stages of a Dockerfile. */
export function readDockerfile(text: string): Stage[] {
  const stages: { from: string; name: string; instructions: Instruction[] }[] = [];
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n/g, ' ');
  for (const line of lines.split('\n')) {
    const [, keyword, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (keyword === 'FROM') {
      const [from = '', , name = ''] = rest.split(/\s+/);
      stages.push({ from, name, instructions: [] });
    } else if (keyword !== undefined) {
      stages.at(-1)?.instructions.push({ keyword, rest });
    }
  }
  return stages;
}

/** The problems of a Dockerfile by our own rules; `exists` says whether a path of the build context exists. */
export function dockerfileProblems(text: string, exists: (path: string) => boolean): string[] {
  const stages = readDockerfile(text);
  const problems = stages.flatMap(({ from, instructions }, index) => {
    const earlier = stages.slice(0, index).map(({ name }) => name);
    const start = earlier.includes(from) || isPinned(from) ? [] : [`${from} is not pinned to a release`];
    return [...start, ...instructions.flatMap((instruction) => copyProblems(instruction, earlier, exists))];
  });
  for (const { instructions } of stages) {
    for (const { rest } of instructions) {
      if (/npm (ci|install)/.test(rest) && !rest.includes('--ignore-scripts')) {
        problems.push(`"${rest}" runs prepare, which needs the sources`);
      }
    }
  }
  const last = stages.at(-1);
  const user = last?.instructions.findLast(({ keyword }) => keyword === 'USER')?.rest ?? 'root';
  if (user === 'root' || user.startsWith('0')) problems.push('the image runs as root');
  const entry = listOf(last, 'ENTRYPOINT').find((word) => word.startsWith('dist/'));
  const source = entry?.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  if (source === undefined || !exists(source))
    problems.push(`the image starts ${entry}, which nothing builds`);
  return problems;
}

/** The products of the build; all other copied files are in the repository. */
const BUILD_PRODUCTS = ['/app/dist', '/app/node_modules'];

function copyProblems(
  { keyword, rest }: Instruction,
  stages: readonly string[],
  exists: (path: string) => boolean,
): string[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const words = rest.split(/\s+/);
  const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  if (from !== undefined && !stages.includes(from)) return [`${from}, copied from, is not an earlier stage`];
  return sources
    .filter((source) => (from === undefined ? !exists(source) : !BUILD_PRODUCTS.includes(source)))
    .map((source) => `${source}, copied, does not exist`);
}

/** The words of the last such instruction, in its JSON form; empty when there is none. */
export function listOf(stage: Stage | undefined, keyword: string): string[] {
  const rest = stage?.instructions.findLast((instruction) => instruction.keyword === keyword)?.rest;
  return rest?.startsWith('[') === true ? (JSON.parse(rest) as string[]) : [];
}
