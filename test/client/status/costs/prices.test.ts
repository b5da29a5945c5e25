import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPrices } from '../../../../client/status/costs/prices.ts';
import { temporaryFolder } from '../../../support/s3.ts';

const folder = await temporaryFolder();
const file = join(folder, 'prices.json');
const prices = {
  name: 'our store',
  usdPer1000PutRequests: 0.01,
  usdPer1000GetRequests: 0,
  usdPerGiBMonth: 0.005,
};

it('are by default the list prices of AWS S3 Standard in us-east-1', async () => {
  expect(await readPrices()).toEqual({
    name: expect.stringMatching(/AWS S3 Standard in us-east-1, .*\d{4}-\d\d-\d\d/) as unknown,
    usdPer1000PutRequests: 0.005,
    usdPer1000GetRequests: 0.0004,
    usdPerGiBMonth: 0.023,
  });
});

it('come from a file', async () => {
  await writeFile(file, JSON.stringify(prices));
  expect(await readPrices(file)).toEqual(prices);
});

it('come from a file like that in docs/ledger.md', async () => {
  const [, example = ''] = /```json\n(\{[^]*?\})\n```/.exec(await readFile('docs/ledger.md', 'utf8')) ?? [];
  await writeFile(file, example);
  expect(await readPrices(file)).toEqual(JSON.parse(example));
});

it.each([
  [{ ...prices, usdPerGiBMonth: '0.02' }, 'usdPerGiBMonth must be a number, 0 or more'],
  [{ ...prices, usdPer1000PutRequests: -1 }, 'usdPer1000PutRequests must be a number, 0 or more'],
  [{ ...prices, usdPer1000GetRequests: null }, 'usdPer1000GetRequests must be a number, 0 or more'],
  [{ ...prices, name: ' ' }, 'name must be a text of at most 200 characters'],
  [{ ...prices, name: 'x'.repeat(201) }, 'name must be a text of at most 200 characters'],
  [{ ...prices, colour: 'red', size: 1 }, 'unknown: "colour", "size"'],
  [
    { name: 7, usdPer1000GetRequests: 1, put: 1 },
    'name must be a text of at most 200 characters; usdPer1000PutRequests is missing: write a number, 0 or more; usdPerGiBMonth is missing: write a number, 0 or more; unknown: "put"',
  ],
  [[prices], 'holds no JSON object; write { "name": ..., "usdPer1000PutRequests": ...,'],
  ['text', 'holds no JSON object'],
])('are refused, with each field that is wrong: %j', async (content, problem) => {
  await writeFile(file, JSON.stringify(content));
  await expect(readPrices(file)).rejects.toMatchObject({
    type: 'InputInvalid',
    message: expect.stringContaining(problem) as unknown,
  });
});

it('are refused when the file is not there or is no JSON', async () => {
  await expect(readPrices(join(folder, 'none.json'))).rejects.toMatchObject({
    type: 'InputInvalid',
    message: expect.stringMatching(/^--prices .*none\.json cannot be read \(ENOENT/) as unknown,
  });
  await writeFile(file, '{"name": 1e999');
  await expect(readPrices(file)).rejects.toMatchObject({ type: 'InputInvalid' });
});
