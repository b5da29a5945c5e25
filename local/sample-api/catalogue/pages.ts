import type { Choices, Random } from '../random.ts';

/** A page of the shop that the sample events tell of. */
export interface Page {
  readonly domain: string;
  readonly path: string;
  /** With its `?`; empty when the page has none. */
  readonly query: string;
  /** Written as JSON. */
  readonly title: string;
  /** The texts of what can be clicked, each written as JSON. */
  readonly elements: Choices<string>;
  /** The address of the video on the page. */
  readonly video?: string;
}

const SHOP = 'www.example.com';
const PRODUCTS = 400;

/** The page whose visitors search. */
export const searchPage: Page = {
  domain: SHOP,
  path: '/search',
  query: '?q=caf%C3%A9',
  title: '"Search: caf\\u00e9"',
  elements: ['"Filter"', '"Next page"', '"Show all"'],
};

/** The two pages of a purchase, in this order. */
export const purchasePages: readonly [Page, Page] = [
  { domain: SHOP, path: '/cart', query: '', title: '"Cart"', elements: ['"Check out"', '"Keep shopping"'] },
  { domain: SHOP, path: '/checkout', query: '?step=1', title: '"Checkout"', elements: ['"Pay \\u20ac"'] },
];

const pages: Choices<Page> = [
  {
    domain: SHOP,
    path: '/',
    query: '',
    title: '"Home – Kettles & more"',
    elements: ['"Shop now"', '"Menü öffnen"', '"Accept \\u0026 close"'],
  },
  searchPage,
  {
    domain: SHOP,
    path: '/guides/pour-over',
    query: '',
    title: '"How to: \\"pour over\\""',
    elements: ['"Play"', '"Read on"'],
    video: 'https://video.example.com/embed/pour-over',
  },
  {
    domain: SHOP,
    path: '/guides/caf%C3%A9-crema',
    query: '?lang=fr',
    title: '"Café crème ☕"',
    elements: ['"Lire la suite"', '"▶ Vidéo"'],
    video: 'https://video.example.com/embed/cafe-crema?start=30',
  },
  {
    domain: 'help.example.com',
    path: '/returns',
    query: '',
    title: '"Returns"',
    elements: ['"Yes, this helped"', '"No"'],
  },
];

/** A page to look around on: half the time that of a product. */
export function pickPage(random: Random): Page {
  return random.below(2) === 0 ? productPage(random.below(PRODUCTS)) : random.pick(pages);
}

function productPage(number: number): Page {
  return {
    domain: SHOP,
    path: `/products/${number}`,
    query: '',
    title: `"Product ${number}"`,
    elements: ['"Add to cart"', '"♥ Save"', '"More"'],
  };
}

/** The address of a page without its query. */
export function pageUrl({ domain, path }: Page): string {
  return `https://${domain}${path}`;
}
