import { readFile } from 'node:fs/promises';
import { messageOf } from '../../../core/errors.ts';
import { InputInvalid } from '../../../core/interval.ts';

/** The prices of a store, in USD. */
export interface Prices {
  /** What they are the prices of, and of when, in words. */
  readonly name: string;
  /** For 1,000 requests of the class PUT, COPY, POST and LIST. */
  readonly usdPer1000PutRequests: number;
  /** For 1,000 requests of the class GET and all others. */
  readonly usdPer1000GetRequests: number;
  /** For 2^30 bytes that are stored for a month. */
  readonly usdPerGiBMonth: number;
}

/** The list prices of AWS. Source: https://aws.amazon.com/s3/pricing/, the date is in the file. */
const DEFAULT_FILE = new URL('aws-s3-standard.json', import.meta.url);

const MAX_NAME = 200;

const name = {
  isRight: (value: unknown): boolean =>
    typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME,
  form: `a text of at most ${MAX_NAME} characters`,
};
const price = {
  isRight: (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  form: 'a number, 0 or more',
};

const FIELDS: Readonly<Record<keyof Prices, typeof price>> = {
  name,
  usdPer1000PutRequests: price,
  usdPer1000GetRequests: price,
  usdPerGiBMonth: price,
};

/**
 * Reads the prices from a JSON file, by default the list prices of AWS.
 * @throws InputInvalid when the file cannot be read or is no JSON object, or naming each field that is wrong, missing or
 *   unknown
 */
export async function readPrices(file: string | URL = DEFAULT_FILE): Promise<Prices> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new InputInvalid(`--prices ${String(file)} cannot be read (${messageOf(error)})`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new InputInvalid(`--prices ${String(file)} holds no JSON object; write { ${fieldList()} }`);
  const problems = problemsOf(content);
  if (problems.length === 0) return content as Prices;
  throw new InputInvalid(`--prices ${String(file)}: ${problems.join('; ')}`);
}

function problemsOf(content: object): string[] {
  const given: Readonly<Record<string, unknown>> = { ...content };
  const wrong = Object.entries(FIELDS)
    .filter(([field, { isRight }]) => !isRight(given[field]))
    .map(([field, { form }]) => `${field} ${field in given ? 'must be' : 'is missing: write'} ${form}`);
  const unknown = Object.keys(given).filter((field) => !Object.hasOwn(FIELDS, field));
  return unknown.length === 0
    ? wrong
    : [...wrong, `unknown: ${unknown.map((field) => JSON.stringify(field)).join(', ')}`];
}

function fieldList(): string {
  return Object.keys(FIELDS)
    .map((field) => `"${field}": ...`)
    .join(', ');
}
