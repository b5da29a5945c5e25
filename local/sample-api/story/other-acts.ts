import { eventTypes, type EventType } from '../catalogue/event-types.ts';
import type { Choices, Random } from '../random.ts';
import type { Act } from './step.ts';

const inApp: Choices<EventType> = [
  eventTypes.searchSubmitted,
  eventTypes.searchSubmitted,
  eventTypes.videoPlayed,
  eventTypes.reviewSent,
  eventTypes.checkoutCompleted,
];

/** A visit to the app: a session. At most 8 acts. */
export function appActs(random: Random): Act[] {
  const types: EventType[] = [eventTypes.sessionStart, eventTypes.applicationOpened];
  for (let count = 1 + random.below(5); count > 0; count -= 1) types.push(random.pick(inApp));
  types.push(eventTypes.sessionEnd);
  return types.map((type) => ({ type }));
}

/** What a server reports, outside of any session. At most 4 acts. */
export function serverActs(random: Random): Act[] {
  const acts: Act[] = [{ type: eventTypes.identify }];
  for (let count = 1 + random.below(3); count > 0; count -= 1) acts.push({ type: eventTypes.orderShipped });
  return acts;
}
