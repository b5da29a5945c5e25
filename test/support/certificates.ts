import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';

const openssl = (...args: string[]): Promise<unknown> => promisify(execFile)('openssl', args);

/** A certificate authority that nobody trusts by himself, and a certificate of its making. */
export interface TestAuthority {
  /** The file with the authority's own certificate. */
  readonly file: string;
  readonly key: string;
  readonly cert: string;
}

/** Makes an authority in a folder, and a certificate for some names. */
export async function makeAuthority(folder: string, names: readonly string[]): Promise<TestAuthority> {
  const at = (name: string): string => join(folder, name);
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-x509', '-days', '2', '-subj', '/CN=test authority', '-addext', 'keyUsage=keyCertSign'];
  await openssl('req', ...elliptic, ...authority, '-keyout', at('ca.key'), '-out', at('ca.pem'));
  await openssl('req', ...elliptic, '-subj', '/CN=test', '-keyout', at('key.pem'), '-out', at('request.pem'));
  const alternatives = names.map((name) => `DNS:${name}`).join(',');
  await writeFile(at('names'), `subjectAltName=${alternatives},IP:127.0.0.1\nextendedKeyUsage=serverAuth\n`);
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  await openssl(
    'x509',
    '-req',
    '-in',
    at('request.pem'),
    ...signed,
    '-extfile',
    at('names'),
    '-out',
    at('cert.pem'),
  );
  const [key, cert] = await Promise.all([readFile(at('key.pem'), 'utf8'), readFile(at('cert.pem'), 'utf8')]);
  return { file: at('ca.pem'), key, cert };
}

/** Starts what takes TLS connections and leads them to a port without TLS on this machine. */
export async function startTlsFront(
  { key, cert }: TestAuthority,
  port: number,
  ALPNProtocols?: string[],
): Promise<{ port: number; close: () => void }> {
  const server = createServer({ key, cert, ...(ALPNProtocols && { ALPNProtocols }) }, (client) => {
    const plain = connect(port, '127.0.0.1');
    client.on('error', () => plain.destroy()).on('close', () => plain.destroy());
    plain.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(plain).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
