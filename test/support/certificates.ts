import { generateKeyPair } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate authority that no program trusts by default, and a certificate for a server or a client that it signed. */
export interface TestAuthority {
  /** The file with the authority's own certificate. */
  readonly file: string;
  readonly key: string;
  readonly cert: string;
}

/** Makes an authority in a folder, and a certificate for `names` and 127.0.0.1; both are valid for two days. */
export async function makeAuthority(folder: string, names: readonly string[]): Promise<TestAuthority> {
  const [authority, server] = await Promise.all([makeKeys(), makeKeys()]);
  const issuer = 'test authority';
  const ca = signed(authority, issuer, '1', authority, issuer, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  const alternatives = names.map((value) => ({ type: DNS_NAME, value }));
  const cert = signed(authority, issuer, '2', server, 'test', [
    { name: 'subjectAltName', altNames: [...alternatives, { type: IP_ADDRESS, ip: '127.0.0.1' }] },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
  ]);
  const file = join(folder, 'ca.pem');
  await writeFile(file, ca);
  return { file, key: server.privateKey, cert };
}

/** Kinds of a subject's alternative name. Source: RFC 5280, 4.2.1.6. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

const DAY_MS = 24 * 60 * 60 * 1000;

interface PemKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

function makeKeys(): Promise<PemKeys> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** A certificate in PEM form, signed with the authority's key. */
function signed(
  authority: PemKeys,
  issuer: string,
  serialNumber: string,
  { publicKey }: PemKeys,
  subject: string,
  extensions: readonly object[],
): string {
  const cert = forge.pki.createCertificate();
  cert.serialNumber = serialNumber;
  cert.publicKey = forge.pki.publicKeyFromPem(publicKey);
  cert.validity.notBefore = new Date(Date.now() - DAY_MS);
  cert.validity.notAfter = new Date(Date.now() + DAY_MS);
  cert.setIssuer([{ name: 'commonName', value: issuer }]);
  cert.setSubject([{ name: 'commonName', value: subject }]);
  cert.setExtensions([...extensions]);
  cert.sign(forge.pki.privateKeyFromPem(authority.privateKey), forge.md.sha256.create());
  return forge.pki.certificateToPem(cert);
}

/** Starts a server that takes TLS connections and forwards them to a port without TLS on this machine. */
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
