import { expect, it } from 'vitest';
import type { Format } from '../../bronze/keys.ts';
import { lacksOutput, type OutputFormat } from '../../bronze/output-formats.ts';
import { manifestOf } from '../support/manifests.ts';

const BOTH: readonly OutputFormat[] = ['raw', 'events'];

/** The manifest of an hour with these counts, which has objects of these formats. */
function hourWith(formats: readonly Format[], counts: { events: number; rejected: number }) {
  const outputs = formats.map((format) => ({
    key: format,
    format,
    events: 1,
    bytes: 1,
    sha256: '',
    crc64nvme: '',
  }));
  return manifestOf('2026-01-01T05', { ...counts, outputs });
}

it.each<
  [formats: Format[], events: number, rejected: number, wanted: readonly OutputFormat[], lacks: boolean]
>([
  [['raw', 'events'], 5, 0, BOTH, false],
  [['events'], 5, 0, BOTH, true],
  [['events'], 5, 0, ['events'], false],
  [['raw'], 5, 0, BOTH, true],
  [['raw', 'rejected'], 5, 3, BOTH, true],
  // All its lines were rejected.
  [['raw', 'rejected'], 0, 3, BOTH, false],
  [['rejected'], 0, 3, BOTH, true],
  // Without lines, with an archive or without one.
  [[], 0, 0, BOTH, false],
  [['raw'], 0, 0, BOTH, false],
])('an hour with %j, %i events and %i rejected lines: of %j it lacks an output: %s', (...row) => {
  const [formats, events, rejected, wanted, lacks] = row;
  expect(lacksOutput(hourWith(formats, { events, rejected }), wanted)).toBe(lacks);
});
