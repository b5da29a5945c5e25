import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { ServerNotStarted } from '../errors.ts';
import { answerEventsList, answerExport, refusedWith, type Decision } from './answers.ts';
import { sendContent, sendNothing } from './delivery.ts';
import { FaultList, parseFault } from './faults.ts';
import { RequestLog, type EventsListRequest, type ExportRequest } from './request-log.ts';
import { asksForEventsList, paths, readRange, refuseRequest, requestedRange } from './requests.ts';
import type { SampleOptions } from './sample-day.ts';

/** The settings of the sample API. */
export interface SampleApiOptions extends SampleOptions {
  /** 0, or nothing, for any free port. */
  readonly port?: number | undefined;
  readonly apiKey: string;
  readonly secretKey: string;
  /** Faults to begin with, each as `parseFault` reads it. */
  readonly faults?: readonly string[] | undefined;
  /** Called right before each request is answered. */
  readonly onRequest?: ((request: ExportRequest | EventsListRequest) => void) | undefined;
}

/** A sample API that is listening. */
export interface SampleApi {
  /** The whole address of the export, as `AMP_EXPORT_URL` takes it. */
  readonly url: string;
  /** The whole address of the events list. */
  readonly eventsListUrl: string;
  readonly port: number;
  /** Every request of the export so far, oldest first. */
  readonly requests: readonly ExportRequest[];
  /** Every request of the events list so far, oldest first. */
  readonly eventsListRequests: readonly EventsListRequest[];
  /** Adds a fault after the others. @throws FaultInvalid */
  addFault(text: string): void;
  /** Replaces all faults. @throws FaultInvalid, and changes nothing */
  setFaults(texts: readonly string[]): void;
  /** Cuts all connections and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a server on 127.0.0.1 that answers `GET /api/2/export` and `GET /api/2/events/list` as Amplitude's documentation
 * of its Export API and its Dashboard REST API says, with data that depends only on seed and hour.
 * @throws FaultInvalid, ServerNotStarted when the port is taken
 */
export async function startSampleApi(options: SampleApiOptions): Promise<SampleApi> {
  const faults = new FaultList();
  const log = new RequestLog((request) => options.onRequest?.(request));
  for (const text of options.faults ?? []) faults.add(parseFault(text));

  /** Only valid requests with the right keys meet faults. */
  function decide(request: IncomingMessage): Decision {
    const refused = refuseRequest(request, options);
    if (asksForEventsList(request)) {
      const decision = refused === undefined ? answerEventsList(faults) : refusedWith(refused);
      log.addEventsList(decision);
      return decision;
    }
    const sent = requestedRange(request);
    const range = readRange(sent);
    if ('status' in range) {
      const decision = refusedWith(refused ?? range);
      log.addExport(sent, decision);
      return decision;
    }
    const decision = refused === undefined ? answerExport(options, faults, range) : refusedWith(refused);
    log.addExport(range, decision);
    return decision;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { answer } = decide(request);
    if ('refusal' in answer) {
      const { status, headers, body } = answer.refusal;
      response.writeHead(status, headers).end(body);
    } else if ('absence' in answer) {
      sendNothing(answer.absence, response);
    } else {
      await sendContent(answer.content, answer.ending, response);
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
    url: `http://127.0.0.1:${port}${paths.export}`,
    eventsListUrl: `http://127.0.0.1:${port}${paths.eventsList}`,
    port,
    requests: log.exports,
    eventsListRequests: log.eventsLists,
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
