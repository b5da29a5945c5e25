import { redactor, type Redact } from '../core/redact.ts';
import { ConfigurationInvalid } from './errors.ts';
import type { Reading } from './readers.ts';
import { looksLikeKey, secretsOf } from './secrets.ts';
import { variables, type Values, type Variable, type VariableName } from './variables.ts';

/** Reads variables one by one and collects every problem, so that all are reported at once. */
export class EnvironmentReader {
  readonly #env: NodeJS.ProcessEnv;
  readonly #problems: string[] = [];
  readonly #redact: Redact;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#redact = redactor(secretsOf(env));
  }

  /** The value of a variable, or its default; undefined when it is absent or wrong. Reports a wrong one. */
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

  /** The value for a message, unless it looks like a key in the wrong variable. */
  #received(text: string): string {
    const isKey = looksLikeKey(text) || this.#redact(text) !== text;
    return isKey ? `; its ${text.length} characters look like a key` : `, not ${JSON.stringify(text)}`;
  }

  /**
   * Like `find`, but also reports an absent value. The undefined value that is then returned is never used: `finish`
   * throws.
   */
  get<N extends VariableName>(name: N): Values[N] {
    const before = this.#problems.length;
    const value = this.find(name);
    if (value === undefined && this.#problems.length === before) {
      this.report(`${name} is not set: ${variables[name].help}`);
    }
    return value as Values[N];
  }

  /** The text of a variable that the AWS SDK reads. */
  foreign(name: 'AWS_ACCESS_KEY_ID' | 'AWS_SESSION_TOKEN'): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  /**
   * Checks a variable that the AWS SDK reads, if it is set. The SDK uses an empty one too, so it is checked as well.
   */
  check(name: string, read: (text: string) => Reading<string>): void {
    const text = this.#env[name];
    if (text !== undefined) this.#read(name, text, read);
  }

  /**
   * Returns the value of another reader of the environment, and collects its problems. As with `get`, `finish` throws
   * then.
   */
  include<T>(read: (env: NodeJS.ProcessEnv) => T): T {
    try {
      return read(this.#env);
    } catch (error) {
      if (!(error instanceof ConfigurationInvalid)) throw error;
      this.#problems.push(...error.problems);
      return undefined as T;
    }
  }

  /** Adds a problem. */
  report(problem: string): void {
    this.#problems.push(problem);
  }

  /** Ends the reading. @throws ConfigurationInvalid with every problem, if there are any */
  finish(): void {
    // If two settings include the same reader, its problems are reported twice.
    if (this.#problems.length > 0) throw new ConfigurationInvalid([...new Set(this.#problems)]);
  }
}
