/** A type of events, as the events list describes it. */
export interface EventType {
  /** It stays the same for ever. */
  readonly id: number;
  /** As events have it in `event_type`. */
  readonly name: string;
  /** How Amplitude's charts call it. */
  readonly display: string;
  /** Amplitude does not count its users as active. */
  readonly inactive?: true;
  readonly hidden?: true;
  readonly deleted?: true;
}

/** The types of the sample events, with the names that Amplitude gives to its own. */
export const eventTypes = {
  sessionStart: {
    id: 48_101,
    name: 'session_start',
    display: '[Amplitude] Start Session',
    inactive: true,
  },
  sessionEnd: { id: 48_102, name: 'session_end', display: '[Amplitude] End Session', inactive: true },
  identify: { id: 48_103, name: '$identify', display: '$identify', inactive: true },
  applicationOpened: {
    id: 48_104,
    name: '[Amplitude] Application Opened',
    display: '[Amplitude] Application Opened',
  },
  pageViewed: { id: 48_105, name: '[Amplitude] Page Viewed', display: '[Amplitude] Page Viewed' },
  elementClicked: { id: 48_106, name: '[Amplitude] Element Clicked', display: '[Amplitude] Element Clicked' },
  searchSubmitted: { id: 51_220, name: 'search submitted', display: 'Search submitted' },
  videoPlayed: { id: 51_221, name: 'video played', display: 'Video played' },
  reviewSent: { id: 51_222, name: 'avis envoyé ⭐', display: 'Review sent' },
  checkoutCompleted: { id: 51_223, name: 'checkout completed', display: 'Checkout completed' },
  orderShipped: { id: 51_224, name: 'order shipped', display: 'Order shipped', inactive: true },
  giftCardRedeemed: { id: 60_877, name: 'gift card redeemed', display: 'Gift card redeemed' },
} as const satisfies Readonly<Record<string, EventType>>;

/** Types that the events list holds, and that no sample event has. */
export const otherEventTypes: readonly EventType[] = [
  { id: 50_003, name: 'debug screen opened', display: 'Debug screen opened', hidden: true },
  { id: 50_004, name: 'coupon applied', display: 'Coupon applied', deleted: true },
];

/** The type that the events list holds too after it has changed. */
export const addedEventType: EventType = {
  id: 61_002,
  name: 'wish list shared',
  display: 'Wish list shared',
};
