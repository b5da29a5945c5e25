import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { workerSpecificActivities } from '../../../activities/index.ts';
import { ParsePool } from '../../../amplitude/parse-pool.ts';
import { checksumFile } from '../../../core/checksum.ts';
import { hourStartMs } from '../../../core/hour-window.ts';
import type { ErrorType } from '../../../core/error-types.ts';
import { messageOf } from '../../../core/errors.ts';
import { ActivityAttempt } from '../activity-worker.ts';
import { gzipLines, zipOf } from '../archives.ts';
import { startVerb } from '../command-line.ts';
import { startHttpProxy } from '../http-proxy.ts';
import { putManifest } from '../manifests.ts';
import { secrets } from '../pipeline.ts';
import { echoes } from './echoing-servers.ts';
import { basicOf, proxyKeys, webhookPath } from './keys.ts';
import { at, LANDS, type EchoingPipeline } from './echoing-pipeline.ts';

/** Causes an error and returns the output about it; or says why its message can hold no secret. */
type ErrorPath = ((echoing: EchoingPipeline) => Promise<string>) | { readonly holdsNone: string };

const { AMP_SECRET_KEY: secret } = secrets;
const day = ['--from', '2026-03-06', '--to', '2026-03-06'];
const failedRun = (echoing: EchoingPipeline): Promise<string> => echoing.failedRun;
const verb =
  (...args: string[]) =>
  (echoing: EchoingPipeline): Promise<string> =>
    echoing.verb(args);
const onStorage =
  (
    bucket: string,
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = ['status', ...day],
  ) =>
  (echoing: EchoingPipeline) =>
    echoing.verb(args, {
      AWS_ENDPOINT_URL_S3: `http://${echoing.storage.address}`,
      AWS_BUCKET_NAME: bucket,
      ...env,
    });
/** Keys for the AWS default chain. */
const chainKeys = {
  S3_USER_ACCESS_KEY: '',
  S3_USER_SECRET_KEY: '',
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: secret,
};

/** The checksums of an archive that is not there. */
const archive = { bytes: 0, sha256: '', crc64nvme: '' };

