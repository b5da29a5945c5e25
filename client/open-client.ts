import { Client, Connection } from '@temporalio/client';
import { connectTemporal, type TemporalAddress } from '../config/temporal.ts';

/** A connected client, and how to be done with it. */
export interface OpenClient {
  readonly client: Client;
  close(): Promise<void>;
}

/** Connects to Temporal. @throws TemporalUnreachable */
export async function openClient(temporal: TemporalAddress): Promise<OpenClient> {
  const connection = await connectTemporal(temporal, (options) =>
    Connection.connect({ connectTimeout: '5s', ...options }),
  );
  return {
    client: new Client({ connection, namespace: temporal.namespace }),
    close: () => connection.close(),
  };
}
