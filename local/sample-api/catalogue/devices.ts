import type { Choices } from '../random.ts';

/** A kind of device, with the operating system and the library that it sends events with; each value is JSON. */
export interface Device {
  readonly brand: string;
  readonly family: string;
  readonly model: string;
  readonly type: string;
  readonly os: string;
  readonly osVersion: string;
  readonly platform: string;
  readonly library: string;
  readonly carrier: string;
}

/** How a device sends events: from web pages, from an app, or as a server, which has no sessions. */
export type DeviceKind = 'web' | 'app' | 'server';

/** The library that sends numbers as text. */
export const TEXT_LIBRARY = '"amplitude-js/8.21.9"';

function device(text: string): Device {
  const parts = text.split('|').map((part) => (part === '' ? 'null' : JSON.stringify(part)));
  const [brand = '', family = '', model = '', type = '', os = '', osVersion = '', platform = ''] = parts;
  const [library = '', carrier = ''] = parts.slice(7);
  return { brand, family, model, type, os, osVersion, platform, library, carrier };
}

/** The devices of each kind. */
export const devices: Readonly<Record<DeviceKind, Choices<Device>>> = {
  web: [
    device('|Windows||Windows|Chrome|126|Web|amplitude-ts/2.11.1|'),
    device('Apple|Mac|Macintosh|Mac|Safari|17.5|Web|amplitude-js/8.21.9|'),
    device('|Linux||Linux|Firefox|127|Web|amplitude-ts/2.11.1|'),
    device('Google|Google Pixel Phone|Pixel 8|Google Pixel 8|Chrome Mobile|126|Web|amplitude-ts/2.11.1|'),
  ],
  app: [
    device('Apple|Apple iPhone|iPhone 15 Pro|Apple iPhone|ios|17.2.1|iOS|amplitude-swift/1.4.2|Vodafone'),
    device('Apple|Apple iPad|iPad Air|Apple iPad|ios|17.5.1|iOS|amplitude-swift/1.4.2|'),
    device(
      'Samsung|Samsung Galaxy Phone|SM-S918B|Samsung Galaxy S23|android|14|Android|amplitude-kotlin/1.16.7|Orange F',
    ),
  ],
  server: [device('||||||Server|amplitude-python/1.1.4|')],
};
