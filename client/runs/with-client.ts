import { Client, Connection } from '@temporalio/client';
import { connectTemporal, typedTemporalError, type TemporalAddress } from '../../config/temporal.ts';

/** Connects to Temporal, lets `use` work with the client, and disconnects. @throws TemporalUnreachable; what `use` throws */
export async function withClient<T>(
  temporal: TemporalAddress,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const { address, namespace } = temporal;
  const connection = await connectTemporal(temporal, (options) =>
    Connection.connect({ connectTimeout: '5s', channelArgs: proxyArgs(address), ...options }),
  );
  try {
    return await use(new Client({ connection, namespace }));
  } catch (error) {
    throw typedTemporalError(error, temporal);
  } finally {
    await connection.close();
  }
}

/** gRPC would ask the proxy of the environment for an address on this machine, too. */
function proxyArgs(address: string): Record<string, number> {
  return /^(127\.|localhost|\[::1\])/.test(address) ? { 'grpc.enable_http_proxy': 0 } : {};
}
