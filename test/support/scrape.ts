import type { RunningVerb } from './command-line.ts';

/** One line of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The address at which a worker with `METRICS_ADDRESS=127.0.0.1:0` and `LOG_LEVEL=info` serves its metrics. */
export async function metricsUrl(worker: RunningVerb): Promise<string> {
  const said = /metrics are at (http:\S+)\/metrics/;
  await worker.saying(said);
  const { out, err } = worker.soFar();
  return said.exec(out + err)?.[1] ?? '';
}

/** The samples that a worker serves. */
export async function scrape(url: string): Promise<Sample[]> {
  const answer = await fetch(`${url}/metrics`);
  return samplesOf(await answer.text());
}

/** The samples of a text in the format of Prometheus. @throws an error for a line that is not in this format */
export function samplesOf(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value] = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      if (value === undefined) throw new Error(`this is no sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text])),
        value: Number(value.replace('Inf', 'Infinity')),
      };
    });
}

/** The sum of the samples of a metric with these labels; undefined when there is none. */
export function valueOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
