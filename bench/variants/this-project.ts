import { parseHour } from '../../amplitude/parse-hour.ts';
import { writeParquetGroup, type ParquetTask } from '../../amplitude/parquet/write-group.ts';
import { parseMember } from '../../amplitude/parse-member.ts';
import { measured } from './measured.ts';
import { parseTask } from './parse-task.ts';

// Parses an archive as a worker does, with all its checks and checksums, but in the main thread.
// `node this-project.js ARCHIVE WINDOW CHECKSUMS`
const task = parseTask(process.argv.slice(2));
await measured(async () => {
  const here = { size: 1, parse: parseMember, writeParquet: (task: ParquetTask) => writeParquetGroup(task) };
  const { unpackedBytes } = await parseHour(task, here, () => undefined, new AbortController().signal);
  return unpackedBytes;
});
