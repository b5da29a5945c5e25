import type { EventType } from '../catalogue/event-types.ts';
import type { Origin, Referrer } from '../catalogue/origins.ts';
import type { Page } from '../catalogue/pages.ts';
import type { Visitor } from './visitor.ts';

/** What one device does in an hour: a session, or what a server reports outside of any session. */
export interface Visit {
  /** Its number among the visits of the script. */
  readonly index: number;
  readonly visitor: Visitor;
  /** How the visitor came this time. */
  readonly origin: Origin;
  /** Seconds from an event to its arrival, the visitor's `lagHours` not counted. */
  readonly delaySeconds: number;
  /** The second of the hour in which its first event arrives. */
  readonly start: number;
}

/** A page view. */
export interface View {
  readonly page: Page;
  /** The page's whole address. */
  readonly location: string;
  /** Counts the page views of the visit, from 1. */
  readonly counter: number;
  readonly referrer?: Referrer;
}

/** What happens in an event. */
export interface Act {
  readonly type: EventType;
  /** The page that the visitor views; apps and servers have none. */
  readonly view?: View;
  /** The text of what was clicked, written as JSON. */
  readonly element?: string;
  /** What happens instead, before visitors could do it. */
  readonly before?: Act;
}

/** One event of a visit. */
export interface Step {
  readonly visit: Visit;
  /** Its place in the visit, from 0. */
  readonly position: number;
  /** The second of the hour in which it arrives. */
  readonly second: number;
  readonly act: Act;
}
