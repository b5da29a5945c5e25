import type { EventKey } from '../../amplitude/event-schema.ts';
import { HOUR_MS, hourStartMs, type HourWindow } from '../../core/hour-window.ts';
import { eventValues } from './event-values.ts';
import { HourClock } from './hour-clock.ts';
import { LineTemplate } from './line-template.ts';
import { hashText, hex, mix, Random } from './random.ts';
import { canRedeemGiftCards } from './story/gift-cards.ts';
import { hourScript, MOST_STEPS, VISITS } from './story/script.ts';
import type { Step } from './story/step.ts';
import { COHORTS } from './story/visitor.ts';

/** What determines every event: the same seed and project give the same events in every hour. */
export interface EventSource {
  readonly seed: string;
  /** A whole number, as Amplitude's project ids are. */
  readonly projectId: number;
}

/** Consecutive events of an hour: the number of the first one, and how many. */
export interface EventRange {
  readonly first: number;
  readonly count: number;
}

const LEAST_EVENT_ID = 1_000_000;
/** How far apart the counters of the devices are at most. */
const EVENT_ID_SPREAD = 5000;

/**
 * The event lines of an hour, each a JSON object with every key in `eventColumns`, as UTF-8 without newline. An event
 * depends only on seed, project, window and its number, not on how many are requested. `server_upload_time` is inside
 * the window; some events happened up to three days before.
 */
export function* sampleLines(source: EventSource, window: HourWindow, range: EventRange): Generator<Buffer> {
  const hour = new EventHour(source, window);
  for (let index = range.first; index < range.first + range.count; index += 1) yield hour.line(index);
}

/**
 * An hour plays the same script over and over, each time with other devices, identities and fractions of seconds: to make
 * every line anew would take fifteen times as long. The repetitions are so far apart that no gzip window, 32 KiB, sees one.
 */
class EventHour {
  readonly #source: EventSource;
  readonly #window: HourWindow;
  readonly #base: number;
  readonly #deviceBase: number;
  readonly #hourNumber: number;
  readonly #clock: HourClock;
  readonly #script: readonly Step[];
  /** Two for each step of the script: the second is for the time before its act was possible. */
  readonly #templates: LineTemplate[] = [];

  constructor(source: EventSource, window: HourWindow) {
    const { seed, projectId } = source;
    this.#source = source;
    this.#window = window;
    this.#base = hashText(`${seed} events of ${projectId} in ${window}`);
    this.#deviceBase = hashText(`${seed} devices`);
    this.#hourNumber = hourStartMs(window) / HOUR_MS;
    this.#clock = new HourClock(window);
    this.#script = hourScript(seed, this.#hourNumber % COHORTS, this.#base);
  }

  /** The line of one event. The `uuid` is unique: it holds the hour, and a scrambled form of the event's number. */
  line(index: number): Buffer {
    const at = index % this.#script.length;
    const step = this.#script[at];
    if (step === undefined) throw new RangeError(`the script has no step ${at}`);
    const visit = Math.floor(index / this.#script.length) * VISITS + step.visit.index;
    const device = visit * COHORTS + (this.#hourNumber % COHORTS);
    const bits = mix(device ^ this.#deviceBase);
    const returns = Math.floor(this.#hourNumber / COHORTS);
    const eventId = LEAST_EVENT_ID + (bits % EVENT_ID_SPREAD) + returns * MOST_STEPS + step.position;
    const identity = {
      number: index,
      bits: mix(index ^ this.#base),
      eventId,
      device: { number: device, bits },
    };
    return this.#template(step, at, index).line(identity, this.#randomOf(~index));
  }

  #template(step: Step, at: number, index: number): LineTemplate {
    const { before } = step.act;
    const isBefore = before !== undefined && !canRedeemGiftCards(this.#window, index);
    const place = 2 * at + Number(isBefore);
    const act = isBefore ? before : step.act;
    return (this.#templates[place] ??= new LineTemplate(this.#valuesOf({ ...step, act }, at)));
  }

  #valuesOf(step: Step, at: number): Record<EventKey, string> {
    const { seed, projectId } = this.#source;
    const hourDigits = hex((this.#hourNumber ^ hashText(seed)) & 0xffffff).slice(-6);
    return eventValues(step, { projectId, hourDigits, clock: this.#clock }, this.#randomOf(at));
  }

  #randomOf(index: number): Random {
    return new Random(mix(this.#base ^ Math.imul(index, 0x85157af5)));
  }
}
