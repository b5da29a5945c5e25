import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { dirname } from 'node:path';

import { ServerNotStarted } from './errors.ts';
import { tailOfLog } from './log-file.ts';

const graceSeconds = 5;

/**
 * A shell script that runs "$@" and ends it when standard input closes. The kernel closes it, however our process ends.
 * The script writes the process id to descriptor 3. The watcher is a second process because a shell cannot wait for a
 * child and read at once; it polls so that no long `sleep` outlives the child. The shell removes the files in
 * `removeAtEnd`, because it still runs when our process does not.
 */
function holdLifeLine(removeAtEnd: readonly string[]): string {
  return `
exec 4<&0 </dev/null
"$@" 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&-
{
  read -r line <&4
  PATH=/usr/bin:/bin
  kill -TERM "$child"
  polls=0
  while [ "$polls" -lt ${graceSeconds * 20} ] && kill -0 "$child"; do
    sleep 0.05
    polls=$((polls + 1))
  done
  kill -KILL "$child"
} 2>/dev/null &
watcher=$!
exec 4<&-
wait "$child"
status=$?
kill "$watcher"
PATH=/usr/bin:/bin
rm -f ${removeAtEnd.map((path) => `'${path.replaceAll("'", String.raw`'\''`)}'`).join(' ')} 2>/dev/null
exit "$status"
`;
}

/** A function to stop each running process, in the order in which they were started. */
const stops = new Set<() => Promise<void>>();
let isEnding = false;

/**
 * Ends every process that was started here, the last one first, and starts no other from then on: a program may have to
 * stop while it is still starting them.
 */
export async function endProcesses(): Promise<void> {
  isEnding = true;
  for (const stop of [...stops].toReversed()) await stop();
}

/** A child process that cannot outlive this one. */
export interface RunningProcess {
  readonly name: string;
  /** The id of the process itself, not of the shell that holds its life line. */
  readonly pid: number;
  /** Resolves with the exit code once the process is gone: 128 + n after signal n. Never rejects. */
  readonly exited: Promise<number>;
  /** The last lines that this process wrote. */
  readonly logTail: () => Promise<string>;
  /** Asks it to end (SIGTERM), forces it after 5 seconds (SIGKILL), and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a process that ends when this one ends in any way: on return from main, on Ctrl-C, on SIGKILL. It does not
 * keep this process alive. It runs in a session of its own, so that Ctrl-C reaches it only through this process. Its
 * whole environment is `env`; both outputs are appended to `logFile`; the files in `removeAtEnd` are removed when it
 * has ended in any way. A command that does not exist shows as exit code 127.
 * @throws ServerNotStarted when no shell can start it, or after `endProcesses`
 */
export async function startProcess(options: {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  logFile: string;
  removeAtEnd?: readonly string[];
}): Promise<RunningProcess> {
  const { name, command, args, env, cwd, logFile, removeAtEnd = [] } = options;
  await mkdir(dirname(logFile), { recursive: true });
  await using log = await open(logFile, 'a');
  const { size: logStart } = await log.stat();

  if (isEnding) throw new ServerNotStarted(`${name} was not started: the program is ending`);
  const shell = spawn('/bin/sh', ['-c', holdLifeLine(removeAtEnd), 'sh', command, ...args], {
    detached: true,
    cwd,
    env,
    stdio: ['pipe', log.fd, log.fd, 'pipe'],
  });
  const exited = new Promise<number>((resolve) => {
    shell.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  const lifeLine = shell.stdin;
  const stop = async (): Promise<void> => {
    shell.ref();
    lifeLine?.destroy();
    await exited;
  };
  stops.add(stop);
  void exited.then(() => stops.delete(stop));
  try {
    await once(shell, 'spawn');
  } catch (cause) {
    stops.delete(stop);
    throw new ServerNotStarted(`${name} could not be started in ${cwd}: no shell at /bin/sh?`, { cause });
  }
  const pid = await readNumber(shell.stdio[3]);
  if (pid === undefined || !(lifeLine instanceof Socket)) {
    throw new ServerNotStarted(`${name} could not be started: its shell ended with code ${await exited}`);
  }
  shell.unref();
  lifeLine.unref();

  return {
    name,
    pid,
    exited,
    logTail: () => tailOfLog(logFile, logStart),
    stop,
  };
}

async function readNumber(stream: unknown): Promise<number | undefined> {
  if (!(stream instanceof Socket)) return undefined;
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text === '' ? undefined : Number(text);
}
