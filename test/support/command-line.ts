import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../client/main.js', import.meta.url));

/** What a command printed and how it ended; `code` is null after a signal. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A verb of the command line that is running. */
export interface RunningVerb {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the output so far matches. Rejects when the verb ends first. */
  saying(pattern: RegExp): Promise<void>;
  /** What it has printed until now. */
  soFar(): { readonly out: string; readonly err: string };
}

/** Starts `amplitude-export VERB` with nothing in its environment but what is given. */
export function startVerb(args: readonly string[], env: Readonly<Record<string, string>>): RunningVerb {
  return startScript(program, args, env);
}

/** Starts a compiled script with nothing in its environment but what is given. */
export function startScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningVerb {
  return start(process.execPath, [script, ...args], env, '/tmp');
}

/**
 * Starts a command as it would be typed, `amplitude-export VERB ...`, by a shell and in the folder given, with nothing
 * in its environment but what is given. A signal reaches the verb itself.
 */
export function startLine(line: string, env: Readonly<Record<string, string>>, folder: string): RunningVerb {
  const script = line.replace(/(?<=^|&& )amplitude-export(?= )/, `exec '${process.execPath}' '${program}'`);
  return start('sh', ['-c', script], env, folder);
}

function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): RunningVerb {
  // Where programs and what was fetched before are found.
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, HOME, XDG_CACHE_HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  const heard = new EventEmitter();
  for (const [stream, name] of [
    [child.stdout, 'out'],
    [child.stderr, 'err'],
  ] as const) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      heard.emit('more');
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...said }));
  const saying = async (pattern: RegExp): Promise<void> => {
    const matches = (): boolean => pattern.test(said.out) || pattern.test(said.err);
    const over = ended.then(() => true);
    while (!matches()) {
      const more = once(heard, 'more').then(() => false);
      if ((await Promise.race([more, over])) && !matches()) {
        throw new Error(`${args.join(' ')} ended without saying ${String(pattern)}: ${said.out}${said.err}`);
      }
    }
  };
  return { child, ended, saying, soFar: () => ({ ...said }) };
}

/** Runs `amplitude-export VERB` to its end. */
export async function runVerb(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startVerb(args, env).ended;
}
