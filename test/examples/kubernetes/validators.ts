import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { readObjects, type Manifest } from './read-manifests.ts';

type Schema = Readonly<Record<string, unknown>>;

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A definition of a custom resource: the fields that say what its objects look like. */
interface ResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** The problems of an object by the schema of its kind; empty when it is valid. */
export type Validate = (manifest: Manifest) => string[];

/** Go's regular expressions begin with `(?i)` where JavaScript has a flag. */
const goRegExp = Object.assign(
  (pattern: string, flags: string): RegExp =>
    pattern.includes('(?i)')
      ? new RegExp(pattern.replace('(?i)', ''), `${flags}i`)
      : new RegExp(pattern, flags),
  { code: 'new RegExp' },
);

/** Formats such as int32 say how a number is stored; the types of the schemas are checked without them. */
const newAjv = (): Ajv =>
  new Ajv({ allErrors: true, strict: false, validateFormats: false, code: { regExp: goRegExp } });

/** Validates objects of Kubernetes itself by one release's schema of all types. */
export function kubernetesValidator(file: string): Validate {
  const schema = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly $defs: Readonly<Record<string, Schema>>;
  };
  const ajv = newAjv().addSchema({ $defs: schema.$defs }, 'kubernetes');
  const types = Object.entries(schema.$defs).flatMap(([type, definition]) =>
    ((definition['x-kubernetes-group-version-kind'] ?? []) as GroupVersionKind[]).map(
      ({ group, version, kind }) =>
        [keyOf(group === '' ? version : `${group}/${version}`, kind), type] as const,
    ),
  );
  const typeOf = new Map(types);
  return (manifest) => {
    const type = typeOf.get(keyOf(manifest.apiVersion, manifest.kind));
    if (type === undefined) return [`${manifest.apiVersion} has no ${manifest.kind}`];
    return problemsOf(ajv.compile({ $ref: `kubernetes#/$defs/${type}` }), manifest);
  };
}

/** Validates custom resources by their definitions, and by the same rules as the API server: no unknown field. */
export function resourceValidator(folder: string, files: readonly string[]): Validate {
  const definitions = files.flatMap((file) => readObjects(join(folder, file)) as ResourceDefinition[]);
  const schemas = definitions.flatMap(({ spec: { group, names, versions } }) =>
    versions.map(
      ({ name, schema }) => [keyOf(`${group}/${name}`, names.kind), closed(schema.openAPIV3Schema)] as const,
    ),
  );
  const schemaOf = new Map(schemas);
  return (manifest) => {
    const schema = schemaOf.get(keyOf(manifest.apiVersion, manifest.kind));
    if (schema === undefined) return [`${manifest.apiVersion} has no ${manifest.kind}`];
    return problemsOf(newAjv().compile(schema), manifest);
  };
}

/** The settings that a scaler of KEDA reads from a trigger, by the tags of its Go structure. */
export function scalerSettings(goFile: string): string[] {
  const tags = readFileSync(goFile, 'utf8').matchAll(/`keda:"name=(\w+),\s*order=([\w;]+)/g);
  return [...tags].flatMap(([, name = '', order = '']) => {
    if (!order.includes('triggerMetadata')) return [];
    return order.includes('resolvedEnv') ? [name, `${name}FromEnv`] : [name];
  });
}

const keyOf = (apiVersion: string, kind: string): string => `${apiVersion} ${kind}`;

function problemsOf(validate: ValidateFunction, manifest: Manifest): string[] {
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/** The same schema, in which an object with named fields has no others, as for the API server. */
function closed(schema: unknown): Schema {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, close(part)]));
    const isObject = copy['type'] === 'object' && typeof copy['properties'] === 'object';
    return isObject && copy['x-kubernetes-preserve-unknown-fields'] !== true
      ? { ...copy, additionalProperties: false }
      : copy;
  };
  return close(schema) as Schema;
}
