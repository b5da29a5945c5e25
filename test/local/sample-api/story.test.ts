import { describe, expect, it } from 'vitest';
import { parseHourWindow, type HourWindow } from '../../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../../core/interval.ts';
import { eventTypes } from '../../../local/sample-api/catalogue/event-types.ts';
import { planHour, plannedEvents } from '../../../local/sample-api/sample-day.ts';
import { groupBy, readEvents, type SampleEvent } from './read-events.ts';

const source = { seed: 'story', projectId: 7 };
const options = { ...source, busyEvents: 2000 };
const day = hoursOf(parseInterval({ start: '2026-01-01T00', end: '2026-01-01T23' }));
const hourOf = (window: HourWindow, first = 0, count = 2500): SampleEvent[] =>
  readEvents(source, window, { first, count });
const events = hourOf(parseHourWindow('2026-01-01T15'));
const dayEvents = day.flatMap((window) => hourOf(window, 0, plannedEvents(planHour(options, window))));

const ofType = ({ name }: { name: string }, among = events): SampleEvent[] =>
  among.filter(({ event_type }) => event_type === name);
const property = ({ event_properties }: SampleEvent, name: string): unknown => event_properties[name];
const sessions = [
  ...groupBy(
    events.filter(({ session_id }) => session_id !== -1),
    ({ device_id, session_id }) => `${device_id} ${session_id}`,
  ).values(),
];
const byTime = (a: SampleEvent, b: SampleEvent): number =>
  a.client_event_time < b.client_event_time ? -1 : 1;
const has = ({ user_properties }: SampleEvent, name: string): boolean => Object.hasOwn(user_properties, name);

function constantValues(event: SampleEvent): string {
  const initial = Object.entries(event.user_properties).filter(([name]) => name.startsWith('initial_'));
  return JSON.stringify([event.user_id, event.device_model, event.library, event.ip_address, initial]);
}

describe('sample sessions', () => {
  it('are many, of several events each', () => {
    expect(sessions.length).toBeGreaterThan(200);
    const lengths = new Set(sessions.map(({ length }) => length));
    expect(lengths.size).toBeGreaterThan(8);
  });

  it('begin with their start and most end with their end', () => {
    const types = sessions.map((session) => session.toSorted(byTime).map(({ event_type }) => event_type));
    expect(types.filter(([first]) => first !== 'session_start')).toEqual([]);
    const ended = types.filter((names) => names.at(-1) === 'session_end').length;
    expect(ended).toBeGreaterThan(sessions.length / 2);
    expect(ended).toBeLessThan(sessions.length);
  });

  it('are counted by event_id, in the order of time', () => {
    for (const session of sessions) {
      const ids = session.toSorted(byTime).map(({ event_id }) => event_id);
      expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
    }
  });

  it('have a session_id that is the time of their start, by the clock of the device', () => {
    for (const session of sessions) {
      const [first] = session.toSorted(byTime);
      const started = Date.parse(`${first?.client_event_time.replace(' ', 'T')}Z`);
      expect(started - (first?.session_id ?? 0)).toBeGreaterThanOrEqual(0);
      expect(started - (first?.session_id ?? 0)).toBeLessThan(2000);
    }
  });

  it('are mixed with each other', () => {
    const changes = events.filter((event, index) => event.device_id !== events[index - 1]?.device_id);
    expect(changes.length).toBeGreaterThan(events.length / 2);
  });

  it('are missing where a server reports', () => {
    const outside = events.filter(({ session_id }) => session_id === -1);
    expect(new Set(outside.map(({ library }) => library))).toEqual(new Set(['amplitude-python/1.1.4']));
  });
});

describe('sample page views', () => {
  const views = ofType(eventTypes.pageViewed);

  it('name their page by its parts', () => {
    for (const view of views) {
      const [domain, path, url, location] = ['Domain', 'Path', 'URL', 'Location'].map((part) =>
        String(property(view, `[Amplitude] Page ${part}`)),
      );
      expect(url).toBe(`https://${domain}${path}`);
      expect(location === url || location?.startsWith(`${url}?`)).toBe(true);
      expect(property(view, '[Amplitude] Page Title')).toEqual(expect.any(String));
    }
    for (const part of ['Domain', 'Path', 'Title'])
      expect(new Set(views.map((view) => property(view, `[Amplitude] Page ${part}`))).size).toBeGreaterThan(
        1,
      );
  });

  it('are counted within their session, and refer to the page before', () => {
    for (const session of sessions) {
      const seen = ofType(eventTypes.pageViewed, session).toSorted(byTime);
      expect(seen.map((view) => property(view, '[Amplitude] Page Counter'))).toEqual(
        seen.map((_, index) => index + 1),
      );
      const before = seen.slice(0, -1).map((view) => property(view, '[Amplitude] Page URL'));
      expect(seen.slice(1).map((view) => property(view, 'referrer'))).toEqual(before);
    }
  });

  it('come from campaigns, from other pages, or from nowhere', () => {
    const first = views.filter((view) => property(view, '[Amplitude] Page Counter') === 1);
    const domains = new Set(first.map((view) => property(view, 'referring_domain')));
    expect(domains).toEqual(new Set([undefined, 'www.google.com', 'l.instagram.com', 'blog.example.org']));
    const locations = first.map((view) => String(property(view, '[Amplitude] Page Location')));
    expect(locations.some((location) => location.includes('utm_source=newsletter'))).toBe(true);
    expect(locations.some((location) => !location.includes('utm_'))).toBe(true);
  });
});

