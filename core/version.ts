import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Program and version, as manifests name their producer. */
export const producer = `amplitude-export/${manifest.version}`;
