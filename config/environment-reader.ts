import { redactor, type Redact } from '../core/redact.ts';
import { ConfigurationInvalid } from './errors.ts';
import type { Reading } from './readers.ts';
import { looksLikeKey, secretsOf } from './secrets.ts';
import { variables, type Values, type Variable, type VariableName } from './variables.ts';

/** Reads variables one by one and keeps every problem, so that all are told at once. */
export class EnvironmentReader {
  readonly #env: NodeJS.ProcessEnv;
  readonly #problems: string[] = [];
  readonly #redact: Redact;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#redact = redactor(secretsOf(env));
  }

  find<N extends VariableName>(name: N): Values[N] | undefined {
    const variable: Variable<unknown> = variables[name];
    const text = this.#env[name]?.trim() || variable.fallback;
    if (text === undefined) return undefined;
    return this.#read(name, text, variable.read) as Values[N] | undefined;
  }

  #read<T>(name: string, text: string, read: (text: string) => Reading<T>): T | undefined {
    const reading = read(text);
    if (reading.ok) return reading.value;
    this.report(`${name}: ${reading.problem}${reading.hide ? '' : this.#received(text)}`);
    return undefined;
  }

  /** The value in words, unless it is a key in the wrong variable. */
  #received(text: string): string {
    const isKey = looksLikeKey(text) || this.#redact(text) !== text;
    return isKey ? `; its ${text.length} characters look like a key` : `, not ${JSON.stringify(text)}`;
  }

  /** Like `find`; an absent value is one more problem. What it then returns is never used: `finish` throws. */
  get<N extends VariableName>(name: N): Values[N] {
    const before = this.#problems.length;
    const value = this.find(name);
    if (value === undefined && this.#problems.length === before) {
      this.report(`${name} is not set: ${variables[name].help}`);
    }
    return value as Values[N];
  }

  /** The text of a variable that another library reads. */
  foreign(name: 'AWS_ACCESS_KEY_ID' | 'AWS_SESSION_TOKEN'): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  /** Looks at a variable that another library reads, if it is set at all: an empty one counts there. */
  check(name: string, read: (text: string) => Reading<string>): void {
    const text = this.#env[name];
    if (text !== undefined) this.#read(name, text, read);
  }

  /** Takes over what another reader of the environment finds, and its problems; as with `get`, `finish` throws then. */
  include<T>(read: (env: NodeJS.ProcessEnv) => T): T {
    try {
      return read(this.#env);
    } catch (error) {
      if (!(error instanceof ConfigurationInvalid)) throw error;
      this.#problems.push(...error.problems);
      return undefined as T;
    }
  }

  report(problem: string): void {
    this.#problems.push(problem);
  }

  finish(): void {
    // What two readers include, both report.
    if (this.#problems.length > 0) throw new ConfigurationInvalid([...new Set(this.#problems)]);
  }
}
