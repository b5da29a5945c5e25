import { describe, expect, it } from 'vitest';
import {
  dayLogFolder,
  newAttemptId,
  formats,
  hourFolder,
  manifestKey,
  objectKey,
  windowOfLogs,
} from '../../bronze/keys.ts';
import { WINDOW } from '../support/s3.ts';

describe('the layout of the bucket', () => {
  it.each([
    ['raw', 'amplitude/raw/dt=2026-01-01/hour=05/export-0123456789ab.zip'],
    ['events', 'amplitude/events/dt=2026-01-01/hour=05/part-0003-0123456789ab.json.gz'],
    ['rejected', 'amplitude/rejected/dt=2026-01-01/hour=05/part-0003-0123456789ab.json.gz'],
  ] as const)('puts an object of the format %s at %s', (format, key) => {
    expect(objectKey('amplitude', WINDOW, { format, index: 3 }, '0123456789ab')).toBe(key);
  });

  it('keeps one manifest for an hour', () => {
    expect(manifestKey('amplitude', WINDOW)).toBe('amplitude/manifests/dt=2026-01-01/hour=05.json');
  });

  it('keeps every object of an hour in the folder that a listing of the hour shows', () => {
    for (const format of formats) {
      const key = objectKey('a/b', WINDOW, { format, index: 12_345 }, '0123456789ab');
      expect(key.startsWith(hourFolder('a/b', format, WINDOW))).toBe(true);
    }
  });

  it('ends a folder with a slash, so that no other folder begins with it', () => {
    expect(hourFolder('amplitude', 'logs', WINDOW)).toBe('amplitude/logs/dt=2026-01-01/hour=05/');
  });

  it('finds the hour of a folder of operation logs', () => {
    const folder = hourFolder('a/b', 'logs', WINDOW);
    expect(folder.startsWith(dayLogFolder('a/b', '2026-01-01'))).toBe(true);
    expect(windowOfLogs('a/b', folder)).toBe(WINDOW);
    expect(windowOfLogs('a/b', 'a/b/logs/dt=2026-01-01/hour=24/')).toBeUndefined();
    expect(windowOfLogs('a/b', 'a/b/logs/dt=2026-01-01/notes/')).toBeUndefined();
  });
});

describe('an attempt id', () => {
  it('is 12 hex digits, and another one every time', () => {
    const ids = Array.from({ length: 1000 }, newAttemptId);
    expect(ids.filter((id) => !/^[0-9a-f]{12}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
