/** Node's names for a certificate that leads to no authority it knows. Source: OpenSSL, X509_verify_cert_error_string. */
const UNKNOWN_AUTHORITY = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What to do about a connection that failed with this code, when the server's certificate is not trusted here. */
export function trustAdvice(code: string, ...variables: readonly string[]): string | undefined {
  if (!UNKNOWN_AUTHORITY.has(code)) return undefined;
  const names = ['NODE_EXTRA_CA_CERTS', ...variables].join(' or ');
  return `name the authority of its certificate in ${names}`;
}
