import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { BucketUnavailable } from '../../bronze/errors.ts';
import { OperationLog, type LogOwner } from '../../bronze/operation-log.ts';
import { RateLimited } from '../../amplitude/errors.ts';
import { redactor } from '../../core/redact.ts';
import { makeBucket, WINDOW } from '../support/s3.ts';

const owner: LogOwner = {
  workflowId: 'export',
  runId: 'run',
  activity: 'upload',
  attempt: 1,
  round: 1,
  window: WINDOW,
};

let bucket: Bucket;

beforeAll(async () => {
  bucket = await makeBucket();
});

/** The rows without the columns that every row has. */
function rowsOf(log: OperationLog): string[] {
  return log
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.replace(/^[^,]*,export,run,upload,\d+,2026-01-01T05,/, ''));
}

describe('the operation log', () => {
  it('has a header, and each row has the time, the attempt and the operation', () => {
    const log = new OperationLog(owner);
    log.add({ operation: 'list', item: 'folder', bytes: 7, events: 3, duration_ms: 12, outcome: 'ok' });
    const [header, row] = log.toString().split('\n');
    expect(header).toBe(
      'time,workflow_id,run_id,activity,attempt,window,operation,item,bytes,events,duration_ms,http_status,outcome,detail,requests',
    );
    expect(row).toMatch(
      /^\d{4}-\d{2}-\d{2}T[\d:.]+Z,export,run,upload,1,2026-01-01T05,list,folder,7,3,12,,ok,,$/,
    );
  });

  it('takes secrets out of items and details', () => {
    const log = new OperationLog(owner, redactor(['the-key-4711']));
    log.add({ operation: 'parse', item: 'a the-key-4711', outcome: 'failed', detail: 'no the-key-4711' });
    expect(rowsOf(log)).toEqual(['parse,a ***,,,,,failed,no ***,']);
  });

  it('keeps text with commas and quotes in one field, and all of it on one line', () => {
    const log = new OperationLog(owner);
    log.add({ operation: 'parse', item: 'a,"b"', outcome: 'ok', detail: 'one\ntwo\rthree' });
    expect(rowsOf(log)).toEqual(['parse,"a,""b""",,,,,ok,one\\u{a}two\\u{d}three,']);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\uff1d1', "'\uff1d1"],
    ["'=1", "''=1"],
    ['\t=1', '\\u{9}=1'],
    ['\r=1', '\\u{d}=1'],
    ['a=1', 'a=1'],
    ['\u009b2J\u202etxt', '\\u{9b}2J\\u{202e}txt'],
  ])('has no text that a spreadsheet takes for a formula, or a terminal obeys: %j', (item, cell) => {
    const log = new OperationLog({ ...owner, workflowId: item });
    log.add({ operation: 'parse', item, bytes: 7, outcome: 'ok', detail: item });
    const [, row = ''] = log.toString().split('\n');
    const shared = [cell, 'run', 'upload', '1', WINDOW];
    expect(row.split(',').slice(1)).toEqual([...shared, 'parse', cell, '7', '', '', '', 'ok', cell, '']);
  });

  it('times an operation, and adds the columns that depend on its result', async () => {
    const log = new OperationLog(owner);
    const result = await log.time(
      { operation: 'download' },
      () => Promise.resolve(5),
      (bytes) => ({ bytes }),
    );
    expect(result).toBe(5);
    expect(rowsOf(log)).toEqual([expect.stringMatching(/^download,,5,,\d+,,ok,,$/)]);
  });

  it('has a row for each operation of S3, with its requests and the size of their bodies', () => {
    const log = new OperationLog(owner);
    log.addRequests([
      { operation: 'PutObject', requests: 3, bytes: 4711 },
      { operation: 'ListObjectsV2', requests: 1, bytes: 0 },
    ]);
    expect(rowsOf(log)).toEqual([
      's3-requests,PutObject,4711,,,,ok,,3',
      's3-requests,ListObjectsV2,0,,,,ok,,1',
    ]);
  });

  it('has a row for an operation that fails, with the type and the status, and rethrows the error', async () => {
    const log = new OperationLog(owner);
    const limited = new RateLimited('slow down', { httpStatus: 429 });
    await expect(log.time({ operation: 'request' }, () => Promise.reject(limited))).rejects.toBe(limited);
    const failed = new BucketUnavailable('no storage');
    await expect(log.time({ operation: 'list' }, () => Promise.reject(failed))).rejects.toBe(failed);
    expect(rowsOf(log)).toEqual([
      expect.stringMatching(/^request,,,,\d+,429,failed,RateLimited: slow down,$/),
      expect.stringMatching(/^list,,,,\d+,,failed,BucketUnavailable: no storage,$/),
    ]);
  });

  it('lands under the names of its run, activity and attempt, and of the round from the second on', async () => {
    await new OperationLog(owner).store(bucket, 'names');
    await new OperationLog({ ...owner, attempt: 3 }).store(bucket, 'names');
    await new OperationLog({ ...owner, attempt: 3, round: 2 }).store(bucket, 'names');
    const keys = (await bucket.list('names/')).map(({ key }) => key);
    expect(keys).toEqual(
      ['1', '2.3', '3'].map((name) => `names/logs/dt=2026-01-01/hour=05/run-upload-${name}.csv`),
    );
  });

  it('has a row for each earlier attempt that is in no log, and for no other', async () => {
    const second = new OperationLog({ ...owner, attempt: 2 });
    expect(await second.noteEarlierAttempts(bucket, 'killed', [])).toBe(false);
    expect(rowsOf(second)).toEqual(['attempt,1,,,,,killed,it left no log,']);
    await second.store(bucket, 'killed');
    const fifth = new OperationLog({ ...owner, attempt: 5 });
    const unlogged = [{ attempt: 4, outcome: 'failed', end: 'failed with DiskFull' }] as const;
    expect(await fifth.noteEarlierAttempts(bucket, 'killed', unlogged)).toBe(true);
    expect(rowsOf(fifth)).toEqual([
      'attempt,3,,,,,killed,it left no log,',
      'attempt,4,,,,,failed,it failed with DiskFull; its log could not be stored,',
    ]);
  });
});
