import { parseHour } from '../../amplitude/parse-hour.ts';
import { measured } from './measured.ts';
import { parseTask } from './parse-task.ts';

// Parses an archive as a worker does, with all its checks and checksums, in the main thread.
// `node this-project.js ARCHIVE WINDOW SHA256`
const [archive = '', window = '', sha256 = ''] = process.argv.slice(2);
await measured(async () => {
  const { unpackedBytes } = await parseHour(parseTask(archive, window, sha256), () => undefined);
  return unpackedBytes;
});
