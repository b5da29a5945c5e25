import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allErrorTypes, isErrorType, notRetryableTypes, remedyFor } from '../../core/error-types.ts';

const folders = 'core config amplitude bronze host activities workflows worker client local'.split(' ');
const sources = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Every class that extends ExportError, with the type that it declares. */
const declared = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/^(?:export )?class (\w+) extends ExportError \{(.*?)^\}/gms)].map(
    ([, name = '', body = '']) => ({
      file,
      name,
      type: /readonly type(?:: ErrorType)? = '(\w+)'/.exec(body)?.[1],
      passesOn: body.includes('this.type = type'),
    }),
  ),
);

describe('the table of error types', () => {
  it.each(allErrorTypes)('says what %s asks for, and why', (type) => {
    const { remedy, reason } = remedyFor(type);
    expect(['retry', 'restart', 'final']).toContain(remedy);
    expect(reason).toMatch(/^\S.{10,}[^.\s]$/);
  });

  it('lists as not retryable whatever no retry of the same activity heals', () => {
    expect(notRetryableTypes).toContain('AccessDenied');
    expect(notRetryableTypes).toContain('WorkFilesLost');
    expect(notRetryableTypes).not.toContain('RateLimited');
    expect(notRetryableTypes).toEqual(allErrorTypes.filter((type) => remedyFor(type).remedy !== 'retry'));
  });

  it.each([
    'ExportTooLarge',
    'RequestInvalid',
    'AccessDenied',
    'ArchiveLimitsExceeded',
    'ConfigurationInvalid',
  ])('has the failures that the design calls final: %s', (type) => {
    expect(allErrorTypes.filter((known) => remedyFor(known).remedy === 'final')).toContain(type);
  });

  it('tells its names from any other', () => {
    expect(allErrorTypes.filter((type) => !isErrorType(type))).toEqual([]);
    expect(
      [undefined, null, 5, '', 'Error', 'toString', '__proto__', 'accessdenied'].filter(isErrorType),
    ).toEqual([]);
  });
});

describe('the classes of errors', () => {
  it('are found in the sources', () => {
    expect(declared.length).toBeGreaterThan(20);
  });

  it('each declare a type of the table, and are named after it', () => {
    const odd = declared.filter(
      ({ name, type, passesOn }) => !passesOn && !(isErrorType(type) && name === type),
    );
    expect(odd).toEqual([]);
  });

  it('declare no type twice', () => {
    const types = declared.flatMap(({ type }) => type ?? []);
    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  });

  it('leave no type of the table unused', () => {
    const elsewhere = sources.filter(({ file }) => file !== 'core/error-types.ts');
    const unused = allErrorTypes.filter((type) => !elsewhere.some(({ text }) => text.includes(`'${type}'`)));
    expect(unused).toEqual([]);
  });

  it('are each thrown somewhere', () => {
    const unthrown = declared.filter(
      ({ name }) => !sources.some(({ text }) => text.includes(`new ${name}(`)),
    );
    expect(unthrown).toEqual([]);
  });
});
