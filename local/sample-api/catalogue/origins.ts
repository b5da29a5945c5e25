import type { Choices } from '../random.ts';

/** Where visitors came from. */
export interface Origin {
  /** The parameters of a campaign's link. */
  readonly utm?: { readonly source: string; readonly medium: string; readonly campaign: string };
  readonly referrer?: Referrer;
}

/** The page that a link was on. */
export interface Referrer {
  readonly url: string;
  readonly domain: string;
}

const google: Referrer = { url: 'https://www.google.com/', domain: 'www.google.com' };

/** Direct traffic, which has neither, and origins with one of the two or with both. */
export const origins: Choices<Origin> = [
  {},
  {},
  { referrer: google },
  { referrer: google, utm: { source: 'google', medium: 'cpc', campaign: 'brand_2026' } },
  { utm: { source: 'newsletter', medium: 'email', campaign: 'spring sale' } },
  {
    referrer: { url: 'https://l.instagram.com/', domain: 'l.instagram.com' },
    utm: { source: 'instagram', medium: 'social', campaign: 'kettle_launch' },
  },
  { referrer: { url: 'https://blog.example.org/best-kettles', domain: 'blog.example.org' } },
];
