import type { StorageObserver } from '../bronze/manifest-store.ts';
import type { Attempt } from './attempt.ts';

/** Puts every operation on the storage into the attempt's log and heartbeats. */
export function observedBy(attempt: Attempt): StorageObserver {
  return ({ name, ...what }, run, measure) => {
    attempt.say({ step: name });
    return attempt.log.time({ operation: name, ...what }, run, measure);
  };
}
