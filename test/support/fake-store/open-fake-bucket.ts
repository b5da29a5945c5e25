import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { makeAbortable } from '../../../bronze/abortable-requests.ts';
import { Bucket } from '../../../bronze/bucket.ts';
import { leaveOutRefusedChecksums } from '../../../bronze/leave-out-checksums.ts';
import { storageLimits, type StorageLimits } from '../../../bronze/limits.ts';
import { StoreFeatures } from '../../../bronze/store-features.ts';
import type { Random } from '../../../local/sample-api/random.ts';
import type { FakeStore } from './fake-store.ts';

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The longest delay of a request, and of its answer, in turns of the event loop. */
const TURNS = 6;

/**
 * The bucket of a fake store, used through the AWS SDK within this process. With `random`, each request and each answer
 * has a random delay, so that concurrent requests arrive in any order.
 */
export function openFakeBucket(
  store: FakeStore,
  random?: Random,
  limits: StorageLimits = storageLimits,
): Bucket {
  const delay = async (): Promise<void> => {
    for (let turns = random?.below(TURNS) ?? 0; turns > 0; turns -= 1) await nextTurn();
  };
  const handle = async (request: SentRequest) => {
    const body = await bytesOf(request.body);
    await delay();
    const {
      status,
      headers = {},
      body: answer = '',
    } = await store.answer({
      method: request.method,
      path: decodeURIComponent(request.path.slice(1)),
      query: new Map(Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value ?? '')])),
      headers: new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value])),
      body,
    });
    await delay();
    return {
      response: { statusCode: status, headers: { ...headers }, body: Readable.from([Buffer.from(answer)]) },
    };
  };
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: { handle },
  });
  const features = new StoreFeatures();
  leaveOutRefusedChecksums(client, features);
  makeAbortable(client);
  return new Bucket(client, 'bucket', { features, limits });
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
