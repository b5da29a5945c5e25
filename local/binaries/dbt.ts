import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { stopwatch, type Report } from '../report.ts';
import { fromCache, intoCache } from './cached-binary.ts';
import { findTool } from './find-tool.ts';
import { findPython, pipOptions, type Python } from './python.ts';
import { runToEnd } from './run-to-end.ts';

const OLDEST_PYTHON = '3.11';

/**
 * The absolute path of a dbt with the packages of a requirements file: a cached copy, or one fetched with pip. Nothing
 * is installed for the user. Its DuckDB has the extension for S3, which otherwise DuckDB would download.
 * @throws ToolMissing
 */
export async function findDbt(requirements: string, report: Report): Promise<string> {
  return findTool(
    'dbt',
    [{ name: `pip (${requirements})`, find: () => fromRequirements(requirements, report) }],
    `Install Python ${OLDEST_PYTHON} or later with pip; then dbt is fetched.`,
  );
}

/** The folder in the cache has the hash of the requirements in its name, and the version of the Python they are for. */
async function fromRequirements(requirements: string, report: Report): Promise<string> {
  const python = await findPython(OLDEST_PYTHON);
  const hash = createHash('sha256').update(await readFile(requirements));
  const pinned = { name: 'dbt', version: `${hash.digest('hex').slice(0, 12)}-python-${python.version}` };
  try {
    return await fromCache(pinned);
  } catch {
    const elapsed = stopwatch();
    report('Fetching dbt and DuckDB with pip (once; 200 MB when unpacked)');
    const path = await intoCache(pinned, (to) => install(python, requirements, to));
    report(`Fetched dbt in ${elapsed()}`);
    return path;
  }
}

/** Sets what its Python and its DuckDB need. `exec` keeps the process id, so that signals reach dbt. */
const launcher = `#!/bin/sh
here=\${0%/*}
export PYTHONPATH="$here/packages"
export DUCKDB_EXTENSION_DIRECTORY="$here/extensions"
exec python3 "$here/packages/bin/dbt" "$@"
`;

/** Puts the extension that a package holds where DuckDB looks for it. */
const installExtension = `
import duckdb, duckdb_extension_httpfs, pathlib, sys
[extension] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
duckdb.connect(config={"extension_directory": sys.argv[1]}).install_extension(str(extension))
`;

async function install(python: Python, requirements: string, path: string): Promise<void> {
  const [packages, extensions] = [join(dirname(path), 'packages'), join(dirname(path), 'extensions')];
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fetch-'));
  try {
    const what = [`--target=${packages}`, `--requirement=${requirements}`];
    await runToEnd(python.path, ['-m', 'pip', 'install', ...pipOptions, ...what], folder);
    await runToEnd(python.path, ['-c', installExtension, extensions], folder, { PYTHONPATH: packages });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await writeFile(path, launcher);
}
