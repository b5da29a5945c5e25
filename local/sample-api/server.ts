import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { dateAndHour, parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf } from '../../core/interval.ts';
import { ServerNotStarted } from '../errors.ts';
import type { ArchiveHour } from './archive.ts';
import { sendArchive, sendNothing, type Absence, type Ending } from './delivery.ts';
import { FaultList, parseFault, type Fault, type FaultKind } from './faults.ts';
import { refusalFor, refusals, type Refusal } from './refusals.ts';
import { EXPORT_PATH, readRange, refuseRequest, requestedRange } from './requests.ts';
import { planHour, type SampleOptions } from './sample-day.ts';

/** The settings of the sample API. */
export interface SampleApiOptions extends SampleOptions {
  /** 0, or nothing, for any free port. */
  readonly port?: number | undefined;
  readonly apiKey: string;
  readonly secretKey: string;
  /** Faults to begin with, each as `parseFault` reads it. */
  readonly faults?: readonly string[] | undefined;
  /** Called right before each request is answered. */
  readonly onRequest?: ((request: AnsweredRequest) => void) | undefined;
}

/** A request and how it was answered. */
export interface AnsweredRequest {
  /** The first hour, such as `2026-01-01T05`; when it is not valid, as it was sent. */
  readonly start: string;
  /** The last hour, included. */
  readonly end: string;
  /** 0 for a request without an answer. */
  readonly status: number;
  /** The faults that its hours met. */
  readonly faults: readonly FaultKind[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A sample API that is listening. */
export interface SampleApi {
  /** The whole endpoint address, as `AMP_EXPORT_URL` takes it. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: readonly AnsweredRequest[];
  /** Adds a fault after the others. @throws FaultInvalid */
  addFault(text: string): void;
  /** Replaces all faults. @throws FaultInvalid, and changes nothing */
  setFaults(texts: readonly string[]): void;
  /** Cuts all connections and stops listening. */
  close(): Promise<void>;
}

type Answer =
  | { readonly refusal: Refusal }
  | { readonly absence: Absence }
  | { readonly hours: readonly ArchiveHour[]; readonly ending: Ending };

/**
 * Starts a server on 127.0.0.1 that answers `GET /api/2/export` as the documentation of the Amplitude Export API says,
 * with data that depends only on seed and hour.
 * @throws FaultInvalid, ServerNotStarted when the port is taken
 */
export async function startSampleApi(options: SampleApiOptions): Promise<SampleApi> {
  const faults = new FaultList();
  const requests: AnsweredRequest[] = [];
  for (const text of options.faults ?? []) faults.add(parseFault(text));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { range, met, answer } = decide(options, faults, request);
    const status = 'refusal' in answer ? answer.refusal.status : 'absence' in answer ? 0 : 200;
    const answered = { ...range, status, faults: met.map((fault) => fault.kind), at: Date.now() };
    requests.push(answered);
    options.onRequest?.(answered);
    if ('refusal' in answer) {
      response.writeHead(status, answer.refusal.headers).end(answer.refusal.body);
    } else if ('absence' in answer) {
      sendNothing(answer.absence, response);
    } else {
      await sendArchive(options, answer.hours, answer.ending, response);
    }
  }

  const server = createServer((request, response) => void serve(request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ServerNotStarted(
      `the sample API cannot listen on port ${options.port} of 127.0.0.1 (${messageOf(error)})`,
    );
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${EXPORT_PATH}`,
    port,
    requests,
    addFault: (text) => faults.add(parseFault(text)),
    setFaults: (texts) => {
      const parsed = texts.map(parseFault);
      faults.clear();
      for (const fault of parsed) faults.add(fault);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Only valid requests with the right keys meet faults. */
function decide(options: SampleApiOptions, faults: FaultList, request: IncomingMessage) {
  const sent = requestedRange(request);
  const refused = refuseRequest(request, options);
  const range = readRange(sent);
  if ('status' in range) return { range: sent, met: [], answer: { refusal: refused ?? range } };
  if (refused !== undefined) return { range, met: [], answer: { refusal: refused } };
  const windows = hoursOf(range).map((window) => ({ window, fault: faults.meet(window) }));
  const met = windows.flatMap(({ fault }) => fault ?? []);
  const [refusal] = met.flatMap((fault) => refusalFor(fault) ?? []);
  if (refusal !== undefined) return { range, met, answer: { refusal } };
  const [absence] = met.flatMap(({ kind }) => (kind === 'silence' || kind === 'reset' ? kind : []));
  if (absence !== undefined) return { range, met, answer: { absence } };
  const hours = windows
    .filter(({ fault }) => fault?.kind !== '404')
    .map(({ window, fault }): ArchiveHour => ({
      plan: planHour(options, fault?.kind === 'first-hour' ? firstHourOf(window) : window, {
        moreEvents: fault?.kind === 'changed',
        badLines: fault?.kind === 'bad-lines',
      }),
      repacked: fault?.kind === 'repacked',
      damage: fault?.kind === 'corrupt-member' || fault?.kind === 'bad-crc' ? fault.kind : undefined,
    }))
    .filter((hour) => hour.plan.members.length > 0);
  const answer: Answer =
    hours.length === 0 ? { refusal: refusals.noData() } : { hours, ending: endingOf(met) };
  return { range, met, answer };
}

function firstHourOf(window: HourWindow): HourWindow {
  return parseHourWindow(`${dateAndHour(window).date}T00`);
}

function endingOf(met: readonly Fault[]): Ending {
  const [ending = 'whole'] = met.flatMap(({ kind }) =>
    kind === 'early-close' || kind === 'stall' || kind === 'truncated' ? kind : [],
  );
  return ending;
}
