/** XML texts of the S3 protocol: only the fields that the export reads. */

/** The body of a refusal. */
export function errorXml(code: string, message: string): string {
  return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

/** The answer of ListObjectsV2; `next` is the token of the next page. */
export function listXml(
  objects: readonly { readonly key: string; readonly bytes: number; readonly etag: string }[],
  isTruncated: boolean,
  next: string | undefined,
): string {
  const contents = objects.map(
    ({ key, bytes, etag }) =>
      `<Contents><Key>${escape(key)}</Key><Size>${bytes}</Size><ETag>${escape(etag)}</ETag></Contents>`,
  );
  const token = next === undefined ? '' : `<NextContinuationToken>${escape(next)}</NextContinuationToken>`;
  return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`;
}

/** The answer of ListMultipartUploads. */
export function uploadsXml(uploads: readonly { readonly key: string; readonly uploadId: string }[]): string {
  const listed = uploads.map(
    ({ key, uploadId }) => `<Upload><Key>${escape(key)}</Key><UploadId>${uploadId}</UploadId></Upload>`,
  );
  return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${listed.join('')}</ListMultipartUploadsResult>`;
}

/** The keys that a DeleteObjects request names. */
export function keysIn(body: string): string[] {
  return [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key.replaceAll('&amp;', '&'));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
