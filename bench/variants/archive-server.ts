import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

// Answers every request with the same archive, from a file: to make it would take longer than all that is measured.
// `node archive-server.js ARCHIVE`, ends on SIGTERM.
const archive = String(process.argv[2]);
const server = createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/zip' });
  pipeline(createReadStream(archive, { highWaterMark: 256 * 1024 }), response, () => undefined);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`archive server ready: http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
