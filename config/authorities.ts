import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../core/errors.ts';
import { ConfigurationInvalid } from './errors.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads the file that `AWS_CA_BUNDLE` names, as PEM: the only certificate authorities trusted for S3. The SDK for
 * JavaScript does not read this variable, unlike the SDKs for other languages.
 * @throws ConfigurationInvalid when the file cannot be read, holds no certificate, or holds a damaged one
 */
export function readAuthorities(env: NodeJS.ProcessEnv): { readonly authorities?: string } {
  const path = env['AWS_CA_BUNDLE']?.trim();
  if (!path) return {};
  try {
    const authorities = readFileSync(path, 'utf8');
    const certificates = authorities.match(CERTIFICATE) ?? [];
    // Reading a damaged certificate throws.
    const read = certificates.map((certificate) => new X509Certificate(certificate));
    if (read.length === 0) throw new Error('it holds no certificate in PEM form');
    return { authorities };
  } catch (error) {
    throw new ConfigurationInvalid([`AWS_CA_BUNDLE: ${path} cannot be used (${messageOf(error)})`]);
  }
}
