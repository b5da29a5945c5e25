import type { Referrer } from './catalogue/origins.ts';
import { numbers } from './catalogue/spellings.ts';
import { ofReferrer } from './event-properties.ts';
import { jsonObject } from './json-object.ts';
import type { Visit } from './story/step.ts';

/**
 * The `user_properties` of an event, as JSON. `initial_` is how the user came for the first time, and the others how
 * this time. Direct traffic has none of them.
 */
export function userProperties({ visitor, origin }: Visit): string {
  const { trait } = visitor;
  const { utm, referrer } = visitor.origin;
  return jsonObject({
    cohort: `"c${trait % 12}"`,
    score: numbers[trait % numbers.length] ?? '1.0',
    crm_id: visitor.crmId,
    history: `{"orders":[${visitor.lastOrderId},1.0]}`,
    ...(utm && {
      initial_utm_source: JSON.stringify(utm.source),
      initial_utm_medium: JSON.stringify(utm.medium),
      initial_utm_campaign: JSON.stringify(utm.campaign),
    }),
    ...(referrer && initial(referrer)),
    ...(origin.referrer && ofReferrer(origin.referrer)),
  });
}

function initial({ url, domain }: Referrer): Readonly<Record<string, string>> {
  return { initial_referrer: JSON.stringify(url), initial_referring_domain: JSON.stringify(domain) };
}
