import type { ActivityInterceptors } from '@temporalio/worker';

/** Has what the log says of an activity name the hour that it works on, as `window`: a run has many. */
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
