import { describe, expect, it } from 'vitest';
import { parseManifest, statusOf } from '../../bronze/manifest.ts';

const KEY = 'amplitude/manifests/dt=2026-01-01/hour=05.json';

describe('the text of a manifest', () => {
  it('is read as it was written', () => {
    const manifest = {
      version: 1,
      attemptId: '0123456789ab',
      outputs: [],
      superseded: [{ key: 'a' }],
      events: 3,
    };
    expect(parseManifest(JSON.stringify(manifest), KEY)).toEqual(manifest);
  });

  it('may have fields that this version does not know', () => {
    const manifest = { version: 1, attemptId: '0123456789ab', outputs: [], superseded: [], colour: 'blue' };
    expect(parseManifest(JSON.stringify(manifest), KEY)).toEqual(manifest);
  });

  it.each(['', '{"version": 1', 'not JSON', '\u0000'])('is refused when it is not JSON: %j', (text) => {
    expect(() => parseManifest(text, KEY)).toThrow(
      expect.objectContaining({
        type: 'ManifestUnreadable',
        message: `the manifest ${KEY} is not JSON`,
      }),
    );
  });

  it.each([
    'null',
    '7',
    '[]',
    '{}',
    '{"version": 2, "attemptId": "a", "outputs": [], "superseded": []}',
    '{"version": "1", "attemptId": "a", "outputs": [], "superseded": []}',
    '{"version": 1, "outputs": [], "superseded": []}',
    '{"version": 1, "attemptId": "a", "outputs": {}, "superseded": []}',
    '{"version": 1, "attemptId": "a", "outputs": []}',
  ])('is refused when it is not a manifest of version 1: %s', (text) => {
    expect(() => parseManifest(text, KEY)).toThrow(
      expect.objectContaining({
        type: 'ManifestUnreadable',
        message: expect.stringContaining(`${KEY} does not have version 1`),
      }),
    );
  });
});

describe('the status of an hour', () => {
  it.each([
    { events: 0, rejected: 0, status: 'empty' },
    { events: 1, rejected: 0, status: 'complete' },
    { events: 0, rejected: 1, status: 'complete' },
  ])('is $status with $events events and $rejected rejected lines', ({ status, ...counts }) => {
    expect(statusOf(counts)).toBe(status);
  });
});
