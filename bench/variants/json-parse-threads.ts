import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { measured } from './measured.ts';
import { parseLines } from './parse-lines.ts';

// Parses the same archive again and again by JSON.parse, each time in a new thread, as a simple worker would.
// `node json-parse-threads.js ARCHIVE TIMES`
if (isMainThread) {
  await measured(async () => {
    let unpackedBytes = 0;
    for (let time = 0; time < Number(process.argv[3]); time += 1) {
      const thread = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
      // The thread may end together with its message.
      const exited = once(thread, 'exit');
      const [bytes] = (await once(thread, 'message')) as [number];
      await exited;
      unpackedBytes += bytes;
    }
    return unpackedBytes;
  });
} else if (parentPort !== null) {
  const port = parentPort;
  port.postMessage(await parseLines(String(workerData)));
}
