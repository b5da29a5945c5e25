import type { EventKey } from '../../amplitude/event-schema.ts';
import { eventTypes } from './catalogue/event-types.ts';
import { texts } from './catalogue/spellings.ts';
import { eventProperties } from './event-properties.ts';
import type { HourClock } from './hour-clock.ts';
import { bigInteger, hex, type Random } from './random.ts';
import type { Step } from './story/step.ts';
import { userProperties } from './user-properties.ts';

const HOUR_SECONDS = 3600;

/**
 * Every value of an event of a script, written as JSON. Zeros stand for what `LineTemplate` fills in, and for the digits
 * of `hourDigits` in the `uuid`.
 */
export function eventValues(
  step: Step,
  { projectId, hourDigits, clock }: { projectId: number; hourDigits: string; clock: HourClock },
  random: Random,
): Record<EventKey, string> {
  const { act, visit, second: upload } = step;
  const { visitor, delaySeconds } = visit;
  const { device, place, trait, skewSeconds } = visitor;
  const happened = upload - delaySeconds - visitor.lagHours * HOUR_SECONDS;
  const started = happened - (upload - visit.start);
  return {
    $insert_id: '"00000000-00000000"',
    $insert_key: 'null',
    $schema: random.below(4) === 0 ? 'null' : '13',
    adid: 'null',
    amplitude_attribution_ids: attributionIds(random),
    amplitude_event_type: act.type === eventTypes.identify ? JSON.stringify(act.type.name) : 'null',
    amplitude_id: '000000000000',
    app: `${projectId}`,
    city: place.city,
    client_event_time: clock.time(random, happened - skewSeconds),
    client_upload_time: clock.time(random, upload - skewSeconds),
    country: place.country,
    data: `{"first_event":false,"trace":{"parent":"${traceParent(random)}","span":${bigInteger(random)}}}`,
    data_type: '"event"',
    device_brand: device.brand,
    device_carrier: device.carrier,
    device_family: device.family,
    device_id: '"00000000-00000000R"',
    device_manufacturer: device.brand,
    device_model: device.model,
    device_type: device.type,
    dma: place.dma,
    event_id: '0000000',
    event_properties: eventProperties(step, random),
    event_time: clock.time(random, happened),
    event_type: JSON.stringify(act.type.name),
    global_user_properties: random.below(3) === 0 ? 'null' : '{}',
    group_properties: random.below(4) === 0 ? '{"company":{"Acme \\u0026 Söhne":{"seats":1e3}}}' : '{}',
    groups: `{"company":["Acme \\u0026 Söhne"],"team":[${random.pick(texts)}]}`,
    idfa: 'null',
    ip_address: visitor.ipAddress,
    is_attribution_event: random.below(50) === 0 ? 'true' : 'false',
    language: place.language,
    library: device.library,
    location_lat: place.lat,
    location_lng: place.lng,
    os_name: device.os,
    os_version: device.osVersion,
    partner_id: 'null',
    paying: ['"(none)"', 'true', 'null'][trait % 3] ?? 'null',
    plan: random.below(4) === 0 ? '{"branch":"main","source":"web","version":"1.0","versionId":null}' : '{}',
    platform: device.platform,
    processed_time: clock.time(random, upload + 5 + random.below(200)),
    region: place.region,
    sample_rate: 'null',
    server_received_time: clock.time(random, upload - random.below(3)),
    server_upload_time: clock.time(random, upload),
    // One second before the first event, by the device's clock; the milliseconds are filled in.
    session_id: visitor.kind === 'server' ? '-1' : `${clock.epochMs(started - skewSeconds - 1)}`,
    source_id: 'null',
    start_version: '"4.11.0"',
    user_creation_time: `"2024-0${1 + (trait % 9)}-1${trait % 10} 08:${10 + (trait % 50)}:07.33${trait % 10}000"`,
    user_id: visitor.signedIn ? '"user-00000000@example.com"' : 'null',
    user_properties: userProperties(visit),
    uuid: `"00000000-0000-4000-a000-${hourDigits}000000"`,
    version_name: trait % 3 === 0 ? 'null' : '"4.18.3"',
  };
}

/** As in W3C Trace Context. */
function traceParent(random: Random): string {
  const digits = Array.from({ length: 6 }, () => hex(random.next())).join('');
  return `00-${digits.slice(0, 32)}-${digits.slice(32)}-01`;
}

function attributionIds(random: Random): string {
  const kind = random.below(12);
  if (kind === 0) return `"${hex(random.next())}"`;
  return kind === 1 ? `["${hex(random.next())}","${hex(random.next())}"]` : 'null';
}
