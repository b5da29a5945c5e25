/** The operation of a request: an export, or one of S3, split by the kind of object as in the commit protocol. */
export type Operation =
  | 'export'
  | 'put-object'
  | 'put-manifest'
  | 'put-log'
  | 'get-manifest'
  | 'get-object'
  | 'head-object'
  | 'list-objects'
  | 'list-manifests'
  | 'list-uploads'
  | 'delete-objects'
  | 'create-upload'
  | 'upload-part'
  | 'complete-upload'
  | 'abort-upload'
  | 'other';

/** A request that has reached a proxy completely. */
export interface Call {
  readonly operation: Operation;
  /** The hour that the request names, if any. */
  readonly window: string | undefined;
  /** Path and query, as they were sent. */
  readonly target: string;
}

/** Reads the operation and the hour of a request to the storage or to the Export API. */
export function readCall(method: string, target: string, body: Buffer): Call {
  const { pathname, searchParams } = new URL(target, 'http://127.0.0.1');
  const place = decodeURIComponent(`${pathname}?${searchParams.toString()}`);
  // The probe at a worker's start is not a part of a landing, and a landing does without the record of a cooldown.
  const keys = searchParams.has('delete') ? `${place} ${body.toString()}` : place;
  const isProbe = keys.includes('/probe/');
  const isAside = isProbe || pathname.endsWith('/cooldown.json');
  const operation = isAside ? 'other' : operationOf(method, pathname, searchParams);
  const window = windowIn(place) ?? (operation === 'delete-objects' ? windowIn(body.toString()) : undefined);
  return { operation, window, target };
}

function operationOf(method: string, path: string, query: URLSearchParams): Operation {
  if (path.endsWith('/export')) return 'export';
  const inParts = query.has('uploadId');
  if (method === 'POST') {
    if (query.has('uploads')) return 'create-upload';
    if (inParts) return 'complete-upload';
    return query.has('delete') ? 'delete-objects' : 'other';
  }
  if (method === 'PUT') {
    if (inParts) return 'upload-part';
    if (path.includes('/manifests/')) return 'put-manifest';
    return path.includes('/logs/') ? 'put-log' : 'put-object';
  }
  if (method === 'DELETE' && inParts) return 'abort-upload';
  if (method === 'HEAD') return 'head-object';
  if (method !== 'GET') return 'other';
  if (query.has('list-type'))
    return query.get('prefix')?.includes('/manifests/') ? 'list-manifests' : 'list-objects';
  if (query.has('uploads')) return 'list-uploads';
  return path.includes('/manifests/') ? 'get-manifest' : 'get-object';
}

/** Keys write an hour as `dt=2026-01-01/hour=05`, the Export API as `20260101T05`. */
function windowIn(text: string): string | undefined {
  const [, day, hour] = /dt=(\d{4}-\d{2}-\d{2})\/hour=(\d{2})/.exec(text) ?? [];
  if (day !== undefined && hour !== undefined) return `${day}T${hour}`;
  const [, y, m, d, h] = /start=(\d{4})(\d{2})(\d{2})T(\d{2})/.exec(text) ?? [];
  return y === undefined ? undefined : `${y}-${m}-${d}T${h}`;
}
