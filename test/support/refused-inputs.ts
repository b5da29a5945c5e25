import type { RequestListener } from 'node:http';
import type { ErrorType } from '../../core/error-types.ts';
import { refusals } from '../../local/sample-api/refusals.ts';
import { eventLine, gzipLines, zipOf } from './archives.ts';
import * as archives from './refused-archives.ts';

const MEMBER = '260786/260786_2026-03-05_0#0.json.gz';

/** A refused input: the source's answer for an hour, the type of the error, and a part of its message. */
export interface Refused {
  readonly what: string;
  readonly answer: RequestListener;
  readonly type: ErrorType;
  readonly reason: string;
  /** It is retried until HOUR_RETRY_FOR has passed; then the hour fails with RetriesExhausted, which names this type. */
  readonly isRetried?: true;
}

const sends =
  (body: Buffer): RequestListener =>
  (_request, response) =>
    void response.writeHead(200).end(body);
const refuses =
  ({ status, headers, body }: ReturnType<typeof refusals.noData>): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);
const aboutMember = (what: string): string => `the member "${MEMBER}" ${what}`;

/** All kinds of refused input. For the last one, the test must remove the hour's work files. */
export const refusedInputs: readonly Refused[] = [
  {
    what: 'a corrupt member',
    answer: sends(archives.withCorruptMember(MEMBER)),
    type: 'MemberCorrupt',
    reason: aboutMember('is not whole gzip data'),
  },
  {
    what: 'a member with another CRC-32',
    answer: sends(archives.withWrongCrc(MEMBER)),
    type: 'ArchiveBroken',
    reason: aboutMember('does not match its CRC-32'),
    isRetried: true,
  },
  {
    what: 'an encrypted member',
    answer: sends(archives.withEncryptedMember(MEMBER)),
    type: 'ArchiveBroken',
    reason: aboutMember('is encrypted'),
    isRetried: true,
  },
  {
    what: 'a broken member with a long name of control characters',
    answer: sends(archives.withWrongCrc('\u0001'.repeat(200))),
    type: 'ArchiveBroken',
    reason: '\\u0001..." does not match its CRC-32; bytes were damaged on the way',
    isRetried: true,
  },
  {
    what: 'a broken member with a long name',
    answer: sends(archives.withTwoSizes('x'.repeat(200))),
    type: 'ArchiveBroken',
    reason: 'bytes in the archive and 4294967294 bytes unpacked',
    isRetried: true,
  },
  {
    what: 'a member that unpacks to far more than its size',
    answer: sends(archives.withBomb(MEMBER)),
    type: 'ArchiveLimitsExceeded',
    reason: aboutMember('unpacks to over 250 times its size'),
  },
  {
    what: 'an archive that was cut short',
    answer: sends(archives.cutShort(MEMBER)),
    type: 'ArchiveBroken',
    reason: 'the answer is not a whole zip archive (cut short)',
    isRetried: true,
  },
  {
    what: 'a web page with 200',
    answer: sends(Buffer.from('<!doctype html><h1>Please log in</h1>')),
    type: 'ArchiveMissing',
    reason: 'with status 200 is no archive but a web page: "<!doctype html><h1>Please log in</h1>"',
  },
  {
    what: '400, too large',
    answer: refuses(refusals.tooLarge()),
    type: 'ExportTooLarge',
    reason: 'is over the 4 GB that Amplitude gives out',
  },
  {
    what: '400, invalid',
    answer: refuses(refusals.invalid('no such hour')),
    type: 'RequestInvalid',
    reason: 'as invalid (400): "Invalid request: no such hour."',
  },
  {
    what: '401',
    answer: refuses(refusals.noCredentials()),
    type: 'AccessDenied',
    reason: 'refused the credentials (401)',
  },
  {
    what: '403',
    answer: refuses(refusals.wrongCredentials()),
    type: 'AccessDenied',
    reason: 'refused the credentials (403)',
  },
  {
    what: 'an undocumented status',
    answer: (_request, response) => void response.writeHead(418).end('teapot'),
    type: 'UnexpectedAnswer',
    reason: 'a status that its documentation does not name: "teapot"',
  },
  {
    what: 'a connection that is cut',
    answer: (_request, response) => void response.writeHead(200).write('PK', () => response.destroy()),
    type: 'ConnectionLost',
    reason: 'the connection was cut after 2 bytes',
    isRetried: true,
  },
  {
    what: 'an archive whose work files are removed',
    answer: sends(zipOf([{ bytes: gzipLines(eventLine(1)) }])),
    type: 'WorkFilesLost',
    reason: 'are gone',
  },
];
