import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Connection, WorkflowClient } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';

import type { S3Access } from '../../local/s3-access.ts';
import { startS3Server } from '../../local/s3-server.ts';
import { startStack } from '../../local/stack.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const report = () => {};
const { kind, ...sharedAccess } = inject('s3');

function clientFor({ endpoint, region, accessKey, secretKey }: S3Access): S3Client {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
}

describe('the shared servers', () => {
  test('a bucket can be made and filled, conditionally', async () => {
    const client = clientFor(sharedAccess);
    await client.send(new CreateBucketCommand({ Bucket: 'stack-test' }));
    const put = new PutObjectCommand({ Bucket: 'stack-test', Key: 'a', Body: 'once', IfNoneMatch: '*' });
    await client.send(put);
    await expect(client.send(put)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('a bucket that is missing is an error', async () => {
    const put = new PutObjectCommand({ Bucket: 'stack-test-absent', Key: 'a', Body: 'lost' });
    await expect(clientFor(sharedAccess).send(put)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('a wrong secret is refused', async () => {
    const client = clientFor({ ...sharedAccess, secretKey: 'wrong' });
    const put = client.send(new PutObjectCommand({ Bucket: 'stack-test', Key: 'b', Body: 'x' }));
    await expect(put).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('Temporal answers and has the default namespace', async () => {
    const connection = await Connection.connect({ address: inject('temporalAddress') });
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(namespaceInfo?.name).toBe('default');
    await connection.close();
  });
});

describe('a server that was killed', () => {
  test.concurrent('Temporal comes back on the same ports with the same workflows', async () => {
    const options = { dataDir: join(folder, 'temporal'), report };
    const first = await startTemporalServer(options);
    const connection = await Connection.connect({ address: first.address });
    const start = { taskQueue: 'nobody-listens', workflowId: 'kept' };
    await new WorkflowClient({ connection }).start('anything', start);
    await connection.close();
    process.kill(first.pid, 'SIGKILL');
    await first.stop();

    const second = await startTemporalServer({ ...options, ports: first.ports });
    expect(second.address).toBe(first.address);
    const again = await Connection.connect({ address: second.address });
    const { status } = await new WorkflowClient({ connection: again }).getHandle('kept').describe();
    expect(status.name).toBe('RUNNING');
    await again.close();
    await second.stop();
  });

  test.concurrent('the S3 server comes back at the same address with the same objects', async () => {
    const options = { kind, dataDir: join(folder, 's3'), report, bucket: 'kept' };
    const first = await startS3Server(options);
    const { endpoint, region, accessKey, secretKey } = first;
    const access = { endpoint, region, accessKey, secretKey };
    const client = clientFor(access);
    await client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'still here' }));
    process.kill(first.pid, 'SIGKILL');
    await first.stop();

    const second = await startS3Server({ ...options, access });
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }));
    expect(await body?.transformToString()).toBe('still here');
    await second.stop();
  });
});

test('when one server fails to start the other is stopped', async () => {
  const temporal = join(folder, 'temporal-that-fails');
  await writeFile(temporal, '#!/bin/sh\necho "no such option"\nexit 2\n', { mode: 0o755 });
  await writeFile(
    join(folder, 'weed'),
    `#!/bin/sh
echo $$ > pid
exec '${process.execPath}' -e '
  const port = process.argv.find((a) => a.startsWith("-s3.port=")).slice(9);
  const list = "<ListAllMyBucketsResult></ListAllMyBucketsResult>";
  require("http").createServer((_, answer) => answer.end(list)).listen(port, "127.0.0.1");
' -- "$@"
`,
    { mode: 0o755 },
  );
  vi.stubEnv('TEMPORAL_CLI', temporal);
  vi.stubEnv('PATH', folder);
  const dataDir = join(folder, 'half');
  await expect(startStack({ dataDir, s3: 'seaweedfs', report })).rejects.toMatchObject({
    type: 'ServerNotStarted',
    message: expect.stringMatching(/^The Temporal server ended with code 2 .*\nno such option$/) as string,
  });
  vi.unstubAllEnvs();
  const pid = Number(await readFile(join(dataDir, 'seaweedfs', 'pid'), 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
