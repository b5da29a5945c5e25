import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHourWindow, type HourWindow } from '../../../core/hour-window.ts';
import { openActivityWorker, type ActivityWorker } from '../activity-worker.ts';
import { eventLine, gzipLines, zipOf } from '../archives.ts';
import { startCollector, type Collector } from '../collector.ts';
import { startVerb, type RunningVerb } from '../command-line.ts';
import { asText, historiesOf } from '../histories.ts';
import { startHostileSource, type HostileSource } from '../hostile-source.ts';
import { openPipeline, secrets, type Pipeline } from '../pipeline.ts';
import { metricsUrl } from '../scrape.ts';
import * as archives from '../refused-archives.ts';
import {
  echoes,
  echoOf,
  startEchoingStorage,
  startEchoingTemporal,
  startEchoingWebhook,
  type Echo,
  type EchoingWebhook,
} from './echoing-servers.ts';
import { basicToken, temporalKeys } from './keys.ts';

/** The hours of the day that all error paths use. */
export const at = (hour: number): HourWindow =>
  parseHourWindow(`2026-03-06T${String(hour).padStart(2, '0')}`);

/** An hour that lands. Its one member has a long name made of our keys, which messages cut, and a rejected line. */
export const LANDS = at(0);
const NAMED = `${secrets.AMP_API_KEY}/${secrets.AMP_API_KEY}/${basicToken}#0.json.gz`;
const landing = zipOf([{ name: NAMED, bytes: gzipLines(eventLine(1), 'no JSON') }]);

/** Answers of a source that repeats the request, one for each hour. */
const answers = [
  (_request, response) => void response.writeHead(200).end(landing),
  (request, response) => void response.writeHead(400).end(`too large: ${echoOf(request)}`),
  echoes(400),
  echoes(401),
  echoes(403),
  echoes(302),
  echoes(500),
  echoes(200),
  (request, response) => void response.writeHead(200, { 'Content-Encoding': echoOf(request) }).end('PK'),
  (_request, response) => void response.writeHead(200).end(archives.withCorruptMember(NAMED)),
  (_request, response) => void response.writeHead(200).end(archives.withWrongCrc(NAMED)),
  (_request, response) => void response.writeHead(200).end(archives.withBomb(NAMED)),
  (request) => void request.socket.destroy(),
  echoes(429, { 'Retry-After': secrets.AMP_SECRET_KEY }),
] satisfies Parameters<HostileSource['answer']>[1][];

/** The last hour of the failing run. */
export const LAST = at(answers.length - 1);

/** A pipeline whose source, storage and Temporal repeat their requests, and all texts that it produces. */
export class EchoingPipeline {
  readonly pipeline: Pipeline;
  readonly source: HostileSource;
  readonly storage: Echo;
  readonly temporal: Echo;
  readonly webhook: EchoingWebhook;
  readonly collector: Collector;
  readonly worker: ActivityWorker;
  /** The command line's environment, with every key set. */
  readonly env: Readonly<Record<string, string>>;
  /** The output of verbs and attempts, each with its name. */
  readonly said: [what: string, text: string][] = [];
  /** The output of one run over all hours that the source answers. */
  readonly failedRun: Promise<string>;
  readonly folder: string;
  #worker: RunningVerb | undefined;

  private constructor(
    parts: Pick<
      EchoingPipeline,
      'pipeline' | 'source' | 'storage' | 'temporal' | 'webhook' | 'collector' | 'worker' | 'env' | 'folder'
    >,
  ) {
    this.pipeline = parts.pipeline;
    this.source = parts.source;
    this.storage = parts.storage;
    this.temporal = parts.temporal;
    this.webhook = parts.webhook;
    this.collector = parts.collector;
    this.worker = parts.worker;
    this.env = parts.env;
    this.folder = parts.folder;
    this.failedRun = this.#startWorker().then(() => this.verb(['run', '--from', LANDS, '--to', LAST]));
  }

  static async open(): Promise<EchoingPipeline> {
    const [pipeline, source, storage, temporal, webhook, collector, folder] = await Promise.all([
      openPipeline(),
      startHostileSource(),
      startEchoingStorage(),
      startEchoingTemporal(),
      startEchoingWebhook(),
      startCollector(),
      mkdtemp(join(tmpdir(), 'amplitude-export-secrets-')),
    ]);
    for (const [hour, answer] of answers.entries()) source.answer(at(hour), answer);
    const env = {
      ...pipeline.env,
      ...temporalKeys,
      AMP_EXPORT_URL: source.url,
      ALERT_WEBHOOK_URL: webhook.url,
      XDG_CACHE_HOME: folder,
    };
    const worker = await openActivityWorker(pipeline, env);
    const servers = { source, storage, temporal, webhook, collector };
    return new EchoingPipeline({ pipeline, ...servers, worker, env, folder });
  }

  async #startWorker(): Promise<void> {
    const many = String(answers.length);
    this.#worker = await this.pipeline.startWorker({
      ...this.env,
      HOUR_RETRY_FOR: '0s',
      HOUR_CONCURRENCY: many,
      HOURS_PER_WORKER: many,
      LOG_LEVEL: 'info',
      METRICS_ADDRESS: '127.0.0.1:0',
      OTEL_EXPORTER_OTLP_ENDPOINT: this.collector.url,
    });
  }

  /** Runs a verb to its end. Returns its output, and keeps it in `said`. */
  async verb(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { out, err } = await startVerb(args, { ...this.env, ...env }).ended;
    return this.keep(args.join(' '), `${out}${err}`);
  }

  /** Keeps a text in `said`, and returns it. */
  keep(what: string, text: string): string {
    this.said.push([what, text]);
    return text;
  }

  /** What the worker has logged, once it matches. */
  async workerLog(pattern = /^/): Promise<string> {
    await this.#worker?.saying(pattern);
    const { out = '', err = '' } = this.#worker?.soFar() ?? {};
    return out + err;
  }

  /** Every text that a person can read afterwards, each with its place. */
  async everything(): Promise<[place: string, text: string][]> {
    const { bucket, client, prefix, taskQueue } = this.pipeline;
    const texts: [string, string][] = [...this.said, ['the worker', await this.workerLog()]];
    texts.push(...this.webhook.bodies.map((body): [string, string] => ['a notification', body]));
    texts.push(...(await this.#monitored()), ['the traces', this.collector.text()]);
    for (const history of await historiesOf(this.pipeline)) texts.push(['a history', asText(history)]);
    for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue="${taskQueue}"` })) {
      const handle = client.workflow.getHandle(workflowId, runId);
      texts.push([`the description of ${workflowId}`, asText((await handle.describe()).raw)]);
      texts.push([
        `the details of ${workflowId}`,
        asText(await handle.query('__temporal_workflow_metadata')),
      ]);
    }
    for (const { key } of await bucket.list(`${prefix}/`))
      if (/\/(logs|manifests)\//.test(key)) texts.push([key, (await bucket.getText(key))?.text ?? '']);
    for (const file of await readdir(this.folder, { recursive: true, withFileTypes: true }))
      if (file.isFile()) texts.push([file.name, await readFile(join(file.parentPath, file.name), 'utf8')]);
    return texts;
  }

  /** What the worker tells those who monitor it. */
  async #monitored(): Promise<[place: string, text: string][]> {
    if (this.#worker === undefined) return [];
    const url = await metricsUrl(this.#worker);
    const read = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
    return [
      ['the metrics', await read('/metrics')],
      ['the readiness', await read('/readyz')],
    ];
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.source.close();
    await this.collector.close();
    for (const echo of [this.storage, this.temporal, this.webhook]) echo.close();
    await this.pipeline.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
