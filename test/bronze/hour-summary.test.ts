import { describe, expect, it } from 'vitest';
import { isHourSummary, summarizeManifest } from '../../bronze/hour-summary.ts';
import { parseManifest } from '../../bronze/manifest.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { manifestOf, summaryOf } from '../support/manifests.ts';

const HOUR = '2026-01-01T05';
const place = { window: parseHourWindow(HOUR), etag: '"1"', key: 'the/key.json' };

describe('the summary of a manifest', () => {
  it('has what the manifest says, and the size and number of its objects', () => {
    const manifest = manifestOf(HOUR, { events: 100, rejected: 2, revision: 3 });
    expect(summarizeManifest(manifest, place)).toEqual({
      window: HOUR,
      etag: '"1"',
      status: 'complete',
      revision: 3,
      events: 100,
      rejected: 2,
      outsideWindow: null,
      bytes: 1000,
      files: 1,
      notRemoved: 0,
      firstUploadTime: manifest.firstUploadTime,
      lastUploadTime: manifest.lastUploadTime,
      workflowId: 'some-workflow',
      runId: 'some-run',
      createdAt: manifest.createdAt,
    });
    const counted = manifestOf(HOUR, { outsideWindow: 7 });
    expect(summarizeManifest(counted, place)).toMatchObject({ outsideWindow: 7 });
    const [output] = manifestOf(HOUR).outputs;
    const outputs = output === undefined ? [] : [output, { ...output, bytes: 234 }];
    expect(summarizeManifest(manifestOf(HOUR, { outputs }), place)).toMatchObject({ bytes: 1234, files: 2 });
  });

  it.each([
    ['a count that is text', { events: '5' }],
    ['a count below zero', { rejected: -1 }],
    ['a count that is no whole number', { revision: 1.5 }],
    ['a count that may be absent, and is text', { outsideWindow: '5' }],
    ['a status that there is not', { status: 'fine' }],
    ['an id that is no text', { workflowId: { toString: 'x' } }],
    ['no time of landing', { createdAt: undefined }],
    ['a file of no size', { outputs: [{}] }],
    ['a file that is none', { outputs: [null] }],
    ['another hour', { window: '2026-01-01T06' }],
  ])('cannot be had from one with %s', (_, changes) => {
    const text = JSON.stringify({ ...manifestOf(HOUR), ...changes });
    expect(() => summarizeManifest(parseManifest(text, place.key), place)).toThrow(
      /the\/key\.json lacks a field/,
    );
  });

  it('is recognized by its fields', () => {
    expect(isHourSummary(summaryOf(HOUR))).toBe(true);
    expect(isHourSummary(null)).toBe(false);
    expect(isHourSummary({ ...summaryOf(HOUR), etag: 1 })).toBe(false);
    expect(isHourSummary({ ...summaryOf(HOUR), outsideWindow: undefined })).toBe(false);
  });
});
