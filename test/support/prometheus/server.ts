import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findPrometheus } from '../../../local/binaries/prometheus.ts';
import { freePorts } from '../../../local/free-ports.ts';
import { startProcess } from '../../../local/processes.ts';
import type { Report } from '../../../local/report.ts';
import { retryIfPortTaken, untilReady } from '../../../local/server-start.ts';

/** An alert that is pending or firing. */
export interface ActiveAlert {
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A time series: its labels, and pairs of a time in seconds since the epoch and a value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** A Prometheus server that runs on this machine and ends with this process. */
export interface PrometheusServer {
  /** The alerts that are pending or firing. */
  alerts(): Promise<ActiveAlert[]>;
  /** The values of an expression, from now back for `seconds`, with `step` seconds between them; by default only now. */
  query(expr: string, seconds?: number, step?: number): Promise<Series[]>;
}

interface Matrix {
  readonly result: readonly {
    readonly metric: Record<string, string>;
    readonly values: readonly (readonly [number, string])[];
  }[];
}

/**
 * Starts a Prometheus server on a free port, with its data below `folder`. It scrapes the targets, such as
 * `127.0.0.1:9464`, and evaluates the rules, each once a second. `rules` is the text of a file of rules.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startPrometheus(options: {
  readonly folder: string;
  readonly rules: string;
  readonly targets: readonly string[];
  readonly report: Report;
}): Promise<PrometheusServer> {
  const { folder, rules, targets, report } = options;
  const command = await findPrometheus(report);
  const [configFile, rulesFile] = [join(folder, 'prometheus.yml'), join(folder, 'rules.yml')];
  await mkdir(folder, { recursive: true });
  await writeFile(rulesFile, rules);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rulesFile],
    scrape_configs: [{ job_name: 'amplitude-export', static_configs: [{ targets }] }],
  };
  await writeFile(configFile, stringify(config));
  const url = await retryIfPortTaken(async () => {
    const [port = 0] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const process = await startProcess({
      name: 'Prometheus',
      command,
      args: [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      env: {},
      cwd: folder,
      logFile: join(folder, 'prometheus.log'),
    });
    await untilReady(process, async () => ask(`http://${address}`, 'query', { query: 'vector(1)' }));
    return `http://${address}`;
  });
  return {
    alerts: async () => (await ask<{ alerts: ActiveAlert[] }>(url, 'alerts', {})).alerts,
    query: async (expr, seconds = 0, step = 1) => {
      const end = Date.now() / 1000;
      const range = { query: expr, start: String(end - seconds), end: String(end), step: String(step) };
      const { result } = await ask<Matrix>(url, 'query_range', range);
      return result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([time, value]) => [time, Number(value)] as const),
      }));
    },
  };
}

/** Asks the server's HTTP API. Throws an Error with its message when it refuses. */
async function ask<T>(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
  const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const { data, error } = (await answer.json()) as { data: T; error?: string };
  if (error !== undefined)
    throw new Error(`Prometheus refuses ${path} ${parameters['query'] ?? ''}: ${error}`);
  return data;
}
