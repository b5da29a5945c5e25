import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDockerfile } from '../support/compose.ts';
import { debian, node } from './base-parts.ts';

// The tests run from the repository root, where the Dockerfile and node_modules are.
const stages = readDockerfile(readFileSync('Dockerfile', 'utf8'));
const commands = (stages.find(({ name }) => name === 'dependencies')?.instructions ?? [])
  .filter(({ keyword, rest }) => keyword === 'RUN' && /\brm -r\b/.test(rest))
  .map(({ rest }) => rest);

/** The paths that a command of the Dockerfile removes, with their `*`, from the folder that it changes to. */
function removedBy(command: string): string[] {
  const folder = /\bcd (\S+)/.exec(command)?.[1] ?? '';
  const words = /\brm -r ([^&{]+)$/.exec(command)?.[1]?.trim().split(/\s+/) ?? [];
  return words.map((word) => join(folder, word));
}

/** The paths that are there, for a path in which a `*` may stand for one name. */
function expand(path: string): string[] {
  const [folder, rest] = path.split('/*');
  if (folder === undefined || rest === undefined) return existsSync(path) ? [path] : [];
  return readdirSync(folder)
    .map((name) => join(folder, name, rest))
    .filter((one) => existsSync(one));
}

const removed = commands.flatMap(removedBy);
/** The folder of a package in a path of something in it. */
const PACKAGE = /^node_modules\/(?:@[^/]+\/[^/]+|[^@/]+)(?=\/)/;
/** Folders of packages that stay. */
const parts = removed.flatMap(expand).filter((path) => PACKAGE.test(path));

/** The conditions under which Node looks into `exports`; `types` and those of bundlers are not among them. */
const CONDITIONS = ['node', 'import', 'require', 'module-sync', 'default'];

/** All files that Node may choose for an entry of `exports`: at each level the first condition that it has. */
function chosen(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry];
  if (typeof entry !== 'object' || entry === null) return [];
  if (Array.isArray(entry)) return entry.flatMap(chosen);
  if (Object.keys(entry).some((name) => name.startsWith('.'))) return Object.values(entry).flatMap(chosen);
  // `import` and `require` exclude each other, so each module system may stop at another one.
  return ['import', 'require'].flatMap((system) => {
    const other = system === 'import' ? 'require' : 'import';
    const found = Object.entries(entry).find(([name]) => CONDITIONS.includes(name) && name !== other);
    return chosen(found?.[1]);
  });
}

it('the image removes only what is there', () => {
  expect(removed.length).toBeGreaterThan(10);
  expect(removed.filter((path) => expand(path).length === 0)).toEqual([]);
});

it('Node chooses no file of a folder that the image removes', () => {
  const packages = new Set(parts.map((path) => PACKAGE.exec(path)?.[0] ?? ''));
  expect(packages.size).toBeGreaterThan(20);
  const wrong = [...packages].flatMap((folder) => {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    const { main = 'index.js', exports } = JSON.parse(text) as { main?: string; exports?: unknown };
    const files = exports === undefined ? [main] : chosen(exports);
    return files
      .map((file) => join(folder, file))
      .filter((file) => parts.some((part) => file.startsWith(`${part}/`)));
  });
  expect(wrong).toEqual([]);
});

it('the image test makes the base image that the Dockerfile names', () => {
  expect(stages[0]?.from).toBe(`node:${node.version}-${debian.version}-slim`);
});
