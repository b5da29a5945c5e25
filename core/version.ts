import { createRequire } from 'node:module';

// By name, not by path: in the compiled tree this file is one folder deeper.
const { version } = createRequire(import.meta.url)('#package.json') as { version: string };

/** Program and version, for the field `producer` of manifests. */
export const producer = `amplitude-export/${version}`;
