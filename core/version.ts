import { createRequire } from 'node:module';

// By name, not by path: this file is one folder deeper in the compiled tree.
const { version } = createRequire(import.meta.url)('#package.json') as { version: string };

/** Program and version, as manifests name their producer. */
export const producer = `amplitude-export/${version}`;
