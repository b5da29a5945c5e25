import fc from 'fast-check';

const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    'server_upload_time',
    '__proto__',
    '\ud800',
    '\u2028',
    '\ufeff',
    '1e999',
    '9007199254740993',
  ),
);
const objectText = fc
  .dictionary(word, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  .map((value) => JSON.stringify(value));
const jsonText = fc.oneof(objectText, fc.json({ maxDepth: 3 }));
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '-',
  '0',
  '.',
  'e',
  'null',
  'NaN',
  ' ',
  '\t',
];
const ODD_TOKENS = ['\r', '\n', '\f', '\0', '\ufeff', '\u00a0', "'", '//', '{}', '"a":1,'];
const token = fc.constantFrom(...TOKENS, ...ODD_TOKENS);

/** JSON in which tokens replace some characters, or whose end is cut off. */
const nearJson = fc
  .tuple(
    jsonText,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), token), { minLength: 1, maxLength: 3 }),
    fc.nat({ max: 20 }),
  )
  .map(([text, edits, lost]) =>
    edits
      .reduce((rest, [at, removed, token]) => {
        const place = at % (rest.length + 1);
        return `${rest.slice(0, place)}${token}${rest.slice(place + removed)}`;
      }, text)
      .slice(0, lost > 15 ? 15 - lost : undefined),
  );

const oddBytes = fc.constantFrom(
  [0xff],
  [0xed, 0xa0, 0x80],
  [0xc0, 0xaf],
  [0xe2, 0x82],
  [0xf4, 0x90, 0x80, 0x80],
  [0xfc],
);

/** JSON with inserted bytes that are not UTF-8. */
const nearUtf8 = fc.tuple(jsonText, oddBytes, fc.nat()).map(([text, odd, at]) => {
  const bytes = Buffer.from(text);
  const place = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, place), Buffer.from(odd), bytes.subarray(place)]);
});

/** Lines of all kinds: events, almost JSON, odd UTF-8, random bytes, blank lines. */
export const arbitraryLine = fc.oneof(
  { weight: 3, arbitrary: objectText.map((text) => Buffer.from(text)) },
  jsonText.map((text) => Buffer.from(text)),
  { weight: 3, arbitrary: nearJson.map((text) => Buffer.from(text)) },
  nearUtf8,
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', ' ', '\r', '\t \r').map((text) => Buffer.from(text)),
);
