import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { variables } from '../config/variables.ts';

const readme = await readFile('README.md', 'utf8');

describe('the configuration table of the README', () => {
  const rows = new Map(
    [...readme.matchAll(/^\| `(\w+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(([, name, fallback, help]) => [
      name,
      { fallback, help },
    ]),
  );

  /** What is no text of the table of variables. */
  const elsewhere: Readonly<Record<string, string>> = {
    WORK_DIR: '~/.cache/amplitude-export/work (XDG)',
    PARSE_THREADS: 'one for each core',
  };

  it('lists every variable', () => {
    expect([...rows.keys()]).toEqual(Object.keys(variables));
  });

  it.each(Object.entries(variables))('tells the default and the meaning of %s', (name, variable) => {
    expect(rows.get(name)?.help).toBe(variable.help);
    const fallback = 'fallback' in variable ? variable.fallback : (elsewhere[name] ?? '');
    expect(rows.get(name)?.fallback?.replaceAll('`', '')).toBe(fallback);
  });
});
