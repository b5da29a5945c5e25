import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runToEnd } from '../../local/binaries/run-to-end.ts';
import type { BaseParts } from './base-parts.ts';
import { npmConfigOf, type NpmSettings } from './npm-settings.ts';

const execute = promisify(execFile);

/** The configuration of an image, in the names of the OCI image format. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
}

/** Where npm is in the base image, as in the official one, and where its settings for the build are mounted. */
const NPM_FOLDER = '/usr/local/lib/node_modules/npm';
const NPM_CONFIG = '/usr/local/etc/npmrc';
const NPM_CACHE = '/root/.npm';
const CA_FILE = '/usr/local/etc/ca.crt';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The official image has settings with the same effect: a layer that installs packages keeps no cache of apt. */
const APT_KEEPS_NOTHING =
  'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache ""; DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };';

/**
 * A store of images of its own, in a folder, which Buildah fills. Each image is a folder of plain files (the `vfs`
 * driver) and processes of a build run in a chroot, so that no Docker engine is needed, and the folder can be removed
 * like any other. Methods throw an Error with the end of Buildah's output.
 */
export class ImageStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the base image, and gives it the name that the Dockerfile starts from. Returns its size in bytes. */
  async makeBase(name: string, parts: BaseParts): Promise<number> {
    const container = await this.#buildah('from', 'scratch');
    await this.#buildah('add', container, parts.debian, '/');
    await this.#buildah('add', container, parts.node, '/usr/local/bin/node');
    await this.#buildah('add', container, parts.npm, NPM_FOLDER);
    // As the official image has it; the mounts of a build would otherwise leave empty files in our layers.
    const script = [
      `ln -s ${NPM_FOLDER}/bin/npm-cli.js /usr/local/bin/npm`,
      'useradd --uid 1000 --user-group --create-home --shell /bin/bash node',
      `mkdir -p ${NPM_CACHE} /usr/local/etc`,
      `touch ${NPM_CONFIG} ${CA_FILE}`,
      `printf '%s\\n' '${APT_KEEPS_NOTHING}' > /etc/apt/apt.conf.d/docker-clean`,
    ];
    await this.#buildah('run', container, '--', '/bin/sh', '-ec', script.join('\n'));
    await this.#buildah('config', '--env', `PATH=${PATH}`, '--cmd', 'node', container);
    const size = await sizeOf(await this.#buildah('mount', container));
    await this.#buildah('commit', '--quiet', '--rm', container, `docker.io/library/${name}`);
    return size;
  }

  /** Builds a Dockerfile's folder as it is; npm in it uses the settings and the cache of this machine. */
  async build(tag: string, context: string, settings: NpmSettings): Promise<void> {
    const folder = await mkdtemp(join(this.#folder, 'build-'));
    const config = join(folder, 'npmrc');
    await writeFile(config, npmConfigOf(settings, CA_FILE));
    await mkdir(settings.cache, { recursive: true });
    const mounts = [`${config}:${NPM_CONFIG}:ro`, `${settings.cache}:${NPM_CACHE}`];
    if (settings.caFile !== undefined) mounts.push(`${settings.caFile}:${CA_FILE}:ro`);
    const volumes = mounts.map((mount) => `--volume=${mount}`);
    const options = ['--pull-never', '--layers=false', `--tag=localhost/${tag}`, ...volumes];
    await runToEnd('buildah', [...this.#store, 'build', ...options, context], folder, this.#env);
  }

  /** Unpacks an image of this store, and returns the folder of its files. */
  async unpack(tag: string): Promise<string> {
    return this.#buildah('mount', await this.#buildah('from', '--pull-never', `localhost/${tag}`));
  }

  /** The configuration of an image of this store. */
  async configOf(tag: string): Promise<ImageConfig> {
    const text = await this.#buildah('inspect', '--type=image', `localhost/${tag}`);
    return (JSON.parse(text) as { OCIv1: { config: ImageConfig } }).OCIv1.config;
  }

  get #store(): string[] {
    const folders = [`--root=${join(this.#folder, 'store')}`, `--runroot=${join(this.#folder, 'run')}`];
    return ['--storage-driver=vfs', ...folders];
  }

  get #env(): NodeJS.ProcessEnv {
    return { ...process.env, BUILDAH_ISOLATION: 'chroot', TMPDIR: this.#folder };
  }

  async #buildah(...args: string[]): Promise<string> {
    const { stdout } = await execute('buildah', [...this.#store, ...args], { env: this.#env });
    return stdout.trim();
  }
}

/** The disk that the files of a folder take, in bytes. */
export async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await execute('du', ['--summarize', '--one-file-system', '--block-size=1', folder]);
  return Number(stdout.split('\t')[0]);
}

/** The ids of a user of an image, as its password file has them. @throws when it is not there */
export async function userOf(root: string, name: string): Promise<{ uid: number; gid: number }> {
  const users = await readFile(join(root, 'etc/passwd'), 'utf8');
  const [, , uid, gid] =
    users
      .split('\n')
      .map((line) => line.split(':'))
      .find(([user]) => user === name) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`the image has no user ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}
