import type { NotRemovedHours } from '../../workflows/progress.ts';
import { count } from './format.ts';
import { printAside } from './print.ts';

/** Says on stderr that hours have landed and could not remove what they superseded, if any could not, and why. */
export function warnOfNotRemoved(notRemoved: NotRemovedHours | null | undefined): void {
  if (!notRemoved) return;
  const { hours, objects, reason } = notRemoved;
  const what = objects > 0 ? `${count(objects)} superseded objects` : 'what they superseded';
  printAside(
    `warning: ${count(hours)} hours landed and could not remove ${what}, which readers do not see but which take room: ${reason}`,
  );
}
