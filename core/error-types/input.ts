import type { ErrorEntry } from './entry.ts';

/** What a person asked for, or has set. */
export const inputErrors = {
  WindowInvalid: {
    remedy: 'final',
    reason: 'An hour is not written as YYYY-MM-DDTHH, or the calendar does not have it.',
    whatToDo:
      'Correct the hour and start again. --from and --to take an hour of UTC, 2026-01-01T05, or a whole day, 2026-01-01.',
  },
  InputInvalid: {
    remedy: 'final',
    reason: 'An option of the command, or a value in the input of a run, cannot be used.',
    whatToDo:
      'Correct what the message names and start again. Each verb lists its options with --help. The README shows the input of a run for the Temporal CLI.',
  },
  IntervalMissing: {
    remedy: 'final',
    reason: 'A run was started without the hours that it is to export.',
    whatToDo:
      'Start it with "npx amplitude-export run --from 2026-01-01 --to 2026-01-01", or give the Temporal CLI the input that the message shows.',
  },
  IntervalReversed: {
    remedy: 'final',
    reason: 'The interval ends before it starts.',
    whatToDo: 'Swap the two ends (--from and --to, or start and end) and start again.',
  },
  IntervalTooLong: {
    remedy: 'final',
    reason: 'A run takes 168 hours at the most, a backfill 20 years.',
    whatToDo:
      'For more than 168 hours use "npx amplitude-export backfill --from 2025-01-01 --to 2025-12-31". Split more than 20 years into several backfills.',
  },
  ConfigurationInvalid: {
    remedy: 'final',
    reason: 'Settings are missing or wrong.',
    whatToDo:
      'Correct what the message lists, in the environment or in a file .env in the current folder, and start again. The README lists all variables; .env.example is a file to copy.',
  },
  FaultInvalid: {
    remedy: 'final',
    reason: 'A fault for the sample API cannot be read, or there is none of its kind.',
    whatToDo: 'Correct --fault and start again. "npx amplitude-export sample-api --help" shows an example.',
  },
} satisfies Record<string, ErrorEntry>;
