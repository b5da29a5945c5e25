/** The classes of requests that have a price of their own, as S3 bills them. */
export const requestClasses = ['put', 'get', 'delete'] as const;

/** One of `requestClasses`. `put`: PUT, COPY, POST and LIST; `get`: GET, HEAD and all others; `delete` is free. */
export type RequestClass = (typeof requestClasses)[number];

/**
 * The class of an operation of S3, such as `PutObject`. The parts of an upload, its beginning and its end are `put`;
 * aborting it is `delete`. Source: Amazon S3 pricing, "Requests & data retrievals".
 */
export function requestClassOf(operation: string): RequestClass {
  if (/^(Delete|Abort)/.test(operation)) return 'delete';
  return /^(Put|Copy|Create|Upload|Complete|List)/.test(operation) ? 'put' : 'get';
}
