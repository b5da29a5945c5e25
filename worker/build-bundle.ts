import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { tracedBundlePath, workflowBundlePath } from './workflow-bundle.ts';

// A step of `npm run build`, after the compiler.
const options = {
  workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
  logger: new DefaultLogger('WARN'),
};
const { code } = await bundleWorkflowCode(options);
await writeFile(workflowBundlePath, code);
const traced = await bundleWorkflowCode({
  ...options,
  workflowInterceptorModules: [fileURLToPath(new URL('tracing/workflow-interceptors.js', import.meta.url))],
});
await writeFile(tracedBundlePath, traced.code);
