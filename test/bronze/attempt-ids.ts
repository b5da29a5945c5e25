import { AsyncLocalStorage } from 'node:async_hooks';

const drawer = new AsyncLocalStorage<() => string>();

/** Runs an attempt whose attempt ids are `{name}00000000001`, `{name}00000000002` and so on; `name` is one hex digit. */
export function withAttemptIdsOf<T>(name: string, attempt: () => T): T {
  let drawn = 0;
  return drawer.run(() => {
    drawn += 1;
    return `${name}${String(drawn).padStart(11, '0')}`;
  }, attempt);
}

/** Replaces `newAttemptId`. */
export function nextAttemptId(): string {
  const draw = drawer.getStore();
  if (draw === undefined) throw new Error('an attempt id was drawn outside of withAttemptIdsOf');
  return draw();
}
