import { parseDocument } from 'yaml';
import { ServerNotStarted } from '../errors.ts';

/** One service of a Compose file: the fields that are read. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: unknown;
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly unknown[];
  readonly volumes?: readonly unknown[];
  readonly configs?: readonly (string | { readonly source: string })[];
  readonly entrypoint?: string | readonly string[];
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly env_file?: unknown;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test?: string | readonly string[] };
  readonly stop_grace_period?: string;
  readonly depends_on?: readonly string[] | Readonly<Record<string, Dependency>>;
}

/** What a service waits for. */
export interface Dependency {
  readonly condition: string;
  readonly required?: boolean;
}

/** A Compose file: the sections that are read. */
export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly configs?: Readonly<Record<string, unknown>>;
}

/** Reads a Compose file, with merge keys. @throws the parser's error for a text that is not YAML */
export function readCompose(text: string): Compose {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.toJS() as Compose;
}

/**
 * Fills variables into every text of a value, as Compose does: `${NAME}`, `${NAME:-default}`, `${NAME:?reason}`; `$$` becomes
 * `$`. Source: the Compose file reference, "Interpolation".
 * @throws ServerNotStarted when a variable that must be set is not
 */
export function fillIn<T>(value: T, variables: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') return fillInText(value, variables) as T;
  if (Array.isArray(value)) return value.map((part: unknown) => fillIn(part, variables)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, fillIn(part as unknown, variables)]);
  return Object.fromEntries(entries) as T;
}

function fillInText(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name?: string, operator?: string, rest = '') => {
      if (name === undefined) return '$';
      const value = variables[name] ?? '';
      if (value !== '' || operator === undefined) return value;
      if (operator === '-') return rest;
      throw new ServerNotStarted(`the Compose file needs ${name}: ${rest}`);
    },
  );
}
