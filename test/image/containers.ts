import { mkdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCommand, type Ended, type RunningVerb } from '../support/command-line.ts';
import type { ImageConfig } from './image-store.ts';

/** The files and the configuration of an image, and the ids of its user. */
export interface Unpacked {
  readonly root: string;
  readonly config: ImageConfig;
  readonly uid: number;
  readonly gid: number;
}

/** How one container differs from the image. */
export interface Start {
  /** What follows the entrypoint. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder of this machine in the place of the image's volume; without one, that folder is read-only too. */
  readonly volume?: string;
  /** Another program in the place of the entrypoint. */
  readonly entrypoint?: readonly string[];
}

/** A running container. Its `child` is runc, which passes signals on and ends with the container's exit code. */
export interface Container extends RunningVerb {
  readonly id: string;
}

const CAPABILITY_SETS = ['bounding', 'effective', 'inheritable', 'permitted', 'ambient'];
/** No network namespace: the servers of the test are on this machine's loopback. */
const NAMESPACES = ['pid', 'ipc', 'uts', 'mount'];

/**
 * Starts containers of one image with runc, as Docker does, with the settings of the Compose file: a read-only root file
 * system, no capability, no way to get one (`docker-compose.temporal.yml`; a test holds it to them). The image's user
 * runs the program as process 1, without an init, as `docker run` does.
 */
export class Containers {
  readonly #folder: string;
  readonly #image: Unpacked;
  #started = 0;

  constructor(folder: string, image: Unpacked) {
    this.#folder = folder;
    this.#image = image;
  }

  async start(start: Start): Promise<Container> {
    this.#started += 1;
    // Also unique among other suites on this machine: cgroups have this name.
    const id = `amplitude-export-${process.pid}-${this.#started}`;
    const bundle = join(this.#folder, id);
    await mkdir(bundle, { recursive: true });
    await writeFile(join(bundle, 'config.json'), JSON.stringify(this.#specOf(start)));
    const running = startCommand('runc', [...this.#runc, 'run', '--bundle', bundle, id], {}, bundle);
    return { ...running, id };
  }

  /** Runs a container to its end. */
  async run(start: Start): Promise<Ended> {
    return (await this.start(start)).ended;
  }

  /** Runs a program in a running container, as a health check does. Returns its exit code. */
  async exitCodeIn({ id }: Container, words: readonly string[]): Promise<number | null> {
    return (await startCommand('runc', [...this.#runc, 'exec', id, ...words], {}, this.#folder).ended).code;
  }

  /** Ends all containers. */
  async close(): Promise<void> {
    for (let one = 1; one <= this.#started; one += 1) {
      const id = `amplitude-export-${process.pid}-${one}`;
      await promisify(execFile)('runc', [...this.#runc, 'delete', '--force', id]).catch(() => undefined);
    }
  }

  get #runc(): string[] {
    return ['--root', join(this.#folder, 'runc')];
  }

  /** Source: the OCI runtime specification, 1.0.2, config.md. */
  #specOf({ args, env, volume, entrypoint }: Start): object {
    const { root, config, uid, gid } = this.#image;
    const own = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const data = volume === undefined ? [] : [mountOf(volume, workDirOf(config))];
    return {
      ociVersion: '1.0.2',
      process: {
        user: { uid, gid },
        args: [...(entrypoint ?? config.Entrypoint), ...args],
        env: [...config.Env, ...own],
        cwd: config.WorkingDir,
        capabilities: Object.fromEntries(CAPABILITY_SETS.map((set) => [set, []])),
        noNewPrivileges: true,
      },
      root: { path: root, readonly: true },
      hostname: 'container',
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
        ...data,
      ],
      linux: { namespaces: NAMESPACES.map((type) => ({ type })) },
    };
  }
}

/** The path of the image's volume. */
function workDirOf({ Env: env }: ImageConfig): string {
  return env.find((line) => line.startsWith('WORK_DIR='))?.slice('WORK_DIR='.length) ?? '';
}

function mountOf(source: string, destination: string): object {
  return { destination, type: 'bind', source, options: ['rbind', 'rw', 'nosuid', 'nodev'] };
}
