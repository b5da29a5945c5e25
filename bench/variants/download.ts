import { requestHour } from '../../amplitude/client.ts';
import { download } from '../../amplitude/download.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { Secret } from '../../core/secret.ts';
import { measured } from './measured.ts';

// Downloads an hour to a file with the worker's own client. `node download.js URL WINDOW FILE`
const [url = '', window = '', file = ''] = process.argv.slice(2);
await measured(async () => {
  const { signal } = new AbortController();
  const source = { url, apiKey: new Secret('sample-key'), secretKey: new Secret('sample-secret') };
  const answer = await requestHour(source, parseHourWindow(window), signal);
  if (answer.kind !== 'archive') throw new Error(`no archive: ${answer.httpStatus}`);
  await download(answer.body, file, () => undefined, signal);
  return 0;
});
