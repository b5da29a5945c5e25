import type { Choices, Random } from '../../local/sample-api/random.ts';

const VALUES = [
  '{}',
  '{"uuid":"1"}',
  '{"a":"\\ud800","server_upload_time":"2026-01-01 05:00:00"}',
  '{"a":[[],{"b":9007199254740993}],"a":1e999}',
  '[1]',
  'null',
  '42',
  '"a"',
  '{"a":1',
  'upstream connect error',
  '\ufeff{}',
  '\0',
  '{"a":"\u{1f600}\u2028"}',
] as const;
const ODD_BYTES: Choices<readonly number[]> = [
  [0xff],
  [0xed, 0xa0, 0x80],
  [0xc0, 0xaf],
  [0xe2, 0x82],
  [0xf4, 0x90, 0x80, 0x80],
];
const ENDS = ['\n', '\n', '\n', '\r\n', '\n\n', ' \n', ''] as const;

/** Lines of all kinds, one after the other. */
export function randomText(random: Random): Buffer {
  const pieces: Buffer[] = [];
  for (let count = random.below(12); count > 0; count -= 1) {
    pieces.push(randomLine(random), Buffer.from(random.pick(ENDS)));
  }
  return Buffer.concat(pieces);
}

function randomLine(random: Random): Buffer {
  const value = Buffer.from(random.pick(VALUES));
  switch (random.below(8)) {
    case 0: {
      const at = random.below(value.length + 1);
      return Buffer.concat([value.subarray(0, at), Buffer.from(random.pick(ODD_BYTES)), value.subarray(at)]);
    }
    case 1:
      return Buffer.from(Array.from({ length: random.below(30) }, () => random.below(256)));
    case 2:
      return Buffer.from(`{"a":"${'x'.repeat(random.below(300))}"}`);
    case 3:
      return Buffer.from(`{"a":${'['.repeat(random.below(500))}${']'.repeat(random.below(500))}}`);
    case 4:
      return Buffer.alloc(random.below(3000), ' ');
    default:
      return value;
  }
}
