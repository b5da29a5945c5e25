import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/archives.ts';
import { outcomeOf, plainLanding } from '../support/archive-outcome.ts';
import { corpusCases, CORPUS } from './cases.ts';
import { CULPRIT } from './corpus-case.ts';
import { expectationOf } from './expectation.ts';

const files = (await readdir(CORPUS)).sort();
const MAX_BYTES = 20_000;

function fileNames(kind: 'landed' | 'refused'): string[] {
  return files.filter((file) => expectationOf(file).kind === kind);
}

describe('the archive corpus', () => {
  it('has the files that `npm run make-corpus` makes, and no other', async () => {
    expect(files).toEqual(corpusCases.map(({ name }) => `${name}.zip`).sort());
    const others: string[] = [];
    for (const { name, bytes } of corpusCases) {
      if (!bytes.equals(await readFile(`${CORPUS}/${name}.zip`))) others.push(name);
    }
    expect(others).toEqual([]);
  });

  it('is small', () => {
    expect(corpusCases.filter(({ bytes }) => bytes.length > MAX_BYTES)).toEqual([]);
  });

  it.each(fileNames('landed'))('%s', async (file) => {
    const expectation = expectationOf(file);
    const zip = await readFile(`${CORPUS}/${file}`);
    const folder = await temporaryFolder();
    const outcome = await outcomeOf(zip, folder, expectation.limits);
    const landing = plainLanding(zip, expectation.limits.maxLineBytes);
    expect(outcome).toEqual({ kind: 'landed', landing });
    expect({
      kind: 'landed',
      limits: expectation.limits,
      events: landing.members.flatMap(({ events }) => events).length,
      rejected: landing.rejected.length,
    }).toEqual(expectation);
    const otherFiles = (await readdir(folder)).filter(
      (name) => !/^(events|rejected)-\d{4}\.json\.gz$/.test(name),
    );
    expect(otherFiles).toEqual(['export.zip']);
  });

  it.each(fileNames('refused'))('%s', async (file) => {
    const expectation = expectationOf(file);
    const zip = await readFile(`${CORPUS}/${file}`);
    const outcome = await outcomeOf(zip, await temporaryFolder(), expectation.limits);
    const { kind, type, message } = { message: '', type: '', ...outcome };
    expect({ kind, type, limits: expectation.limits }).toEqual(expectation);
    expect(message).toMatch(corpusCases.find(({ name }) => `${name}.zip` === file)?.says ?? /^$/);
    expect(message.includes(`"${CULPRIT}`)).toBe(zip.includes(CULPRIT));
    expect(message.length).toBeLessThan(400);
  });
});
