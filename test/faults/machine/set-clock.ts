// Loaded before a worker's own code: moves its clock by CLOCK_SKEW_MS milliseconds.
const skewMs = Number(process.env['CLOCK_SKEW_MS']);
const TrueDate = Date;
const now = (): number => TrueDate.now() + skewMs;

globalThis.Date = new Proxy(TrueDate, {
  apply: () => new TrueDate(now()).toString(),
  construct: (target, parts: unknown[], newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget) as object,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});
