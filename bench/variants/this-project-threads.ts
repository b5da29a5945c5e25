import { parseHour } from '../../amplitude/parse-hour.ts';
import { ParsePool } from '../../amplitude/parse-pool.ts';
import { measured } from './measured.ts';
import { parseTask } from './parse-task.ts';

// Parses an archive in a number of parse threads, which have parsed it once before: threads of a worker are warm.
// `node this-project-threads.js ARCHIVE WINDOW CHECKSUMS THREADS`
const task = parseTask(process.argv.slice(2));
const pool = new ParsePool(Number(process.argv[5]));
const parse = async (): Promise<number> => {
  const { unpackedBytes } = await parseHour(task, pool, () => undefined, new AbortController().signal);
  return unpackedBytes;
};
await parse();
await measured(parse);
await pool.close();