describe('sample clicks', () => {
  it('are on the page that was viewed last in their session', () => {
    const clicks = ofType(eventTypes.elementClicked);
    expect(clicks.length).toBeGreaterThan(300);
    for (const click of clicks) {
      const viewed = ofType(eventTypes.pageViewed)
        .filter(({ device_id, event_id }) => device_id === click.device_id && event_id < click.event_id)
        .toSorted(byTime)
        .at(-1);
      for (const part of ['URL', 'Path', 'Title', 'Domain', 'Location']) {
        const name = `[Amplitude] Page ${part}`;
        expect(property(click, name)).toBe(viewed?.event_properties[name]);
      }
      expect(property(click, '[Amplitude] Element Text')).toMatch(/./);
    }
  });
});

describe('sample devices', () => {
  it('come back, and count their events over all hours and sessions', () => {
    const devices = [...groupBy(dayEvents, ({ device_id }) => device_id).values()];
    const returning = devices.filter((own) => new Set(own.map(({ session_id }) => session_id)).size > 2);
    expect(returning.length).toBeGreaterThan(50);
    for (const own of devices) {
      const ids = own.toSorted(byTime).map(({ event_id }) => event_id);
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
    }
  });

  it('share their values of event_id: most events have one that another event has', () => {
    const ids = new Set(dayEvents.map(({ event_id }) => event_id));
    expect(ids.size).toBeLessThan(dayEvents.length / 2);
    expect(new Set(dayEvents.map(({ uuid }) => uuid)).size).toBe(dayEvents.length);
  });

  it('keep their user, model, library and first origin', () => {
    for (const own of groupBy(dayEvents, ({ device_id }) => device_id).values())
      expect(new Set(own.map(constantValues)).size).toBe(1);
  });

  it('have an IP address that tells the place', () => {
    for (const own of groupBy(dayEvents, ({ ip_address }) => ip_address).values())
      expect(new Set(own.map(({ city, country }) => `${city}, ${country}`)).size).toBe(1);
    expect(new Set(dayEvents.map(({ country }) => country)).size).toBe(5);
  });
});

describe('sample users', () => {
  const names = ['initial_utm_source', 'initial_utm_medium', 'initial_utm_campaign'];

  it('have all parameters of a campaign, or none', () => {
    const counts = dayEvents.map((event) => names.filter((name) => has(event, name)).length);
    expect(new Set(counts)).toEqual(new Set([0, names.length]));
  });

  it('have referrers with and without a campaign, and neither for direct traffic', () => {
    const kinds = dayEvents.map((event) => {
      expect(has(event, 'initial_referrer')).toBe(has(event, 'initial_referring_domain'));
      expect(has(event, 'referrer')).toBe(has(event, 'referring_domain'));
      return `${has(event, 'initial_utm_source')} ${has(event, 'initial_referrer')}`;
    });
    expect(new Set(kinds)).toEqual(new Set(['true true', 'true false', 'false true', 'false false']));
    expect(dayEvents.some((event) => has(event, 'referrer'))).toBe(true);
  });

  it('pay, or do not, or have "(none)" in a third of the events', () => {
    const share = events.filter(({ paying }) => paying === '(none)').length / events.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.42);
  });
});

describe('what readers of sample events stumble over', () => {
  it('is a type, with a key of its own, that no event has early in the day', () => {
    const late = eventTypes.giftCardRedeemed;
    for (const window of day.slice(0, 13)) expect(ofType(late, hourOf(window))).toEqual([]);
    const busy = parseHourWindow('2026-01-01T13');
    expect(ofType(late, hourOf(busy, 0, 20_480))).toEqual([]);
    expect(ofType(late, hourOf(busy, 20_480)).length).toBeGreaterThan(0);
    for (const window of day.slice(14)) {
      const found = ofType(late, hourOf(window, 0, 800));
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((event) => property(event, 'gift_card') === undefined)).toEqual([]);
    }
    const others = dayEvents.filter(({ event_type }) => event_type !== late.name);
    expect(others.filter((event) => property(event, 'gift_card') !== undefined)).toEqual([]);
  });

  it('is a property that is a number from some libraries and text from another', () => {
    const orders = groupBy(ofType(eventTypes.checkoutCompleted, dayEvents), ({ library }) => library);
    const types = [...orders].map(([library, own]) => [
      library,
      new Set(own.map((event) => typeof property(event, 'quantity'))),
    ]);
    expect(Object.fromEntries(types)).toEqual({
      'amplitude-js/8.21.9': new Set(['string']),
      'amplitude-ts/2.11.1': new Set(['number']),
      'amplitude-swift/1.4.2': new Set(['number']),
      'amplitude-kotlin/1.16.7': new Set(['number']),
    });
  });
});

it('sample videos have an address', () => {
  const videos = ofType(eventTypes.videoPlayed);
  expect(videos.length).toBeGreaterThan(20);
  for (const video of videos)
    expect(property(video, 'video_url')).toMatch(/^https:\/\/video\.example\.com\//);
});
