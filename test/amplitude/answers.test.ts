import { describe, expect, it } from 'vitest';
import { errorForStatus, readRetryAfter } from '../../amplitude/answers.ts';
import { remedyFor } from '../../core/error-types.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

const window = parseHourWindow('2026-01-01T05');

describe('an answer that is no archive', () => {
  it.each([
    [400, 'The requested data is too large', 'ExportTooLarge', 'final'],
    [400, 'Export size is over 4GB, shorten the time range', 'ExportTooLarge', 'final'],
    [400, 'over the 4 GB limit', 'ExportTooLarge', 'final'],
    [400, 'invalid start', 'RequestInvalid', 'final'],
    [400, '', 'RequestInvalid', 'final'],
    [401, '', 'AccessDenied', 'final'],
    [403, '', 'AccessDenied', 'final'],
    [429, '', 'RateLimited', 'retry'],
    [500, '', 'SourceUnavailable', 'retry'],
    [502, '', 'SourceUnavailable', 'retry'],
    [503, '', 'SourceUnavailable', 'retry'],
    [504, '', 'SourceUnavailable', 'retry'],
    [599, '', 'SourceUnavailable', 'retry'],
    [204, '', 'UnexpectedAnswer', 'final'],
    [206, '', 'UnexpectedAnswer', 'final'],
    [302, '', 'UnexpectedAnswer', 'final'],
    [418, '', 'UnexpectedAnswer', 'final'],
  ] as const)('with status %i and body %j is %s: %s', (status, body, type, remedy) => {
    const error = errorForStatus(status, {}, body, window);
    expect(error.type).toBe(type);
    expect(error.httpStatus).toBe(status);
    expect(remedyFor(error.type).remedy).toBe(remedy);
  });

  it('names the hour and quotes the source where that helps', () => {
    expect(errorForStatus(400, {}, 'bad\nstart', window).message).toMatch(/2026-01-01T05.*"bad start"/);
    expect(errorForStatus(418, {}, 'teapot', window).message).toMatch(/418.*2026-01-01T05.*"teapot"/);
    expect(errorForStatus(504, {}, 'gone', window).message).toMatch(/504.*"gone"/);
  });

  it('quotes nothing when credentials are refused', () => {
    const { message } = errorForStatus(403, {}, 'no such key', window);
    expect(message).toBe('Amplitude refused the credentials (403)');
  });

  it('says how long to wait when a 429 does, and nothing when it does not', () => {
    expect(errorForStatus(429, { 'retry-after': '7' }, '', window).retryAfterMs).toBe(7000);
    expect(errorForStatus(429, {}, '', window).retryAfterMs).toBeUndefined();
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T05:00:00Z');

  it.each([
    ['seconds', '7', 7000],
    ['no second', '0', 0],
    ['a date ahead', 'Thu, 01 Jan 2026 05:00:07 GMT', 7000],
    ['a date gone by', 'Thu, 01 Jan 2026 04:00:00 GMT', 0],
    ['less than no second', '-7', 0],
    ['more than an hour, which is taken for an hour', '86400', 3_600_000],
    ['a date days ahead, which is taken for an hour', 'Sat, 03 Jan 2026 05:00:00 GMT', 3_600_000],
    ['no time', 'soon', undefined],
    ['nothing', ' ', undefined],
  ])('may be %s', (_name, value, waitMs) => {
    expect(readRetryAfter({ 'retry-after': value }, now)).toBe(waitMs);
  });

  it('may be missing, or several', () => {
    expect(readRetryAfter({}, now)).toBeUndefined();
    expect(readRetryAfter({ 'retry-after': ['7', '8'] }, now)).toBeUndefined();
  });
});
