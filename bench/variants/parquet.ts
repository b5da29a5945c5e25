import { parseHour } from '../../amplitude/parse-hour.ts';
import { ParsePool } from '../../amplitude/parse-pool.ts';
import { measured } from './measured.ts';
import { parseTask } from './parse-task.ts';

// Parses an archive in one parse thread and writes its Parquet files. `node parquet.js ARCHIVE WINDOW CHECKSUMS`
const task = { ...parseTask(process.argv.slice(2)), parquet: { extractedAt: '2026-01-01T09:00:00.000Z' } };
const pool = new ParsePool(1);
await measured(async () => {
  const { unpackedBytes } = await parseHour(task, pool, () => undefined, new AbortController().signal);
  return unpackedBytes;
});
await pool.close();
