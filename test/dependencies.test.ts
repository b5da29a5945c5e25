import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What package-lock.json says of one package, under the folder that it is installed in. */
interface LockedPackage {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: true;
  readonly hasInstallScript?: true;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const { packages } = readJson('package-lock.json') as { packages: Readonly<Record<string, LockedPackage>> };
const { allowScripts } = readJson('package.json') as { allowScripts: Readonly<Record<string, boolean>> };
const locked = Object.entries(packages).filter(([folder]) => folder !== '');
const nameOf = (folder: string): string => folder.replace(/^.*node_modules\//, '');

/** Packages with an install script, none of which runs: why each is not needed. */
const SCRIPTS_NOT_RUN: Readonly<Record<string, string>> = {
  '@swc/core': 'it checks for its native half, which is a package of its own',
  protobufjs: 'it looks at the version range that it was asked for by, and warns',
};

/** Licences that ask for no more than a notice, or for nothing. */
const LICENCES = new Set([
  'Apache-2.0',
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]);

/** Others, each with the reason why it will do. */
const LICENCES_OF: Readonly<Record<string, readonly [licence: string, reason: string]>> = {
  'caniuse-lite': [
    'CC-BY-4.0',
    'a table of browsers, read when a workflow is bundled; nothing of it is passed on',
  ],
  unionfs: ['none said', 'its LICENSE file is the Unlicense'],
};

/** The licence of a package: as it is installed, or, where it is for another platform, as the lock file says. */
function licenceOf(folder: string, entry: LockedPackage): string {
  const path = join(folder, 'package.json');
  const { license } = (existsSync(path) ? readJson(path) : entry) as { license?: string };
  return license ?? 'none said';
}

function isAllowed(name: string, licence: string): boolean {
  return LICENCES_OF[name]?.[0] === licence || licence.split(' AND ').every((one) => LICENCES.has(one));
}

describe('every package of the lock file', () => {
  it('has the hash of its content, so that a registry can serve no other', () => {
    expect(locked.length).toBeGreaterThan(300);
    expect(locked.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity))).toEqual([]);
  });

  it('comes from whichever registry npm is set to, not from an address', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('runs no script when it is installed', () => {
    const scripts = locked.flatMap(([folder, { hasInstallScript }]) =>
      hasInstallScript ? nameOf(folder) : [],
    );
    expect(new Set(scripts)).toEqual(new Set(Object.keys(SCRIPTS_NOT_RUN)));
    expect(allowScripts).toEqual(
      Object.fromEntries(Object.keys(SCRIPTS_NOT_RUN).map((name) => [name, false])),
    );
  });
});

describe('every package that a worker is shipped with', () => {
  const shipped = locked
    .filter(([, { dev }]) => dev === undefined)
    .map(([folder, entry]) => ({ name: nameOf(folder), licence: licenceOf(folder, entry) }));

  it('has a licence that is allowed', () => {
    expect(shipped.length).toBeGreaterThan(100);
    expect(shipped.filter(({ name, licence }) => !isAllowed(name, licence))).toEqual([]);
  });

  it('needs each exception that is made', () => {
    const names = new Set(shipped.map(({ name }) => name));
    expect(Object.keys(LICENCES_OF).filter((name) => !names.has(name))).toEqual([]);
  });
});
