import { fileURLToPath } from 'node:url';

/** The workflow code in one file, made at build time so that a worker starts at once and runs what was tested. */
export const workflowBundlePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** The same workflow code, with the interceptors of OpenTelemetry. */
export const tracedBundlePath = fileURLToPath(new URL('../workflow-bundle-traced.js', import.meta.url));
