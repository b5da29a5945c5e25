import type { Choices, Random } from '../../local/sample-api/random.ts';

/** The offsets of a record's fields, each with its size in bytes. */
type Fields = Readonly<Record<number, number>>;

/** The signatures of zip records and of the gzip header, each with its fields that hold counts, sizes, offsets or flags. */
const RECORDS: Choices<readonly [signature: string, fields: Fields]> = [
  ['PK\x01\x02', { 8: 2, 10: 2, 16: 4, 20: 4, 24: 4, 28: 2, 30: 2, 32: 2, 42: 4 }],
  ['PK\x03\x04', { 18: 4, 22: 4, 26: 2, 28: 2 }],
  ['PK\x05\x06', { 4: 2, 8: 2, 10: 2, 12: 4, 16: 4, 20: 2 }],
  ['PK\x06\x06', { 4: 8, 16: 4, 24: 8, 32: 8, 40: 8, 48: 8 }],
  ['PK\x06\x07', { 4: 4, 8: 8, 16: 4 }],
  ['\x01\x00\x18\x00', { 0: 2, 2: 2, 4: 8, 12: 8, 20: 8 }],
  ['\x1f\x8b\x08', { 2: 1, 3: 1, 4: 4 }],
];

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Makes one to four random changes; inserted bytes come from `other`. */
export function mutate(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let mutated = bytes;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    mutated = random.pick(MUTATIONS)(mutated, random, other);
  }
  return mutated;
}

const invertBit: Mutation = (bytes, random) => {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  return put(bytes, at, [bytes.readUInt8(at) ^ (1 << random.below(8))]);
};

const putByte: Mutation = (bytes, random) =>
  put(bytes, random.below(bytes.length), [random.pick([0, 1, 0x0a, 0x22, 0x7f, 0x80, 0xff])]);

const cutShort: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

const takeOut: Mutation = (bytes, random) => {
  const [start, end] = rangeOf(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
};

const double: Mutation = (bytes, random) => {
  const [start, end] = rangeOf(bytes, random);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
};

const insert: Mutation = (bytes, random, other) => {
  const at = random.below(bytes.length + 1);
  const [start, end] = rangeOf(other, random);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at)]);
};

const splice: Mutation = (bytes, random, other) =>
  Buffer.concat([
    bytes.subarray(0, random.below(bytes.length + 1)),
    other.subarray(random.below(other.length + 1)),
  ]);

/** Changes the number in a field of a record. */
const editField: Mutation = (bytes, random) => {
  const [signature, fields] = random.pick(RECORDS);
  const places = placesOf(bytes, signature);
  const [record = 0, other = 0] = [anyOf(places, random), anyOf(places, random)];
  const [offset = '0', size = 1] = anyOf(Object.entries(fields), random) ?? [];
  const at = record + Number(offset);
  if (places.length === 0 || at + size > bytes.length) return bytes;
  const old = numberAt(bytes, at, size);
  const number = random.pick([
    old + 1n,
    old - 1n,
    old ^ (1n << BigInt(random.below(8 * size))),
    0n,
    numberAt(bytes, other + Number(offset), size),
    BigInt(bytes.length),
    BigInt(random.below(bytes.length + 1)),
    BigInt(random.next()),
    2n ** 53n,
    2n ** 64n - 1n,
  ]);
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt.asUintN(64, number));
  return put(bytes, at, field.subarray(0, size));
};

function numberAt(bytes: Buffer, at: number, size: number): bigint {
  const field = Buffer.alloc(8);
  field.set(bytes.subarray(at, at + size));
  return field.readBigUInt64LE();
}

function anyOf<T>(list: readonly T[], random: Random): T | undefined {
  return list[random.below(list.length)];
}

function placesOf(bytes: Buffer, signature: string): number[] {
  const places: number[] = [];
  let at = bytes.indexOf(signature, 0, 'latin1');
  while (at !== -1) {
    places.push(at);
    at = bytes.indexOf(signature, at + 1, 'latin1');
  }
  return places;
}

const MUTATIONS = [
  invertBit,
  putByte,
  cutShort,
  takeOut,
  double,
  insert,
  splice,
  editField,
  editField,
] as const;

function put(bytes: Buffer, at: number, values: ArrayLike<number>): Buffer {
  const changed = Buffer.from(bytes);
  changed.set(Array.from(values).slice(0, bytes.length - at), at);
  return changed;
}

function rangeOf(bytes: Buffer, random: Random): [number, number] {
  const start = random.below(bytes.length + 1);
  return [start, start + random.below(Math.min(bytes.length - start, 200) + 1)];
}
