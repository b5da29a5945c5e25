import { dateAndHour, parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../core/interval.ts';
import { archiveBytes, type ArchiveHour } from './archive.ts';
import type { Absence, Content, Ending } from './delivery.ts';
import { eventsListJson } from './events-list.ts';
import { EVENTS_LIST, type Fault, type FaultList } from './faults.ts';
import { refusalFor, refusals, type Refusal } from './refusals.ts';
import { planHour, type SampleOptions } from './sample-day.ts';

/** How a request is answered. */
export type Answer =
  | { readonly refusal: Refusal }
  | { readonly absence: Absence }
  | { readonly content: Content; readonly ending: Ending };

/** An answer, and the faults that the request met. */
export interface Decision {
  readonly met: readonly Fault[];
  readonly answer: Answer;
}

/** Refuses a request before it meets a fault. */
export function refusedWith(refusal: Refusal): Decision {
  return { met: [], answer: { refusal } };
}

/** Answers a valid request of the export. */
export function answerExport(options: SampleOptions, faults: FaultList, range: Interval): Decision {
  const windows = hoursOf(range).map((window) => ({ window, fault: faults.meet(window) }));
  const met = windows.flatMap(({ fault }) => fault ?? []);
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
  const bytes = (): AsyncIterable<Buffer> => archiveBytes(options, hours);
  const answer: Answer =
    hours.length === 0
      ? { refusal: refusals.noData() }
      : { content: { type: 'application/zip', bytes }, ending: endingOf(met) };
  return { met, answer: withoutData(met) ?? answer };
}

/** Answers a request of the events list. */
export function answerEventsList(faults: FaultList): Decision {
  const fault = faults.meet(EVENTS_LIST);
  const met = fault === undefined ? [] : [fault];
  const json = eventsListJson({ changed: fault?.kind === 'changed' });
  async function* bytes(): AsyncGenerator<Buffer> {
    yield Buffer.from(json);
  }
  const answer: Answer = { content: { type: 'application/json', bytes }, ending: endingOf(met) };
  return { met, answer: withoutData(met) ?? answer };
}

/** What the first such fault gives in the place of data. */
function withoutData(met: readonly Fault[]): Answer | undefined {
  const [refusal] = met.flatMap((fault) => refusalFor(fault) ?? []);
  if (refusal !== undefined) return { refusal };
  const [absence] = met.flatMap(({ kind }) => (kind === 'silence' || kind === 'reset' ? kind : []));
  return absence && { absence };
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
