import { TEXT_LIBRARY } from './catalogue/devices.ts';
import { eventTypes } from './catalogue/event-types.ts';
import type { Referrer } from './catalogue/origins.ts';
import { pageUrl } from './catalogue/pages.ts';
import { numbers, texts } from './catalogue/spellings.ts';
import { jsonObject } from './json-object.ts';
import { bigInteger, hex, type Random } from './random.ts';
import type { Step, View } from './story/step.ts';

type Properties = Readonly<Record<string, string>>;

const VIDEO_OF_APP = 'https://video.example.com/app/welcome';

/** The `event_properties` of an event, as JSON. */
export function eventProperties(step: Step, random: Random): string {
  return jsonObject(propertiesOf(step, random));
}

function propertiesOf({ act, visit }: Step, random: Random): Properties {
  const { type, view, element } = act;
  switch (type) {
    case eventTypes.pageViewed:
      return view === undefined ? {} : { ...ofPage(view), ...ofView(view) };
    case eventTypes.elementClicked:
      return {
        ...(view && ofPage(view)),
        '[Amplitude] Element Tag': random.below(2) === 0 ? '"button"' : '"a"',
        '[Amplitude] Element Text': element ?? '""',
      };
    case eventTypes.applicationOpened:
      return { '[Amplitude] From Background': `${random.below(2) === 0}`, '[Amplitude] Build': '"1042"' };
    case eventTypes.videoPlayed:
      return {
        video_url: JSON.stringify(view?.page.video ?? VIDEO_OF_APP),
        position: random.pick(numbers),
        quality: '"720p"',
      };
    case eventTypes.searchSubmitted:
      return { query: random.pick(texts), results: `${random.below(200)}`, filters: '{}' };
    case eventTypes.reviewSent:
      return { title: random.pick(texts), stars: `${1 + random.below(5)}`, score: random.pick(numbers) };
    case eventTypes.checkoutCompleted:
      return order(visit.visitor.device.library === TEXT_LIBRARY, random);
    case eventTypes.giftCardRedeemed:
      return { gift_card: `{"code":"${hex(random.next())}","value":0.10,"serial":${bigInteger(random)}}` };
    case eventTypes.orderShipped:
      return { order_id: bigInteger(random), parcels: `${1 + random.below(3)}` };
    default:
      return {};
  }
}

function ofPage({ page, location }: View): Properties {
  return {
    '[Amplitude] Page Domain': JSON.stringify(page.domain),
    '[Amplitude] Page Location': JSON.stringify(location),
    '[Amplitude] Page Path': JSON.stringify(page.path),
    '[Amplitude] Page Title': page.title,
    '[Amplitude] Page URL': JSON.stringify(pageUrl(page)),
  };
}

function ofView({ counter, referrer }: View): Properties {
  return { '[Amplitude] Page Counter': `${counter}`, ...(referrer && ofReferrer(referrer)) };
}

/** `referrer` and `referring_domain`, in event properties and in user properties. */
export function ofReferrer({ url, domain }: Referrer): Properties {
  return { referrer: JSON.stringify(url), referring_domain: JSON.stringify(domain) };
}

/** `quantity` is a number from some libraries, and text from another. */
function order(numbersAsText: boolean, random: Random): Properties {
  const quantity = 1 + random.below(9);
  return {
    order_id: bigInteger(random),
    amount: random.pick(numbers),
    quantity: numbersAsText ? `"${quantity}"` : `${quantity}`,
    items: `[{"sku":"S-${random.below(900)}","price":0.10,"gift":null,"serial":${bigInteger(random)}}]`,
    flags: '[true,false,null]',
  };
}
