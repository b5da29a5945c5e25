import { S3Client } from '@aws-sdk/client-s3';
import { makeAbortable } from '../../../bronze/abortable-requests.ts';
import { Bucket } from '../../../bronze/bucket.ts';
import { verifyHour } from '../../../bronze/verify-hour.ts';
import { ExportError, messageOf } from '../../../core/errors.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { hoursOf } from '../../../core/interval.ts';
import { auditHours } from '../audit.ts';
import { EVENTS_IN_PARTS, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import type { Operation } from '../proxy/calls.ts';
import { noRule, type Disruption, type Rule } from '../proxy/disruptions.ts';
import { startFaultProxy } from '../proxy/fault-proxy.ts';
import { storageFaults, type StorageFault } from '../s3-cells.ts';
import { openScenario, type Scenario } from '../scenario.ts';

const SILENCE_MS = 1_000;

/** The operations that only verify does. */
const operations: readonly Operation[] = ['head-object', 'get-object'];

/** The busy hour, whose objects have several parts, and the hour before, whose objects have one. */
const hours = { start: parseHourWindow('2026-01-01T12'), end: parseHourWindow('2026-01-01T13') };
const windows = hoursOf(hours);

/**
 * Every fault of a storage while landed hours are verified. A fault that happens once has no effect. If it happens always,
 * verify fails with BucketUnavailable: it must not report problems in the hours.
 */
const verifyMatrix: FaultGroup = async function* (suite) {
  const scenario = await openScenario(suite, 'verify matrix', { busyEvents: EVENTS_IN_PARTS });
  const rule: { now: Rule } = { now: noRule };
  const proxy = await startFaultProxy(suite.s3.endpoint, (call) => rule.now(call));
  try {
    await scenario.startWorker(noRule);
    await (await scenario.startRun(hours)).result();
    for (const { name, disruption } of faultsOf(suite)) {
      for (const operation of operations) {
        const once = new Disrupted(operation, disruption, 1);
        rule.now = once.rule;
        const onceResult = await foundBy(bucketBy(proxy.url, suite, scenario), scenario);
        const always = new Disrupted(operation, disruption, Infinity);
        rule.now = always.rule;
        const alwaysResult = await foundBy(bucketBy(proxy.url, suite, scenario), scenario);
        const found = `once: ${onceResult}; always: ${alwaysResult}`;
        const problem = found === EXPECTED ? {} : { problem: found };
        const injected = once.count + always.count;
        const audit = await auditHours(scenario.pipeline, windows);
        yield { fault: `verify, ${operation}: ${name}`, injected, ...audit, ...problem };
      }
    }
  } finally {
    await proxy.close();
    await scenario.close();
  }
};

export default verifyMatrix;

const EXPECTED = 'once: clean, clean; always: BucketUnavailable, BucketUnavailable';

function faultsOf({ quick }: FaultSuite): StorageFault[] {
  return storageFaults.filter(({ only }, index) => only === undefined && (!quick || index === 0));
}

/** The result of verify for each hour: its findings, or the type of its error. */
async function foundBy(bucket: Bucket, { pipeline }: Scenario): Promise<string> {
  const checks = { deep: true, hourDueAfterMs: 0 };
  const said = windows.map(async (window) => {
    try {
      const { findings } = await verifyHour(bucket, pipeline.prefix, window, checks);
      return findings.map(({ kind }) => kind).join(' and ') || 'clean';
    } catch (error) {
      return error instanceof ExportError ? error.type : messageOf(error);
    }
  });
  return (await Promise.all(said)).join(', ');
}

/** A rule that disrupts the first `times` requests of one operation, and counts them. */
class Disrupted {
  readonly rule: Rule;
  count = 0;

  constructor(operation: Operation, disruption: Disruption, times: number) {
    this.rule = (call) => {
      if (call.operation !== operation || this.count === times) return undefined;
      this.count += 1;
      return disruption;
    };
  }
}

/** A new client each time: the SDK limits the retries of a client that has retried often. */
function bucketBy(endpoint: string, { s3 }: FaultSuite, { pipeline }: Scenario): Bucket {
  const client = new S3Client({
    endpoint,
    region: s3.region,
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey },
    requestHandler: { socketTimeout: SILENCE_MS },
  });
  makeAbortable(client);
  return new Bucket(client, pipeline.bucket.name);
}
