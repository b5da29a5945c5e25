/**
 * Node's codes for a certificate from an authority that it does not know. Source: OpenSSL,
 * X509_verify_cert_error_string.
 */
const UNKNOWN_AUTHORITY = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * What to do if a connection failed with this code because the server's certificate is not trusted; undefined for
 * other codes. `variables` are further variables that can name the authority.
 */
export function trustAdvice(code: string, ...variables: readonly string[]): string | undefined {
  if (!UNKNOWN_AUTHORITY.has(code)) return undefined;
  const names = ['NODE_EXTRA_CA_CERTS', ...variables].join(' or ');
  return `name the authority of its certificate in ${names}`;
}