/** A path for every type of error: the compiler reports a missing one. */
export const errorPaths: Readonly<Record<ErrorType, ErrorPath>> = {
  WindowInvalid: verb('run', '--from', secret, '--to', secret),
  InputInvalid: verb('schedule', 'create', '--at', secret),
  IntervalMissing: (echoing) => workflow(echoing, {}),
  IntervalReversed: verb('run', '--from', '2026-03-07', '--to', '2026-03-06'),
  IntervalTooLong: (echoing) => workflow(echoing, { start: '2026-01-01T00', end: '2026-02-01T00' }),
  ConfigurationInvalid: (echoing) =>
    echoing.verb(['worker'], {
      AMP_EXPORT_URL: `https://${secrets.AMP_API_KEY}:${secret}@amplitude.com/`,
      AWS_ENDPOINT_URL_S3: `http://user:${secret}@127.0.0.1:9000`,
      TEMPORAL_ADDRESS: `user:${secret}@127.0.0.1:7233`,
      AWS_BUCKET_NAME: `${secret}/`,
      HOUR_CONCURRENCY: secret,
      ALERT_WEBHOOK_URL: `hooks.test${webhookPath}`,
      HTTPS_PROXY: `http://${proxyKeys.user}:${proxyKeys.password}@proxy.test:3128`,
      HTTP_PROXY: `htp://${proxyKeys.user}:${proxyKeys.password}@proxy.test`,
    }),
  ToolMissing: (echoing) =>
    echoing.verb(['demo', '--data', join(echoing.folder, 'demo')], {
      TEMPORAL_CLI: secret,
      XDG_CACHE_HOME: '',
    }),
  ServerNotStarted: (echoing) => echoing.verb(['sample-api', '--port', String(echoing.pipeline.api.port)]),
  FaultInvalid: verb('sample-api', '--fault', secret),
  HoursFailed: failedRun,
  LedgerLags: verb('status', '--max-lag', '1h', '--from', '2026-03-06'),
  ExportTooLarge: failedRun,
  RequestInvalid: failedRun,
  AccessDenied: failedRun,
  UnexpectedAnswer: failedRun,
  HourNotDue: async (echoing) => {
    const early = { currentAttemptScheduledTimestampMs: hourStartMs(at(20)) };
    return attempt(
      echoing,
      new ActivityAttempt(early).run(echoing.worker.activities.extract, { window: at(20), round: 1 }),
    );
  },
  RateLimited: failedRun,
  SourceUnavailable: failedRun,
  SourceTimedOut: { holdsNone: 'it names the host, and seconds and bytes as numbers' },
  ConnectionLost: failedRun,
  ArchiveMissing: failedRun,
  ArchiveBroken: failedRun,
  ArchiveLimitsExceeded: failedRun,
  MemberCorrupt: failedRun,
  EventsListInvalid: async (echoing) => {
    echoing.source.answerEventsList(echoes(200));
    return attempt(
      echoing,
      new ActivityAttempt().run(echoing.worker.activities.snapshotEventsList, undefined),
    );
  },
  WorkFilesLost: async (echoing) => {
    const input = { window: at(20), round: 1, folder: `${at(20)}-00000000`, archive, fetchedAt: '' };
    return attempt(echoing, new ActivityAttempt().run(echoing.worker.activities.parse, input));
  },
  DiskFull: { holdsNone: 'it names the work folder' },
  OpenFilesExhausted: { holdsNone: 'it names the code of the system error' },
  ParseThreadCrashed: async (echoing) => {
    const { workDir, dependencies } = echoing.worker;
    const { name, path } = await workDir.hourFolders.acquire(at(20), new AbortController().signal);
    const zip = join(path, 'export.zip');
    await writeFile(zip, zipOf([{ name: `throw ${secret}`, bytes: gzipLines('{}') }]));
    const parsePool = new ParsePool(1, new URL('../reporting-parse-thread.js', import.meta.url));
    const { parse } = workerSpecificActivities({ ...dependencies, parsePool });
    const input = { window: at(20), round: 1, folder: name, archive: await checksumFile(zip), fetchedAt: '' };
    const said = await attempt(echoing, new ActivityAttempt().run(parse, input));
    await parsePool.close();
    await workDir.hourFolders.release(name);
    return said;
  },
  ParquetWriterMissing: { holdsNone: 'it names the package and why it was not loaded' },
  ParquetNotWritten: { holdsNone: 'it names the work folder, and what DuckDB says of it' },
  WorkDirFailed: async (echoing) => {
    const { workDir, activities } = echoing.worker;
    const { name, path } = await workDir.hourFolders.acquire(at(20), new AbortController().signal);
    await mkdir(join(path, 'export.zip'));
    const input = { window: at(20), round: 1, folder: name, archive, fetchedAt: '' };
    const said = await attempt(echoing, new ActivityAttempt().run(activities.parse, input));
    await workDir.hourFolders.release(name);
    return said;
  },
  ProxyRefused: (echoing) => refusedByProxy(echoing, 407, ['status', ...day]),
  ProxyUnavailable: (echoing) => refusedByProxy(echoing, 502, ['run', ...day]),
  BucketMissing: onStorage('missing'),
  BucketDenied: onStorage('denied'),
  CredentialsExpired: onStorage('expired', chainKeys),
  BucketUnavailable: onStorage('unavailable'),
  StoreUnsuitable: onStorage('unsuitable', {}, ['setup']),
  ChecksumMismatch: onStorage('checksum'),
  ManifestUnreadable: async (echoing) => {
    await putManifest(echoing.pipeline.bucket, echoing.pipeline.prefix, at(23), 'no JSON');
    return echoing.verb(['status', ...day, '--html', join(echoing.folder, 'status.html')]);
  },
  HourVanished: async (echoing) => {
    await echoing.failedRun;
    echoing.source.answer(LANDS, (_request, response) => void response.writeHead(404).end());
    return echoing.verb(['run', '--from', LANDS, '--to', LANDS, '--reprocess']);
  },
  CommitContended: { holdsNone: 'it names the hour and how often it was tried' },
  RetriesExhausted: failedRun,
  TemporalUnreachable: (echoing) =>
    echoing.verb(['run', ...day], { TEMPORAL_ADDRESS: echoing.temporal.address }),
  WebhookRefused: async (echoing) => {
    await echoing.failedRun;
    return echoing.workerLog(/WebhookRefused/);
  },
  WebhookUnavailable: (echoing) =>
    echoing.verb(['status', '--from', '2026-03-06', '--max-lag', '1h', '--notify'], {
      ALERT_WEBHOOK_URL: echoing.webhook.busyUrl,
    }),
  LandedElsewhere: async (echoing) => {
    await echoing.failedRun;
    return echoing.verb(['run', '--from', LANDS, '--to', LANDS], { S3_PREFIX: 'elsewhere' });
  },
  VerificationFailed: verb('verify', ...day),
  RunInProgress: { holdsNone: 'it names the id of a workflow' },
  RunStopped: async (echoing) => {
    const run = startVerb(['run', '--from', '2100-01-01T00', '--to', '2100-01-01T00'], echoing.env);
    await run.saying(/0 of 1 hours/);
    await echoing.pipeline.client.workflow
      .getHandle(`${echoing.pipeline.taskQueue}-2100-01-01T00`)
      .terminate('enough');
    return echoing.keep('a run that is stopped', (await run.ended).err);
  },
};

