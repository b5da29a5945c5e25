import { InvalidArgumentError, type Command } from 'commander';
import type { EachHour } from '../local/sample-api/sample-day.ts';
import { wholeNumber } from './terminal/option-values.ts';
import { print, printJson } from './terminal/print.ts';

interface SampleApiVerbOptions {
  readonly port: number;
  readonly seed: string;
  readonly busyEvents?: number;
  readonly eachHour?: EachHour;
  readonly fault: readonly string[];
  readonly json?: boolean;
}

/**
 * `amplitude-export sample-api`: serves Amplitude's Export API and events list on this machine, with sample data and
 * with faults on request.
 */
export function addSampleApi(program: Command): void {
  program
    .command('sample-api')
    .description('serve a sample Amplitude API (export and events list) on 127.0.0.1 until SIGINT or SIGTERM')
    .option('--port <number>', 'port to listen on, 0 for any free port', wholeNumber(0, 65_535), 8090)
    .option('--seed <text>', 'text that determines the data of every hour', 'sample')
    .option('--busy-events <number>', "events in each day's busy hour", wholeNumber(0, 999_999_999))
    .option(
      '--each-hour <EVENTS/MEMBERS>',
      'every hour alike: 4000000/1 is one member of 8 GB',
      eventsAndMembers,
    )
    .option(
      '--fault <HOUR=KIND[*TIMES]>',
      'a fault, such as 2026-01-01T05=429*1 or events-list=500; may be given several times',
      collect,
      [],
    )
    .option('--json', 'print the ready line, and a line for each request, as JSON')
    .addHelpText(
      'after',
      `
It serves /api/2/export and, at the same address, /api/2/events/list. It accepts the keys in AMP_API_KEY and
AMP_SECRET_KEY. Without these variables the keys are sample-key and sample-secret.

A fault is of one hour, of every hour (*), or of the events list (events-list).

Example:
  amplitude-export sample-api --port 8090 --fault '2026-01-01T05=429*1' --fault '*=504*1' --fault 'events-list=500*1'`,
    )
    .action(serve);
}

async function serve(options: SampleApiVerbOptions): Promise<void> {
  const { port, seed, busyEvents, eachHour, fault, json = false } = options;
  const { startSampleApi } = await import('../local/sample-api/server.ts');
  const api = await startSampleApi({
    port,
    seed,
    busyEvents,
    eachHour,
    projectId: 260786,
    apiKey: process.env['AMP_API_KEY'] || 'sample-key',
    secretKey: process.env['AMP_SECRET_KEY'] || 'sample-secret',
    faults: fault,
    onRequest: (request) => {
      const { status, faults } = request;
      const what = request.of === 'export' ? `${request.start} to ${request.end}` : 'events list';
      const met = faults.length === 0 ? '' : ` (${faults.join(', ')})`;
      if (json) printJson(request);
      else print(`${what}: ${status}${met}`);
    },
  });
  if (json) printJson({ url: api.url });
  else print(`sample API ready: AMP_EXPORT_URL=${api.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close());
}

function eventsAndMembers(text: string): EachHour {
  const [, events, members] = /^(\d{1,9})\/(\d{1,3})$/.exec(text) ?? [];
  if (events !== undefined && Number(members) > 0)
    return { events: Number(events), members: Number(members) };
  throw new InvalidArgumentError(
    'It takes the number of events and of members, such as 534000/10; at most 999 members.',
  );
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
