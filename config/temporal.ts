import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { ExportError, messageOf } from '../core/errors.ts';
import { redactor } from '../core/redact.ts';
import { openTunnel } from '../core/proxy-agents.ts';
import { ConfigurationInvalid } from './errors.ts';
import { secretsOfConnection } from './secrets.ts';
import { temporalRoute, type TemporalRoute } from './temporal-route.ts';

/** The Temporal server does not answer, or refuses us. */
export class TemporalUnreachable extends ExportError {
  readonly type = 'TemporalUnreachable';
  /** True when no server answers; it may be starting. */
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
  // The text before an @ may be a password, and every error names the address.
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
    // After its first line, an error of the TOML reader quotes the file, which may hold a key.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new ConfigurationInvalid([`TEMPORAL_* or temporal.toml: ${reason}`]);
  }
}

/**
 * Makes a connection, and turns a failure into an error that says what to check. If there is a proxy, asks it for the
 * reason: the SDK does not report it.
 * @throws TemporalUnreachable, ProxyRefused, ProxyUnavailable
 */
export async function connectTemporal<C>(
  temporal: TemporalAddress,
  connect: (options: ClientConnectConfig['connectionOptions']) => Promise<C>,
): Promise<C> {
  try {
    return await connect(temporal.connectionOptions);
  } catch (error) {
    const reason = safeMessage(error, temporal);
    if (REFUSAL.test(reason)) {
      throw new TemporalUnreachable(
        `the Temporal server at ${temporal.address} refuses the connection (${reason})`,
      );
    }
    if (temporal.route !== undefined) await askProxy(temporal.route);
    throw new TemporalUnreachable(`no Temporal server answers at ${temporal.address} (${reason})`, {
      isSilent: SILENCE.test(reason),
    });
  }
}

/**
 * The messages of the worker's SDK when no server answers, or when the server is not ready. Waiting does not help
 * against a server without TLS or with a certificate that is not trusted (`InvalidData`).
 */
const SILENCE =
  /^tonic::transport::Error(?!.*InvalidData)|service is currently unavailable|Deadline expired|h2 protocol error|^no answer within/;

/**
 * The messages of both SDKs when a server answers and refuses us: gRPC's UNAUTHENTICATED and PERMISSION_DENIED, and the
 * alert of TLS that ends a connection without a valid certificate, if it arrives before the end.
 */
const REFUSAL =
  /UNAUTHENTICATED|PERMISSION_DENIED|not have valid authentication|not have permission to execute|received fatal alert/;

/** @throws ProxyRefused, ProxyUnavailable */
async function askProxy({ proxy, target }: TemporalRoute): Promise<void> {
  (await openTunnel(proxy, target)).destroy();
}

/** The errors of the SDK when the server refuses a call or cannot carry it out. */
const SERVER_ERRORS = new Set(['ServiceError', 'TransportError', 'NamespaceNotFoundError']);

/** Turns an error of a call to the server into TemporalUnreachable; other errors are returned as they are. */
export function typedTemporalError(error: unknown, temporal: TemporalAddress): unknown {
  const { address, namespace } = temporal;
  if (!(error instanceof Error) || !(SERVER_ERRORS.has(error.name) || isGrpcError(error))) return error;
  const reason = safeMessage(error, temporal);
  if (error.name === 'NamespaceNotFoundError' || /namespace .*not found/i.test(reason)) {
    return new TemporalUnreachable(`the Temporal server at ${address} has no namespace ${namespace}`);
  }
  return new TemporalUnreachable(`a call to the Temporal server at ${address} failed (${reason})`);
}

/** The messages of an error and its cause, without our secrets: they may quote the headers of a call, which hold our key. */
function safeMessage(error: unknown, { connectionOptions, route }: TemporalAddress): string {
  const causes = error instanceof Error && error.cause instanceof Error ? [error, error.cause] : [error];
  const text = causes.map((thrown) => messageOf(thrown)).join(': ');
  return redactor([...secretsOfConnection(connectionOptions), ...(route?.proxy.secrets ?? [])])(text);
}

/** True for an error of gRPC itself, from a call that the SDK does not wrap. */
function isGrpcError(error: Error): boolean {
  return 'code' in error && 'details' in error && 'metadata' in error;
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
