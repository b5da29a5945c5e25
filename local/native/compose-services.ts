import { ServerNotStarted } from '../errors.ts';
import { fillIn, readCompose, type ComposeService } from './compose-file.ts';

/** A service of the Compose file, as it is run without Docker. */
export interface NativeService {
  readonly name: string;
  /** The release of its image: `1.32.0` of `temporalio/server:1.32.0` and of `:v1.32.0`. */
  readonly release: string;
  /** Its environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The words of its entry point and its command, in a row. */
  readonly words: readonly string[];
  /** The words of its health check; empty without one. */
  readonly healthCheck: readonly string[];
}

/** What is read of the Compose file, with every variable filled in. */
export interface ComposeServices {
  /** @throws ServerNotStarted when the file has no such service */
  readonly service: (name: string) => NativeService;
  /** The content of an inline config. @throws ServerNotStarted when the file has no such config */
  readonly config: (name: string) => string;
}

/**
 * Reads the text of a Compose file; `variables` are what Compose takes from `.env`.
 * @throws the parser's error for a text that is not YAML, ServerNotStarted when a variable is missing
 */
export function composeServices(text: string, variables: Readonly<Record<string, string>>): ComposeServices {
  const { services, configs = {} } = fillIn(readCompose(text), variables);
  return {
    service: (name) => {
      const service = services[name];
      if (service === undefined) throw new ServerNotStarted(`the Compose file has no service ${name}`);
      return nativeService(name, service);
    },
    config: (name) => {
      const { content } = (configs[name] ?? {}) as { readonly content?: string };
      if (content === undefined) throw new ServerNotStarted(`the Compose file has no config ${name}`);
      return content;
    },
  };
}

function nativeService(name: string, service: ComposeService): NativeService {
  const { image = '', environment = {}, entrypoint, command, healthcheck } = service;
  const values = Object.entries(environment).map(([key, value]) => [key, String(value)]);
  return {
    name,
    release: image.slice(image.lastIndexOf(':') + 1).replace(/^v/, ''),
    environment: Object.fromEntries(values) as Record<string, string>,
    words: [...wordsOf(entrypoint), ...wordsOf(command)],
    // The first word says how Compose runs the others.
    healthCheck: wordsOf(healthcheck?.test).slice(1),
  };
}

/** A command as words: a text is one word here, since only lists are used. */
function wordsOf(command: string | readonly string[] | undefined): readonly string[] {
  if (command === undefined) return [];
  return typeof command === 'string' ? [command] : command;
}

/**
 * The address that a service's health check asks, at another port on 127.0.0.1.
 * @throws ServerNotStarted when the check asks no address
 */
export function healthUrl({ name, healthCheck }: NativeService, port: number): string {
  const [, path] = /http:\/\/127\.0\.0\.1:\d+(\/[^\s'"]*)/.exec(healthCheck.join(' ')) ?? [];
  if (path === undefined) throw new ServerNotStarted(`the health check of ${name} asks no address`);
  return `http://127.0.0.1:${port}${path}`;
}

/** Rejects unless the address answers with a status from 200 to 299 within two seconds. */
export async function answersOk(url: string): Promise<void> {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2000) });
  if (!ok) throw new Error(`${url} answers ${status}`);
}
