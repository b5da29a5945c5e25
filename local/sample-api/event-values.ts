import type { Choices } from './random.ts';

/** A device: values of an event that belong together, each written as JSON. */
interface Device {
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

/** Where a user is, each part written as JSON. */
interface Place {
  readonly city: string;
  readonly region: string;
  readonly country: string;
  readonly dma: string;
  readonly lat: string;
  readonly lng: string;
  readonly language: string;
}

function device(text: string): Device {
  const parts = text.split('|').map((part) => (part === '' ? 'null' : JSON.stringify(part)));
  const [brand = '', family = '', model = '', type = '', os = '', osVersion = '', platform = ''] = parts;
  const [library = '', carrier = ''] = parts.slice(7);
  return { brand, family, model, type, os, osVersion, platform, library, carrier };
}

/** Devices, each with the operating system and the library that it sends events with. */
export const devices: Choices<Device> = [
  device('Apple|Apple iPhone|iPhone 15 Pro|Apple iPhone|ios|17.2.1|iOS|amplitude-swift/1.4.2|Vodafone'),
  device(
    'Samsung|Samsung Galaxy Phone|SM-S918B|Samsung Galaxy S23|android|14|Android|amplitude-kotlin/1.16.7|Orange F',
  ),
  device('|Windows||Windows|Chrome|126|Web|amplitude-ts/2.11.1|'),
  device('Apple|Mac|Macintosh|Mac|Safari|17.5|Web|amplitude-js/8.21.9|'),
  device('||||||Server|amplitude-python/1.1.4|'),
];

/** Slots with raw and escaped letters, several spellings of numbers, and nulls. */
export const places: Choices<Place> = [
  {
    city: '"München"',
    region: '"Bayern"',
    country: '"Germany"',
    dma: 'null',
    lat: '48.1374',
    lng: '11.5755',
    language: '"German"',
  },
  {
    city: '"S\\u00e3o Paulo"',
    region: '"S\\u00e3o Paulo"',
    country: '"Brazil"',
    dma: 'null',
    lat: '-23.550',
    lng: '-46.6333',
    language: '"Portuguese"',
  },
  {
    city: '"San Francisco"',
    region: '"California"',
    country: '"United States"',
    dma: '"San Francisco-Oakland-San Jose, CA"',
    lat: 'null',
    lng: 'null',
    language: '"English"',
  },
  {
    city: '"東京"',
    region: '"Tokyo"',
    country: '"Japan"',
    dma: 'null',
    lat: '35.68e0',
    lng: '1.396917E2',
    language: '"Japanese"',
  },
  {
    city: 'null',
    region: 'null',
    country: '"\\u0046rance"',
    dma: 'null',
    lat: 'null',
    lng: 'null',
    language: '"French"',
  },
];

/** Event types, with the special names that Amplitude uses. */
export const eventTypes: Choices<string> = [
  '"checkout completed"',
  '"page viewed"',
  '"search submitted"',
  '"[Amplitude] Application Opened"',
  '"$identify"',
  '"avis envoyé ⭐"',
];

/**
 * Texts that JSON can spell in more than one way: raw and escaped letters, emoji either way, line separators that are
 * not newlines.
 */
export const texts: Choices<string> = [
  '"plain words"',
  '"caf\\u00e9 and café"',
  '"🎉 raw and \\ud83c\\udf89 escaped"',
  '"a \\"quoted\\" back\\\\slash and a slash \\/"',
  '"first line\\nsecond line\\ttabbed"',
  '"a line separator \u2028 and an escaped one \\u2028"',
  '"\\u003cscript\\u003e stays as it was written"',
  '""',
];

/** Numbers that would be spelled differently after a round trip through a JavaScript number. */
export const numbers: Choices<string> = ['1.0', '1e3', '0.10', '-0.0', '1E+2', '19.90', '6.02e23', '100'];
