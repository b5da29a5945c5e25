import { Client, Connection } from '@temporalio/client';
import { connectTemporal, type TemporalAddress } from '../config/temporal.ts';

/** A connected client, and how to be done with it. */
export interface OpenClient {
  readonly client: Client;
  close(): Promise<void>;
}

/** gRPC would ask the proxy of the environment for an address on this machine, too. */
function proxyArgs(address: string): Record<string, number> {
  return /^(127\.|localhost|\[::1\])/.test(address) ? { 'grpc.enable_http_proxy': 0 } : {};
}

/** Connects to Temporal. @throws TemporalUnreachable */
export async function openClient(temporal: TemporalAddress): Promise<OpenClient> {
  const connection = await connectTemporal(temporal, (options) =>
    Connection.connect({ connectTimeout: '5s', channelArgs: proxyArgs(temporal.address), ...options }),
  );
  return {
    client: new Client({ connection, namespace: temporal.namespace }),
    close: () => connection.close(),
  };
}
