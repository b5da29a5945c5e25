import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerb } from '../support/command-line.ts';
import { FakeStore } from '../support/fake-store/fake-store.ts';
import type { StoreFeature } from '../support/fake-store/missing-features.ts';
import { serveFakeStore } from '../support/fake-store/serve-fake-store.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
});

afterAll(() => pipeline.close());

async function envWithout(...lacks: readonly StoreFeature[]): Promise<Record<string, string>> {
  return { ...pipeline.env, AWS_ENDPOINT_URL_S3: await serveFakeStore(new FakeStore(lacks)) };
}

describe('on a store that ignores If-Match', () => {
  it('setup prints what the store does, and refuses it by name', async () => {
    const { code, out, err } = await runVerb(['setup'], await envWithout('if-match', 'list-uploads'));
    expect(out).toMatch(/^If-None-Match +yes$/m);
    expect(out).toMatch(/^If-Match +no +in 24 of 24 races both PUTs were stored; REQUIRED: /m);
    expect(out).toMatch(
      /^ListMultipartUploads +no +the store does not know it; unfinished uploads are not found/m,
    );
    expect(err).toMatch(
      /^StoreUnsuitable: hours can be lost on the store of the bucket .* lacks: If-Match \(/m,
    );
    expect(code).toBe(1);
  });

  it('a worker ends before its first hour', async () => {
    const { code, err } = await runVerb(['worker'], await envWithout('if-match'));
    expect(err).toMatch(/^StoreUnsuitable: .*If-Match/m);
    expect(code).toBe(1);
  });

  it('verify does not repair', async () => {
    const range = ['--from', '2026-01-01T00', '--to', '2026-01-01T00'];
    const { code, err } = await runVerb(['verify', ...range, '--repair'], await envWithout('if-match'));
    expect(err).toMatch(/^StoreUnsuitable: /m);
    expect(code).toBe(1);
  });
});

it('setup succeeds on a store that lacks only optional features, and says what follows', async () => {
  const env = await envWithout('checksum-kept', 'delete-objects', 'strong-etags');
  const { code, out } = await runVerb(['setup', '--json'], env);
  expect(code).toBe(0);
  const { store } = JSON.parse(out) as { store: { name: string; present: boolean }[] };
  const missing = store.filter(({ present }) => !present).map(({ name }) => name);
  expect(missing).toEqual(['strong ETags', 'checksum kept', 'DeleteObjects']);
});

it('setup makes the bucket, and does not change an existing one', async () => {
  const env = { ...pipeline.env, AWS_BUCKET_NAME: `${pipeline.bucket.name}-new` };
  const made = await runVerb(['setup'], env);
  expect(made.out).toMatch(new RegExp(`^bucket ${env.AWS_BUCKET_NAME}: made$`, 'm'));
  expect(made.out).toMatch(/^search attributes: (present|made .*AmplitudeExportFrom.*)$/m);
  expect(made.out).not.toMatch(/ {2}no /);
  expect(made.code).toBe(0);
  const again = await runVerb(['setup', '--json'], env);
  expect(JSON.parse(again.out)).toMatchObject({
    bucket: env.AWS_BUCKET_NAME,
    state: 'present',
    searchAttributes: [],
  });
});
