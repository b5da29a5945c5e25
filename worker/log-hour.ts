import type { ActivityInterceptors } from '@temporalio/worker';

/** Adds the hour of an activity, as `window`, to its log entries: a run has many hours. */
export function logHour(): ActivityInterceptors {
  let window: unknown;
  return {
    inbound: {
      execute: async (input, next) => {
        const [first] = input.args;
        if (typeof first === 'object' && first !== null && 'window' in first) ({ window } = first);
        return next(input);
      },
    },
    outbound: {
      getLogAttributes: (attributes, next) =>
        next(window === undefined ? attributes : { ...attributes, window }),
    },
  };
}
