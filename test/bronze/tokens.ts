import { AsyncLocalStorage } from 'node:async_hooks';

const drawer = new AsyncLocalStorage<() => string>();

/** Runs an attempt whose tokens are `{name}00000000001`, `{name}00000000002` and so on; `name` is one hex digit. */
export function withTokensOf<T>(name: string, attempt: () => T): T {
  let drawn = 0;
  return drawer.run(() => {
    drawn += 1;
    return `${name}${String(drawn).padStart(11, '0')}`;
  }, attempt);
}

/** What `drawToken` is replaced with. */
export function nextToken(): string {
  const draw = drawer.getStore();
  if (draw === undefined) throw new Error('a token was drawn outside of withTokensOf');
  return draw();
}
