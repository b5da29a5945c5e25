import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { ExportError, messageOf } from '../core/errors.ts';
import { redactor } from '../core/redact.ts';
import { openTunnel } from '../core/proxy-agents.ts';
import { ConfigurationInvalid } from './errors.ts';
import { secretsOfConnection } from './secrets.ts';
import { temporalRoute, type TemporalRoute } from './temporal-route.ts';

/** The Temporal server does not answer, or does not let us in. */
export class TemporalUnreachable extends ExportError {
  readonly type = 'TemporalUnreachable';
  /** Nobody answers: somebody may, in a while. */
  readonly isSilent: boolean;

  constructor(message: string, { isSilent = false } = {}) {
    super(message);
    this.isSilent = isSilent;
  }
}

const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** How to reach Temporal. */
export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  /** The way through a proxy, if there is one. */
  readonly route?: TemporalRoute;
}

/**
 * Reads `TEMPORAL_*` variables and `temporal.toml`, as every Temporal tool does.
 * Source: Temporal documentation, environment configuration.
 * @throws ConfigurationInvalid
 */
export function temporalAddress(env: NodeJS.ProcessEnv): TemporalAddress {
  const { connectionOptions, namespace = 'default' } = load(env);
  const address = connectionOptions.address ?? DEFAULT_ADDRESS;
  // What stands before an @ may be a password, and every error names the address.
  if (address.includes('@'))
    throw new ConfigurationInvalid(['TEMPORAL_ADDRESS: write host:port, without user and password']);
  const route = temporalRoute(address, env);
  const place = { address, namespace, connectionOptions: { ...connectionOptions, address } };
  return route === undefined ? place : { ...place, route };
}

function load(env: NodeJS.ProcessEnv): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: definedOnly(env) });
  } catch (error) {
    // Below its first line an error of TOML quotes the file, which may hold a key.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new ConfigurationInvalid([`TEMPORAL_* or temporal.toml: ${reason}`]);
  }
}

/**
 * Makes a connection, giving a failure the words that help. What a proxy on the way has against it is asked of the
 * proxy itself: neither half of the SDK tells.
 * @throws TemporalUnreachable, ProxyRefused, ProxyUnavailable
 */
export async function connectTemporal<C>(
  temporal: TemporalAddress,
  connect: (options: ClientConnectConfig['connectionOptions']) => Promise<C>,
): Promise<C> {
  try {
    return await connect(temporal.connectionOptions);
  } catch (error) {
    if (REFUSAL.test(messageOf(error))) {
      throw new TemporalUnreachable(
        `the Temporal server at ${temporal.address} refuses the connection (${said(error, temporal)})`,
      );
    }
    if (temporal.route !== undefined) await askProxy(temporal.route);
    throw new TemporalUnreachable(
      `no Temporal server answers at ${temporal.address} (${said(error, temporal)})`,
      { isSilent: SILENCE.test(messageOf(error)) },
    );
  }
}

/**
 * What the worker's SDK says while there is nobody, or somebody who is not ready. A server that speaks no TLS, or has a
 * certificate that is not trusted (`InvalidData`), would go on doing so.
 */
const SILENCE =
  /^tonic::transport::Error(?!.*InvalidData)|service is currently unavailable|Deadline expired|h2 protocol error|^no answer within/;

/** What both SDKs say when a server answers and does not let us in: gRPC's UNAUTHENTICATED and PERMISSION_DENIED. */
const REFUSAL =
  /UNAUTHENTICATED|PERMISSION_DENIED|not have valid authentication|not have permission to execute/;

/** @throws ProxyRefused, ProxyUnavailable */
async function askProxy({ proxy, target }: TemporalRoute): Promise<void> {
  (await openTunnel(proxy, target)).destroy();
}

/** The errors that the SDK raises when the server refuses a call or does not take it. */
const SERVER_ERRORS = new Set(['ServiceError', 'TransportError', 'NamespaceNotFoundError']);

/** Gives an error of a call to the server its place among ours; any other comes back as it is. */
export function typedTemporalError(error: unknown, temporal: TemporalAddress): unknown {
  const { address, namespace } = temporal;
  if (!(error instanceof Error) || !(SERVER_ERRORS.has(error.name) || isGrpcError(error))) return error;
  const cause = error.cause instanceof Error ? `: ${said(error.cause, temporal)}` : '';
  if (error.name === 'NamespaceNotFoundError' || /namespace .*not found/i.test(error.message + cause)) {
    return new TemporalUnreachable(`the Temporal server at ${address} has no namespace ${namespace}`);
  }
  return new TemporalUnreachable(
    `the Temporal server at ${address} did not do as asked (${said(error, temporal)}${cause})`,
  );
}

/** A message of the server's, or about a call: either may quote the headers that carry our key. */
function said(error: unknown, { connectionOptions, route }: TemporalAddress): string {
  return redactor([...secretsOfConnection(connectionOptions), ...(route?.proxy.secrets ?? [])])(
    messageOf(error),
  );
}

/** True for what a call that the SDK does not wrap raises. */
function isGrpcError(error: Error): boolean {
  return 'code' in error && 'details' in error && 'metadata' in error;
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
