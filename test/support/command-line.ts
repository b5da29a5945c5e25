import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../client/main.js', import.meta.url));

/** The output of a command, and its exit code; `code` is null after a signal. */
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
  /** Its output so far. */
  soFar(): { readonly out: string; readonly err: string };
}

/** Starts `amplitude-export VERB`. Its environment is `env`, PATH, HOME and XDG_CACHE_HOME. */
export function startVerb(args: readonly string[], env: Readonly<Record<string, string>>): RunningVerb {
  return startScript(program, args, env);
}

/** Starts a compiled script. Its environment is `env`, PATH, HOME and XDG_CACHE_HOME. */
export function startScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningVerb {
  return startCommand(process.execPath, [script, ...args], env, '/tmp');
}

/**
 * Starts a command as a user types it, `amplitude-export VERB ...`, by a shell, in `folder`. Its environment is `env`,
 * PATH, HOME and XDG_CACHE_HOME. A signal reaches the verb itself.
 */
export function startLine(line: string, env: Readonly<Record<string, string>>, folder: string): RunningVerb {
  const script = line.replace(/(?<=^|&& )amplitude-export(?= )/, `exec '${process.execPath}' '${program}'`);
  return startCommand('sh', ['-c', script], env, folder);
}

/** Starts any command in `folder`. Its environment is `env`, PATH, HOME and XDG_CACHE_HOME. */
export function startCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): RunningVerb {
  // Programs and cached downloads are found through these.
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, HOME, XDG_CACHE_HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  const changes = new EventEmitter();
  for (const [stream, name] of [
    [child.stdout, 'out'],
    [child.stderr, 'err'],
  ] as const) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      changes.emit('more');
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...output }));
  const saying = async (pattern: RegExp): Promise<void> => {
    const matches = (): boolean => pattern.test(output.out) || pattern.test(output.err);
    const over = ended.then(() => true);
    while (!matches()) {
      const more = once(changes, 'more').then(() => false);
      if ((await Promise.race([more, over])) && !matches()) {
        throw new Error(
          `${args.join(' ')} ended without saying ${String(pattern)}: ${output.out}${output.err}`,
        );
      }
    }
  };
  return { child, ended, saying, soFar: () => ({ ...output }) };
}

/** Runs `amplitude-export VERB` to its end. */
export async function runVerb(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startVerb(args, env).ended;
}
