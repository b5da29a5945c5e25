import type { Choices } from '../random.ts';

/** Where a user is, each part written as JSON. */
export interface Place {
  readonly city: string;
  readonly region: string;
  readonly country: string;
  readonly dma: string;
  readonly lat: string;
  readonly lng: string;
  readonly language: string;
  /** Its IP addresses begin so. No other place has such ones, so that an IP address tells the place. */
  readonly network: string;
}

/** Places with raw and escaped letters, several spellings of numbers, and nulls. */
export const places: Choices<Place> = [
  {
    city: '"München"',
    region: '"Bayern"',
    country: '"Germany"',
    dma: 'null',
    lat: '48.1374',
    lng: '11.5755',
    language: '"German"',
    network: '192.0.2.1',
  },
  {
    city: '"S\\u00e3o Paulo"',
    region: '"S\\u00e3o Paulo"',
    country: '"Brazil"',
    dma: 'null',
    lat: '-23.550',
    lng: '-46.6333',
    language: '"Portuguese"',
    network: '198.51.100.1',
  },
  {
    city: '"San Francisco"',
    region: '"California"',
    country: '"United States"',
    dma: '"San Francisco-Oakland-San Jose, CA"',
    lat: 'null',
    lng: 'null',
    language: '"English"',
    network: '203.0.113.1',
  },
  {
    city: '"東京"',
    region: '"Tokyo"',
    country: '"Japan"',
    dma: 'null',
    lat: '35.68e0',
    lng: '1.396917E2',
    language: '"Japanese"',
    network: '192.0.2.2',
  },
  {
    city: 'null',
    region: 'null',
    country: '"\\u0046rance"',
    dma: 'null',
    lat: 'null',
    lng: 'null',
    language: '"French"',
    network: '198.51.100.2',
  },
];
