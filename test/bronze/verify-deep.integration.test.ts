import { gunzipSync, gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { commitHour } from '../../bronze/commit-hour.ts';
import type { HourDraft } from '../../bronze/hour-draft.ts';
import type { Output } from '../../bronze/common-manifest.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { verifyHour } from '../../bronze/verify-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { eventLine } from '../support/archives.ts';
import { forgedGzip } from '../support/forged-gzip.ts';
import { parsedDraft } from '../support/parsed-draft.ts';
import { makeBucket, readObject, temporaryFolder, TestHour, WINDOW } from '../support/s3.ts';

const folder = await temporaryFolder();
const tooLong = 'y'.repeat(200_000);
const padded = `{"uuid":"${'p'.repeat(2000)}"}`;
const MEMBERS = [
  [eventLine(1), '', padded, ' \t', eventLine(2)],
  ['no JSON', eventLine(3), tooLong, '[1]', '\u00ff'],
];
let bucket: Bucket;
let hours = 0;

beforeAll(async () => {
  bucket = await makeBucket();
});

/** An hour that landed from a real archive, perhaps with a change to its draft. */
async function landed(
  change: (draft: HourDraft) => Promise<HourDraft> = async (draft) => draft,
): Promise<{ hour: TestHour; manifest: Manifest }> {
  hours += 1;
  const hour = new TestHour(bucket, `hour-${hours}`);
  const draft = await change(await parsedDraft(folder, WINDOW, MEMBERS));
  const { manifest } = await commitHour(hour.store, draft);
  return { hour, manifest };
}

async function findings(hour: TestHour): Promise<unknown> {
  const checks = { deep: true, hourDueAfterMs: 0 };
  return (await verifyHour(bucket, hour.prefix, WINDOW, checks)).findings;
}

/** Lands other bytes as the first member's events, with checksums that match them. */
async function landedWith(bytes: Uint8Array, events = 3): Promise<{ hour: TestHour; manifest: Manifest }> {
  return landed(async (draft) => {
    const file = join(folder, 'other');
    await writeFile(file, bytes);
    const other = { file, start: 0, events, ...(await checksumFile(file)) };
    const objects = draft.objects.map((object) =>
      object.format === 'events' && object.index === 0 ? { ...object, ...other } : object,
    );
    return { ...draft, objects };
  });
}

function find(manifest: Manifest, format: Output['format']): Output {
  const output = manifest.outputs.find((output) => output.format === format);
  if (output === undefined) throw new Error(`no ${format}`);
  return output;
}

const firstEvents = [eventLine(1), padded, eventLine(2), ''].join('\n');

describe('reading an hour back', () => {
  it('finds nothing when every line is as it landed: long and rejected lines, blank lines in between', async () => {
    const { hour, manifest } = await landed();
    expect(manifest).toMatchObject({ events: 4, rejected: 4 });
    expect(await findings(hour)).toEqual([]);
  });

  it('finds other lines behind the same size and checksum', async () => {
    const { hour, manifest } = await landed();
    const output = find(manifest, 'events');
    const lines = gunzipSync(await readObject(bucket, output.key))
      .toString()
      .replace(padded, eventLine(7));
    const Body = await forgedGzip(lines, output);
    const ChecksumCRC64NVME = output.crc64nvme;
    await bucket.client.send(
      new PutObjectCommand({ Bucket: bucket.name, Key: output.key, Body, ChecksumCRC64NVME }),
    );
    expect(
      (await verifyHour(bucket, hour.prefix, WINDOW, { deep: false, hourDueAfterMs: 0 })).findings,
    ).toEqual([]);
    expect(await findings(hour)).toEqual([
      { kind: 'object-content', key: output.key, detail: 'its SHA-256 is not that of the landed object' },
    ]);
  });

  it.each([
    { what: 'ends too early', bytes: gzipSync(firstEvents).subarray(0, -6), detail: /not whole gzip data/ },
    { what: 'is no gzip', bytes: Buffer.from(firstEvents), detail: /not whole gzip data/ },
    {
      what: 'has zeros at its end',
      bytes: Buffer.concat([gzipSync(firstEvents), Buffer.alloc(300_000)]),
      detail: /bytes after its gzip data/,
    },
    { what: 'has a line more', bytes: gzipSync(`${firstEvents}{}\n`), detail: /it has 4 lines, not 3/ },
    { what: 'has blank lines', bytes: gzipSync(`\n${firstEvents} \t\n`), detail: /it has 2 blank lines/ },
    {
      what: 'lacks its last newline',
      bytes: gzipSync(firstEvents.trimEnd()),
      detail: /its last line has no newline/,
    },
  ])('finds an object that landed and $what', async ({ bytes, detail }) => {
    const { hour, manifest } = await landedWith(bytes);
    expect(await findings(hour)).toEqual([
      {
        kind: 'object-content',
        key: find(manifest, 'events').key,
        detail: expect.stringMatching(detail) as unknown,
      },
    ]);
  });

  it('finds lines that do not match the counts and digests of the manifest, and names the member', async () => {
    const { hour } = await landedWith(gzipSync(firstEvents.replace('"1"', '"9"')));
    expect(await findings(hour)).toEqual([
      {
        kind: 'hour-content',
        detail: expect.stringMatching(
          /^member "7\/7_2026-01-01_5#0\.json\.gz": the lines have the digest xxh64x2:[0-9a-f]{32}$/,
        ) as unknown,
      },
    ]);
  });

  it('finds a manifest whose own sums differ from those of its members', async () => {
    const { hour, manifest } = await landed();
    const other = JSON.stringify({ ...manifest, events: 5 });
    await bucket.putText(hour.manifestKey, other, 'application/json');
    expect(await findings(hour)).toEqual([{ kind: 'hour-content', detail: '4 events, not 5' }]);
  });

  it('finds a rejected record that is damaged', async () => {
    const { hour, manifest } = await landed(async (draft) => {
      const file = join(folder, 'records');
      await writeFile(file, gzipSync('{"member":"m","line":1,"offset":0,"reason":"too long"}\n'.repeat(4)));
      const other = { file, start: 0, ...(await checksumFile(file)) };
      const objects = draft.objects.map((object) =>
        object.format === 'rejected' ? { ...object, ...other } : object,
      );
      return { ...draft, objects };
    });
    expect(await findings(hour)).toMatchObject([
      {
        kind: 'object-content',
        key: find(manifest, 'rejected').key,
        detail: 'record 1 does not end as a record',
      },
    ]);
  });

  it('does not read objects that are known to be damaged, and reports each object once', async () => {
    const { hour, manifest } = await landed();
    const { key } = find(manifest, 'rejected');
    await bucket.putText(key, 'x', 'application/gzip');
    expect(await findings(hour)).toMatchObject([{ kind: 'object-size', key }]);
  });
});
