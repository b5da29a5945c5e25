import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

// The tests run from the repository root.
const top = readdirSync('.', { withFileTypes: true });
const folders = top
  .filter(({ name }) => !/^(\..*|node_modules|dist)$/.test(name))
  .filter((entry) => entry.isDirectory());
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
const read = (file: string): string => readFileSync(file, 'utf8');

const pages = [
  ...top.map(({ name }) => name).filter((name) => name.endsWith('.md')),
  ...folders.flatMap(({ name }) => filesIn(name, '.md')),
];
const sources = folders.flatMap(({ name }) => filesIn(name, '.ts'));

/** The places that a page's links lead to, but for those in the web: `bucket.md#verification`. */
function linksIn(page: string): string[] {
  const text = read(page);
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
  const referenced = [...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  return [...inline, ...referenced]
    .map(([, target = '']) => target)
    .filter((target) => !/^\w+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsIn(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function leadsNowhere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : join(dirname(page), file);
  return !existsSync(target) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
}

/** What a page names in backticks as a file or folder of this repository. */
function pathsIn(page: string): string[] {
  const paths = [...read(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, path = '']) => path);
  return paths.filter((path) => folders.some(({ name }) => path.startsWith(`${name}/`)));
}

describe('the documentation', () => {
  it.each(pages)('%s links to what is there', (page) => {
    expect(linksIn(page).filter((link) => leadsNowhere(page, link))).toEqual([]);
  });

  it.each(pages)('%s names files that are there', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(path))).toEqual([]);
  });

  it('has every page that the code refers to', () => {
    const missing = sources.flatMap((file) =>
      [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)]
        .filter(([page]) => !existsSync(page))
        .map(([page]) => `${file}: ${page}`),
    );
    expect(missing).toEqual([]);
  });

  it('lists every decision in their index', () => {
    const decisions = readdirSync('docs/decisions').filter((file) => file !== 'README.md');
    expect(linksIn('docs/decisions/README.md').toSorted()).toEqual(decisions.toSorted());
  });
});

it('the changelog begins with the version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(/^## (\S+) \((?:unreleased|\d{4}-\d{2}-\d{2})\)$/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
});
