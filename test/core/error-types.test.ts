import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { variables } from '../../config/variables.ts';
import { allErrorTypes, isErrorType, notRetryableTypes, remedyFor } from '../../core/error-types.ts';

const folders = 'core config alerts amplitude bronze work-dir activities workflows worker client local'.split(
  ' ',
);

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

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
  it.each(allErrorTypes)('says what happens at %s, why, and what to do, in plain sentences', (type) => {
    const { remedy, reason, whatToDo } = remedyFor(type);
    expect(['retry', 'restart', 'final']).toContain(remedy);
    for (const text of [reason, whatToDo]) {
      expect(text).toMatch(/^[A-Z"].{10,}\.$/);
      // It is shown as text on a terminal, and as Markdown in the Web UI.
      expect(text).not.toMatch(/[*<>[\]|`\\]|\s{2}/);
    }
  });

  it('lists the types that no retry of the same activity can heal as not retryable', () => {
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
  ])('calls final what no retry can heal: %s', (type) => {
    expect(allErrorTypes.filter((known) => remedyFor(known).remedy === 'final')).toContain(type);
  });

  it('recognizes its names, and no others', () => {
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
    const elsewhere = sources.filter(({ file }) => !file.startsWith('core/error-types'));
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

describe('what to do', () => {
  const advice = allErrorTypes.map((type) => remedyFor(type).whatToDo).join('\n');
  const all = (pattern: RegExp): string[] => [...advice.matchAll(pattern)].map(([, found = '']) => found);
  const commandLine = sources
    .flatMap(({ file, text }) => (file.startsWith('client/') ? text : []))
    .join('\n');

  it('names only verbs and options that exist', () => {
    const words = all(/"npx amplitude-export ([^"]+)"/g).flatMap((command) => command.split(' '));
    const verbs = words.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'));
    const options = words.filter((word) => word.startsWith('--') && word !== '--help');
    expect(verbs.length).toBeGreaterThan(10);
    expect(verbs.filter((verb) => !new RegExp(`(command\\(|name: )'${verb}'`).test(commandLine))).toEqual([]);
    expect(options.filter((option) => !commandLine.includes(`('${option} <`))).toEqual([]);
  });

  it('names only scripts, files and variables that exist', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { readonly scripts: object };
    expect(all(/"npm run ([\w:]+)/g).filter((script) => !(script in scripts))).toEqual([]);
    expect(all(/\b(\w+\/\w+\.(?:md|ts))\b/g).filter((file) => !existsSync(file))).toEqual([]);
    const told = `${readText('README.md')}${readText('docs/networks.md')}`;
    const names = all(/\b([A-Z][A-Z\d]*_[A-Z\d_]+)\b/g);
    expect(names.filter((name) => !(name in variables) && !told.includes(`\`${name}\``))).toEqual([]);
  });
});

/** The text without Markdown, and without the marks around commands. */
function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll(/[`"]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('docs/errors.md', () => {
  const happens = {
    final: 'Not retried.',
    retry: 'Retried.',
    restart: 'The hour starts again from extract.',
  } as const;

  it('says of every type, under its name, what the table says', () => {
    const sections = readText('docs/errors.md').split(/^#+ /m);
    const told = sections.map((section) => plain(section)).filter((text) => isErrorType(text.split(' ')[0]));
    const expected = allErrorTypes.map((type) => {
      const { remedy, reason, whatToDo } = remedyFor(type);
      return plain(`${type} ${happens[remedy]} ${reason} **What to do**: ${whatToDo}`);
    });
    expect(told).toEqual(expected);
  });
});
