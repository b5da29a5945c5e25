import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { onPath } from '../../local/binaries/executables.ts';
import { findSqlglot } from '../../local/binaries/sqlglot.ts';

const run = promisify(execFile);

/** The files of the engines that no test can run, in the order in which a person runs them. */
const engines = {
  snowflake: ['tables.sql', 'load.sql', 'silver-tables.sql', 'silver.sql'],
  athena: ['tables.sql', 'views.sql', 'queries.sql'],
} as const;

interface Checked {
  readonly statements: number;
  readonly problems: readonly string[];
}

/** Parses files one after another, and looks up every table and column that they name. */
async function check(dialect: string, files: readonly string[]): Promise<Checked> {
  const env = { ...process.env, PYTHONPATH: await findSqlglot((line) => console.log(line)) };
  const command = ['test/support/check-sql.py', dialect, ...files];
  const { stdout } = await run(await onPath('python3'), command, { env });
  return JSON.parse(stdout) as Checked;
}

it.each(['snowflake', 'athena'] as const)(
  'every statement for %s is one of its dialect, and names tables and columns that are there',
  async (engine) => {
    const folder = join('examples', 'sql', engine);
    expect((await readdir(folder)).toSorted()).toEqual(engines[engine].toSorted());
    const { statements, problems } = await check(
      engine,
      engines[engine].map((name) => join(folder, name)),
    );
    expect(problems).toEqual([]);
    expect(statements).toBeGreaterThan(5);
  },
);

it('a wrong table, a wrong column and a missing value are found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-sql-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const wrong = join(folder, 'wrong.sql');
  await writeFile(
    wrong,
    `INSERT INTO os (os_id, os_name, os_version) SELECT os_id, device_type_id FROM device;
     INSERT INTO device_type SELECT device_type_id, device_type FROM device;
     DELETE FROM os WHERE os_id NOT IN (SELECT os_id FROM devices);
     MERGE INTO os USING location AS place ON os.os_id = place.id WHEN MATCHED THEN DELETE;`,
  );
  const { problems } = await check('snowflake', ['examples/sql/snowflake/silver-tables.sql', wrong]);
  expect(problems).toEqual([
    '2 values for 3 columns of os',
    expect.stringMatching(/DEVICE_TYPE' could not be resolved/) as unknown,
    'no table devices',
    expect.stringMatching(/OS_ID/) as unknown,
    'no column place.id',
  ]);
});

it('Snowflake and DuckDB have the same tables and columns in the silver layer', async () => {
  const [duckDb, snowflake] = await Promise.all(
    ['duckdb', 'snowflake'].map((engine) => readFile(`examples/sql/${engine}/silver-tables.sql`, 'utf8')),
  );
  const typesOfDuckDb = (snowflake ?? '')
    .replaceAll('NUMBER(38, 0)', 'BIGINT')
    .replaceAll('TIMESTAMP_NTZ', 'TIMESTAMP');
  expect(typesOfDuckDb).toBe(duckDb);
});
