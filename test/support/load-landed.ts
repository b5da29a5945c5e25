import { writeSync } from 'node:fs';
import { DuckDbSession } from '../../local/duckdb-session.ts';
import { loadDuckDb } from '../../local/examples/load-duckdb.ts';

// A consumer as a process of its own: a test kills it. It loads what has landed into a database, and writes a line after
// each statement. With a number as its last argument it kills itself after so many statements.

const [database = '', settings = '', extensions = '', last] = process.argv.slice(2);
let statements = 0;
const session = await DuckDbSession.open(database, { extension_directory: extensions });
for await (const { file } of loadDuckDb(session, settings, 'read-ndjson.sql')) {
  writeSync(1, `${file}\n`);
  statements += 1;
  if (statements === Number(last)) process.kill(process.pid, 'SIGKILL');
}
session.close();
