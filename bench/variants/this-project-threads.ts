import { measured } from './measured.ts';
import { parseInThreads } from './parse-in-threads.ts';
import { parseTask } from './parse-task.ts';

// Parses an archive in a number of parse threads. `node this-project-threads.js ARCHIVE WINDOW SHA256 THREADS`
const [archive = '', window = '', sha256 = '', threads = ''] = process.argv.slice(2);
await measured(async () => {
  const { unpackedBytes } = await parseInThreads(parseTask(archive, window, sha256), Number(threads));
  return unpackedBytes;
});
