import { eventTypes } from '../catalogue/event-types.ts';
import type { Origin } from '../catalogue/origins.ts';
import { pageUrl, pickPage, purchasePages, searchPage, type Page } from '../catalogue/pages.ts';
import type { Random } from '../random.ts';
import type { Act, View } from './step.ts';
import type { Visitor } from './visitor.ts';

/** How a visit to the web pages ends, if the visitor buys: with a gift card or without. */
export type Purchase = 'with gift card' | 'without gift card';

/**
 * A visit to the web pages: a session of page views, each but the first after a click on the page before. At most 16
 * acts.
 */
export function webActs(
  visitor: Visitor,
  origin: Origin,
  purchase: Purchase | undefined,
  random: Random,
): Act[] {
  const acts: Act[] = [{ type: eventTypes.sessionStart }];
  if (visitor.signedIn) acts.push({ type: eventTypes.identify });
  let view = landing(origin, pickPage(random));
  acts.push({ type: eventTypes.pageViewed, view }, ...actsOn(view, random));
  const open = (page: Page): void => {
    acts.push(click(view, random));
    view = next(view, page);
    acts.push({ type: eventTypes.pageViewed, view });
  };
  const looks = purchase === undefined ? 1 + random.below(3) : 1;
  for (let look = 0; look < looks; look += 1) {
    open(pickPage(random));
    acts.push(...actsOn(view, random));
  }
  if (purchase !== undefined) {
    for (const page of purchasePages) open(page);
    acts.push({ type: eventTypes.checkoutCompleted, view });
    if (purchase === 'with gift card') {
      acts.push({ type: eventTypes.giftCardRedeemed, view, before: click(view, random) });
    }
  }
  // Some visitors close the browser, and the library cannot report the end.
  if (random.below(8) > 0) acts.push({ type: eventTypes.sessionEnd });
  return acts;
}

function landing({ utm, referrer }: Origin, page: Page): View {
  const parameters = utm && {
    utm_source: utm.source,
    utm_medium: utm.medium,
    utm_campaign: utm.campaign,
  };
  const query = parameters === undefined ? page.query : `?${new URLSearchParams(parameters).toString()}`;
  return { page, location: `${pageUrl(page)}${query}`, counter: 1, ...(referrer && { referrer }) };
}

function next(view: View, page: Page): View {
  const referrer = { url: pageUrl(view.page), domain: view.page.domain };
  return { page, location: `${pageUrl(page)}${page.query}`, counter: view.counter + 1, referrer };
}

function click(view: View, random: Random): Act {
  return { type: eventTypes.elementClicked, view, element: random.pick(view.page.elements) };
}

/** What the visitor does on a page before the next one: at most one act. */
function actsOn(view: View, random: Random): Act[] {
  if (view.page.video !== undefined) return [{ type: eventTypes.videoPlayed, view }];
  if (view.page === searchPage) return [{ type: eventTypes.searchSubmitted, view }];
  if (random.below(4) > 0) return [];
  return [{ type: eventTypes.reviewSent, view }];
}