/** Other paths to these errors, or to errors without a type. */
export const otherPaths: Readonly<Record<string, (echoing: EchoingPipeline) => Promise<string>>> = {
  'a storage whose error code repeats the request': onStorage('other'),
  'S3 keys that the storage does not know': (echoing) =>
    echoing.verb(['status', ...day], { S3_USER_SECRET_KEY: secret }),
  'a worker that Temporal refuses': (echoing) =>
    echoing.verb(['worker'], { TEMPORAL_ADDRESS: echoing.temporal.address }),
  'an invalid TLS key': (echoing) =>
    echoing.verb(['run', ...day], {
      TEMPORAL_TLS: 'true',
      TEMPORAL_TLS_CLIENT_CERT_DATA: 'certificate',
      TEMPORAL_TLS_CLIENT_KEY_DATA: secret,
    }),
  'a Temporal key that no header can hold': (echoing) =>
    echoing.verb(['worker'], {
      TEMPORAL_ADDRESS: echoing.temporal.address,
      TEMPORAL_API_KEY: `${secret}\u0001${secret}`,
    }),
  'an uncaught error': async (echoing) => {
    const thrown = `Object.assign(new Error('${secret}'), { auth: '${secret}' })`;
    const module = `data:text/javascript,process.on('SIGUSR2',()=>{throw ${thrown}})`;
    const env = { ...echoing.env, NODE_OPTIONS: `--import="${encodeURI(module)}"` };
    const api = startVerb(['sample-api', '--port', '0'], env);
    await api.saying(/ready/);
    api.child.kill('SIGUSR2');
    return echoing.keep('an uncaught error', (await api.ended).err);
  },
};

/** Starts a run and waits until one attempt is in progress and another waits for its retry. */
export async function leavePending(echoing: EchoingPipeline): Promise<void> {
  echoing.source.answer(at(21), (_request, response) => void response.writeHead(200).write('PK'));
  echoing.source.answer(at(22), (request, response) => {
    response.writeHead(429, { 'Retry-After': '60' }).end(request.headers.authorization);
  });
  const { client, taskQueue } = echoing.pipeline;
  const args = [{ start: at(21), end: at(22) }];
  const handle = await client.workflow.start('exportInterval', {
    workflowId: `${taskQueue}-pending`,
    taskQueue,
    args,
  });
  for (;;) {
    const pending = (await handle.describe()).raw.pendingActivities ?? [];
    if (
      pending.some(({ lastFailure }) => lastFailure) &&
      pending.some(({ heartbeatDetails }) => heartbeatDetails)
    )
      return;
    await pause(100);
  }
}

/** The output of a verb when a proxy refuses it with this status and repeats the credentials. */
async function refusedByProxy(
  echoing: EchoingPipeline,
  status: number,
  args: readonly string[],
): Promise<string> {
  const { user, password } = proxyKeys;
  const said = `${user}:${password} ${encodeURIComponent(password)} ${basicOf(`${user}:${password}`)}`;
  const proxy = await startHttpProxy({ refusal: { status, reason: said, headers: { Server: said } } });
  const text = await echoing.verb(args, {
    HTTPS_PROXY: `http://${user}:${encodeURIComponent(password)}@${proxy.host}`,
    AWS_ENDPOINT_URL_S3: 'https://s3.test',
    TEMPORAL_ADDRESS: 'temporal.test:7233',
  });
  await proxy.close();
  return text;
}

/** Starts a run with an input that it refuses. Returns the error's type and message. */
async function workflow(
  { pipeline: { client, taskQueue } }: EchoingPipeline,
  input: object,
): Promise<string> {
  const workflowId = `${taskQueue}-${Math.random().toString(36).slice(2)}`;
  const run = client.workflow.execute('exportInterval', { workflowId, taskQueue, args: [input] });
  const error: unknown = await run.catch((thrown: unknown) => (thrown as Error).cause);
  return `${String((error as { type?: unknown }).type)}: ${messageOf(error)}`;
}

/** The error that an attempt of an activity ends with, as Temporal gets it. */
async function attempt(echoing: EchoingPipeline, run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  const { type, stack } = error as { type?: unknown; stack?: string };
  return echoing.keep('an attempt', `${String(type)}: ${messageOf(error)} ${stack ?? ''}`);
}
