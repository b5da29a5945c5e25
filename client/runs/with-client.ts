import { Client, Connection } from '@temporalio/client';
import { clientRoute } from '../../config/temporal-route.ts';
import { connectTemporal, typedTemporalError, type TemporalAddress } from '../../config/temporal.ts';

/**
 * Connects to Temporal, calls `use` with the client, and disconnects.
 * @throws TemporalUnreachable; the errors of `use`
 */
export async function withClient<T>(
  temporal: TemporalAddress,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const { namespace, route } = temporal;
  const connection = await connectTemporal(temporal, (options) =>
    Connection.connect({ connectTimeout: '5s', ...options, ...clientRoute(route) }),
  );
  try {
    return await use(new Client({ connection, namespace }));
  } catch (error) {
    throw typedTemporalError(error, temporal);
  } finally {
    await connection.close();
  }
}
