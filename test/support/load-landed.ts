import { writeSync } from 'node:fs';
import { DuckDbSession } from '../../local/duckdb-session.ts';
import { loadDuckDb } from '../../local/examples/load-duckdb.ts';

// A consumer as a process of its own: a test kills it. It loads what has landed into a database, and writes a line after
// each statement.

const [database = '', settings = '', extensions = ''] = process.argv.slice(2);
const session = await DuckDbSession.open(database, { extension_directory: extensions });
for await (const { file } of loadDuckDb(session, settings, 'read-ndjson.sql')) writeSync(1, `${file}\n`);
session.close();
