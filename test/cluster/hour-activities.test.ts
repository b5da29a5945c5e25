import { expect, it } from 'vitest';
import { activitiesOf } from './hour-activities.ts';
import type { History } from '../support/histories.ts';

type Event = NonNullable<History['events']>[number];

const payloads = (value: unknown) => ({ payloads: [{ data: Buffer.from(JSON.stringify(value)) }] });
const window = '2026-03-02T05';

/** A number of the protocol: histories have objects in their place, which convert to text and number. */
const long = (value: number) => value as unknown as NonNullable<Event['eventId']>;

function event(eventId: number, ms: number, attributes: Event): Event {
  const seconds = long(Math.floor(ms / 1000));
  return { eventId: long(eventId), eventTime: { seconds, nanos: (ms % 1000) * 1e6 }, ...attributes };
}

function scheduled(eventId: number, name: string, input: unknown): Event {
  const activityTaskScheduledEventAttributes = { activityType: { name }, input: payloads(input) };
  return event(eventId, 0, { activityTaskScheduledEventAttributes });
}

function started(eventId: number, of: number, ms: number, attempt = 1): Event {
  const attributes = { scheduledEventId: long(of), identity: '7@host', attempt };
  return event(eventId, ms, { activityTaskStartedEventAttributes: attributes });
}

const failedWith = (of: number, details: unknown): Event => ({
  activityTaskFailedEventAttributes: {
    scheduledEventId: long(of),
    failure: { applicationFailureInfo: { details: payloads(details) } },
  },
});

const takenAt = (at: number, attempt = 1) => ({ at, attempt, worker: '7@host' });

it('reads what became of each activity', () => {
  const events = [
    scheduled(1, 'plan', { start: window, end: window }),
    scheduled(2, 'extract', { window, round: 1 }),
    started(3, 1, 1500),
    event(4, 1600, { activityTaskCompletedEventAttributes: { scheduledEventId: long(1) } }),
    started(5, 2, 2000, 3),
    event(6, 2500, failedWith(2, { handedBack: true })),
    scheduled(7, 'parse', { window }),
    event(8, 3000, { activityTaskTimedOutEventAttributes: { scheduledEventId: long(7) } }),
    scheduled(9, 'upload', { window }),
    event(10, 3500, failedWith(9, { whatToDo: 'wait' })),
    scheduled(11, 'upload', { window }),
  ];
  expect(activitiesOf({ events })).toEqual([
    { type: 'plan', window: undefined, started: takenAt(1500), ended: { at: 1600, how: 'ended well' } },
    { type: 'extract', window, started: takenAt(2000, 3), ended: { at: 2500, how: 'handed back' } },
    { type: 'parse', window, started: undefined, ended: { at: 3000, how: 'timed out' } },
    { type: 'upload', window, started: undefined, ended: { at: 3500, how: 'failed' } },
    { type: 'upload', window, started: undefined, ended: undefined },
  ]);
});
