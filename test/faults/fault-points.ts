import type { Call, Operation } from './proxy/calls.ts';
import type { Phase } from './proxy/disruptions.ts';

/** A point in the export of an hour at which a worker is killed or stopped. */
export interface FaultPoint {
  readonly name: string;
  readonly operation: Operation;
  readonly phase: Phase;
  /** A part of the request's path: it selects one of the operation logs. */
  readonly item?: string;
  /** Kill at a random moment, at most this many milliseconds after the point. */
  readonly withinMs?: number;
  /** True when the point needs a multipart upload. */
  readonly inParts?: true;
}

/** Every point between two steps of which a crash could lose the second. */
export const killPoints: readonly FaultPoint[] = [
  { name: 'in a download', operation: 'export', phase: 'during' },
  { name: 'extract done, not reported', operation: 'put-log', phase: 'after', item: '-extract-' },
  { name: 'in parse', operation: 'put-log', phase: 'afterwards', item: '-extract-', withinMs: 150 },
  { name: 'parse done, not reported', operation: 'put-log', phase: 'after', item: '-parse-' },
  { name: 'before an object is stored', operation: 'put-object', phase: 'before' },
  { name: 'in an object', operation: 'put-object', phase: 'during' },
  { name: 'after an object is stored', operation: 'put-object', phase: 'after' },
  { name: 'before the manifest', operation: 'put-manifest', phase: 'before' },
  { name: 'after the manifest', operation: 'put-manifest', phase: 'after' },
  { name: 'upload done, not reported', operation: 'put-log', phase: 'after', item: '-upload-' },
  { name: 'after an upload is created', operation: 'create-upload', phase: 'after', inParts: true },
  { name: 'in a part', operation: 'upload-part', phase: 'during', inParts: true },
  { name: 'before an upload is completed', operation: 'complete-upload', phase: 'before', inParts: true },
  { name: 'after an upload is completed', operation: 'complete-upload', phase: 'after', inParts: true },
];

/** True when a request is at this point. */
export function isAt(point: FaultPoint, call: Call): boolean {
  return call.operation === point.operation && (point.item === undefined || call.target.includes(point.item));
}
