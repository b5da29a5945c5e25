import type { NotRemovedHours } from '../../workflows/progress.ts';
import { count } from './format.ts';
import { printAside } from './print.ts';

/** Warns on stderr, with the reason, when hours have landed but could not remove superseded objects. */
export function warnOfNotRemoved(notRemoved: NotRemovedHours | null | undefined): void {
  if (!notRemoved) return;
  const { hours, objects, reason } = notRemoved;
  const what = objects > 0 ? `${count(objects)} superseded objects` : 'superseded objects';
  printAside(
    `warning: ${count(hours)} hours landed but could not remove ${what}; readers do not see these objects, but they take space: ${reason}`,
  );
}
