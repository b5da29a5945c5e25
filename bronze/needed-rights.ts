/**
 * The rights that each operation needs, found by the words that errors use for it. Source: Amazon S3, actions and
 * permissions.
 */
const RIGHTS: readonly (readonly [operation: RegExp, rights: string])[] = [
  // Without s3:ListBucket, AWS refuses to read an object that does not exist.
  [/^(read|look at) /, 's3:GetObject, and s3:ListBucket for objects that do not exist'],
  [/^store /, 's3:PutObject; if the policy demands encryption, set S3_SSE'],
  [/^delete /, 's3:DeleteObject'],
  [/^abort /, 's3:AbortMultipartUpload'],
  [/^list the uploads /, 's3:ListBucketMultipartUploads'],
  [/^(list|open) /, 's3:ListBucket'],
  [/^make /, 's3:CreateBucket'],
];

/** The right, in words, that an operation needs. `what` names it as errors do, such as `store some/key`. */
export function neededRights(what: string): string {
  return RIGHTS.find(([operation]) => operation.test(what))?.[1] ?? 'to do so';
}
