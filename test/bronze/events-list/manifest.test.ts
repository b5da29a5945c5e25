import { describe, expect, it } from 'vitest';
import {
  eventsListFolder,
  eventsListKey,
  eventsListLogFolder,
  eventsListManifestKey,
} from '../../../bronze/events-list/keys.ts';
import { parseEventsListManifest } from '../../../bronze/events-list/manifest.ts';
import { hourFolder, manifestKey, windowOfLogs, windowOfManifest } from '../../../bronze/keys.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';

const KEY = eventsListManifestKey('amplitude', '2026-01-01');

describe('the layout of the events list', () => {
  it('has a folder for each day', () => {
    expect(eventsListFolder('amplitude', 'events_list', '2026-01-01')).toBe(
      'amplitude/events_list/dt=2026-01-01/',
    );
    expect(eventsListKey('amplitude', 'events_list', '2026-01-01', '0123456789ab')).toBe(
      'amplitude/events_list/dt=2026-01-01/events-list-0123456789ab.json.gz',
    );
    expect(eventsListKey('amplitude', 'events_list_parquet', '2026-01-01', '0123456789ab')).toBe(
      'amplitude/events_list_parquet/dt=2026-01-01/events-list-0123456789ab.parquet',
    );
    expect(eventsListLogFolder('amplitude', '2026-01-01')).toBe('amplitude/logs/events_list/dt=2026-01-01/');
    expect(KEY).toBe('amplitude/manifests/events_list/dt=2026-01-01.json');
  });

  it('has nothing that counts as an hour, or is in the folder of one', () => {
    const last = parseHourWindow('9999-12-31T23');
    expect(windowOfManifest('amplitude', KEY)).toBeUndefined();
    expect(windowOfLogs('amplitude', eventsListLogFolder('amplitude', '2026-01-01'))).toBeUndefined();
    // The listing of the hours' manifests ends before.
    expect(KEY > manifestKey('amplitude', last)).toBe(true);
    const events = hourFolder('amplitude', 'events', last).replace(/dt=.*/, '');
    expect(eventsListFolder('amplitude', 'events_list', '2026-01-01').startsWith(events)).toBe(false);
  });
});

describe('the manifest of a snapshot', () => {
  const manifest = {
    version: 1,
    kind: 'events_list',
    attemptId: '0123456789ab',
    outputs: [],
    superseded: [],
  };

  it('is read as it was written', () => {
    expect(parseEventsListManifest(JSON.stringify(manifest), KEY)).toEqual(manifest);
  });

  it.each([
    ['no JSON', 'is not JSON'],
    [JSON.stringify({ ...manifest, version: 2 }), 'does not have version 1'],
    [JSON.stringify({ ...manifest, kind: 'hours' }), 'is not that of a snapshot of the events list'],
    [JSON.stringify({ ...manifest, kind: undefined }), 'is not that of a snapshot of the events list'],
  ])('is refused when it is another text: %s', (text, problem) => {
    expect(() => parseEventsListManifest(text, KEY)).toThrow(
      expect.objectContaining({
        type: 'ManifestUnreadable',
        message: expect.stringContaining(`${KEY} ${problem}`) as unknown,
      }),
    );
  });
});
