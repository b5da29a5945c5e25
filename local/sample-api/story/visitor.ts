import { devices, type Device, type DeviceKind } from '../catalogue/devices.ts';
import { origins, type Origin } from '../catalogue/origins.ts';
import { places, type Place } from '../catalogue/places.ts';
import { bigInteger, hashText, Random } from '../random.ts';

/** A device comes back every seven hours: each hour has the devices of one cohort, and each of them once. */
export const COHORTS = 7;

/** The latest events arrive less than this number of hours after they happened. */
export const LATEST_HOURS = 72;

/** A device and its user, as all their events tell of them. They are the same in every hour. */
export interface Visitor {
  readonly kind: DeviceKind;
  readonly device: Device;
  readonly place: Place;
  /** Written as JSON. */
  readonly ipAddress: string;
  /** Whether the user is known by a user id. */
  readonly signedIn: boolean;
  /** How the user came for the first time. */
  readonly origin: Origin;
  /** Hours from an event to its arrival; 0 for four in five. Always the same, so events arrive in their order. */
  readonly lagHours: number;
  /** By how many seconds the device's clock is behind. */
  readonly skewSeconds: number;
  /** Numbers with 18 digits of the user in other systems, each as JSON. */
  readonly crmId: string;
  readonly lastOrderId: string;
  /** A number for everything else that depends on the visitor. */
  readonly trait: number;
}

/**
 * The visitor whose number is `index` in the cohort of the hour. Three in five use web pages, three in ten an app, one
 * in ten is a server.
 */
export function visitorOf(seed: string, index: number, cohort: number): Visitor {
  const random = new Random(hashText(`${seed} visitor ${index} of ${cohort}`));
  const kind = kindOf(index);
  const place = random.pick(places);
  return {
    kind,
    device: random.pick(devices[kind]),
    place,
    ipAddress: `"${place.network}${String(random.below(50)).padStart(2, '0')}"`,
    signedIn: random.below(4) > 0,
    origin: kind === 'server' ? {} : random.pick(origins),
    lagHours: random.below(5) === 0 ? 1 + random.below(LATEST_HOURS - 1) : 0,
    skewSeconds: random.below(30),
    crmId: bigInteger(random),
    lastOrderId: bigInteger(random),
    // Counted, not drawn: each value of a few comes as often as the others.
    trait: index * COHORTS + cohort,
  };
}

function kindOf(index: number): DeviceKind {
  if (index % 10 < 6) return 'web';
  return index % 10 < 9 ? 'app' : 'server';
}
