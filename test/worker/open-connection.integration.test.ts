import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { DefaultLogger } from '@temporalio/worker';
import { expect, inject, it, onTestFinished } from 'vitest';
import { temporalAddress } from '../../config/temporal.ts';
import { openConnection } from '../../worker/open-connection.ts';

const address = (TEMPORAL_ADDRESS: string) =>
  temporalAddress({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', TEMPORAL_ADDRESS });
const logger = new DefaultLogger('ERROR');

it('a connection to a server that accepts it and does not answer fails, at every try', async () => {
  const server = createServer((socket) => void socket.resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const silent = address(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (let count = 0; count < 2; count += 1) {
    await expect(openConnection(silent, logger, undefined, 100)).rejects.toMatchObject({
      message: expect.stringContaining('no answer within 0.1 s') as string,
      isSilent: true,
    });
  }
});

it('a connection is made after one that failed', async () => {
  const connecting = openConnection(address('127.0.0.1:1'), logger);
  await expect(connecting).rejects.toMatchObject({ isSilent: true });
  const connection = await openConnection(address(inject('temporalAddress')), logger);
  expect(await connection.workflowService.getSystemInfo({})).toHaveProperty('serverVersion');
  await connection.close();
});
