import type { FaultPoint } from './fault-points.ts';
import { isAt } from './fault-points.ts';
import { deferred } from './deferred.ts';
import type { Rule } from './proxy/disruptions.ts';

/** A rule that holds one request at a fault point. */
export interface HeldRequest {
  readonly rule: Rule;
  /** Resolves once the request is held. */
  readonly held: Promise<void>;
  /** Drops the request, or lets it go on. */
  release(how: 'drop' | 'go on'): void;
}

/** Holds a request at the point, after it has let `skipped` requests pass. */
export function holdRequest(point: FaultPoint, skipped: number): HeldRequest {
  const held = deferred<void>();
  const released = deferred<'drop' | 'go on'>();
  const hold = async (): Promise<'drop' | 'go on'> => {
    held.resolve();
    return released.promise;
  };
  let passed = 0;
  return {
    rule: (call) => {
      if (!isAt(point, call)) return undefined;
      passed += 1;
      return passed === skipped + 1 ? { kind: 'interrupt', phase: point.phase, act: hold } : undefined;
    },
    held: held.promise,
    release: released.resolve,
  };
}
