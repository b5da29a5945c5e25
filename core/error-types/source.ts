import type { ErrorEntry } from './entry.ts';

/** What the Export API answers, and what is in the archive. */
export const sourceErrors = {
  ExportTooLarge: {
    remedy: 'final',
    reason:
      'The hour holds more than the 4 GB that Amplitude gives out in one answer, and nothing shorter than an hour can be asked for.',
    whatToDo:
      "No setting helps. Get this hour by Amplitude's own export to S3, or ask Amplitude's support for it. The other hours land without it.",
  },
  RequestInvalid: {
    remedy: 'final',
    reason: 'Amplitude calls the request invalid (400).',
    whatToDo:
      "Read Amplitude's words at the end of the message. If AMP_EXPORT_URL is set, it must be the whole address of the Export API, such as https://amplitude.com/api/2/export: correct it, restart the workers, and run the hours again.",
  },
  AccessDenied: {
    remedy: 'final',
    reason: 'Amplitude refuses the keys (401 or 403).',
    whatToDo:
      "Check AMP_API_KEY and AMP_SECRET_KEY, and that AMP_DATA_REGION is the project's region (us or eu). Restart the workers with the right values and run the hours again. If the message names a proxy, ask the people who run it as well.",
  },
  UnexpectedAnswer: {
    remedy: 'final',
    reason: "The answer has a status or an encoding that Amplitude's documentation does not name.",
    whatToDo:
      "See whether a proxy or another server answers in Amplitude's place: check AMP_EXPORT_URL, HTTPS_PROXY and NO_PROXY (docs/networks.md). If Amplitude itself answers so, send the message to its support.",
  },
  HourNotDue: {
    remedy: 'retry',
    reason:
      'Amplitude has no data for the hour (404), but HOUR_DUE_AFTER has not passed: data may still come.',
    whatToDo:
      'Nothing: the hour is asked for again as soon as it is due. If the message names a later time than you expect, compare HOUR_DUE_AFTER of all workers.',
  },
  RateLimited: {
    remedy: 'retry',
    reason: 'Amplitude limits the rate of requests (429).',
    whatToDo:
      'All workers wait for as long as Amplitude asks, then try again. If it goes on, lower HOUR_CONCURRENCY, or that of a running backfill ("npx amplitude-export backfill control ID --concurrency 2"), and see what else exports from this project.',
  },
  SourceUnavailable: {
    remedy: 'retry',
    reason: 'Amplitude cannot answer now (5xx, 408 or 425). A large hour is often answered with 504.',
    whatToDo:
      "The worker tries again by itself. If it goes on, look at Amplitude's status page. If just one hour is answered with 504 again and again, it is too large: get it by Amplitude's own export to S3.",
  },
  SourceTimedOut: {
    remedy: 'retry',
    reason: 'Amplitude sent no answer, no byte, or less than 256 KiB a minute, for too long.',
    whatToDo:
      'The worker tries again by itself. If it goes on, measure the network between the worker and Amplitude. Fewer hours at once leave each more of it: lower HOUR_CONCURRENCY. docs/networks.md lists how long the worker waits.',
  },
  ConnectionLost: {
    remedy: 'retry',
    reason: 'There was no connection to Amplitude, or it was cut.',
    whatToDo:
      "The worker tries again by itself. If it goes on, check on the worker's machine that the host of the message can be reached (DNS, firewall), and HTTPS_PROXY, NO_PROXY and the certificates: docs/networks.md.",
  },

  ArchiveMissing: {
    remedy: 'restart',
    reason:
      'A text came with status 200 where an archive should be: JSON or a web page. The hour is asked for up to five times.',
    whatToDo:
      'Read the text that the message quotes. A page to log in, or an error page, comes from a proxy or another server: check AMP_EXPORT_URL, HTTPS_PROXY and NO_PROXY, restart the workers, and run the hour again.',
  },
  ArchiveBroken: {
    remedy: 'retry',
    reason:
      'What came is not a whole zip archive that can be read: cut short or altered on its way, most often.',
    whatToDo:
      'The worker downloads the hour again by itself. If one hour goes on so, its archive is damaged at Amplitude: send the message to its support. If many do, look for a proxy that cuts or alters answers (docs/networks.md).',
  },
  ArchiveLimitsExceeded: {
    remedy: 'final',
    reason:
      'The archive, or what it unpacks to, is far larger than what Amplitude gives out, so it is not unpacked.',
    whatToDo:
      "Check that AMP_EXPORT_URL and the proxy lead to Amplitude. If they do, ask Amplitude's support about this hour. No setting raises the limits; they are in amplitude/limits.ts.",
  },
  MemberCorrupt: {
    remedy: 'restart',
    reason: 'A member of the archive is not whole gzip data. The hour is downloaded up to five times.',
    whatToDo:
      'If the hour fails, the member is damaged at Amplitude: send the message to its support, and run the hour again once it is mended there.',
  },
  EventsListInvalid: {
    remedy: 'final',
    reason:
      'The answer for the events list is not a JSON object with a list of objects under "data", in valid UTF-8 and of 16 MiB at the most. No hour is affected.',
    whatToDo:
      'Read the text that the message quotes. A page to log in, or an error page, comes from a proxy or another server: check AMP_EXPORT_URL, HTTPS_PROXY and NO_PROXY (docs/networks.md). The next daily run takes another snapshot; to take one now, see docs/schedules-and-backfills.md.',
  },
} satisfies Record<string, ErrorEntry>;
