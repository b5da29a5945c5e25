import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = new URL('../../../', import.meta.url);

/**
 * What the workflow code of the next version does otherwise: `wording` changes a summary, which Temporal does not compare;
 * `patched` and `unpatched` add a step, as docs/changing-workflows.md says, and without the patch.
 */
export type VersionChange = 'wording' | 'patched' | 'unpatched';

const edits: Readonly<Record<VersionChange, readonly (readonly [from: string, to: string])[]>> = {
  wording: [['summary: window,', 'summary: `hour ${window}`,']],
  patched: addedStep("if (patched('a-step-more')) await sleep(1);"),
  unpatched: addedStep('await sleep(1);'),
};

function addedStep(step: string): [string, string][] {
  return [
    ['import { CancellationScope,', 'import { patched, sleep, CancellationScope,'],
    ["enter('extract');", `enter('extract'); ${step}`],
  ];
}

function path(name: string): string {
  return fileURLToPath(new URL(name, project));
}

/**
 * Makes the next version of the program in an empty folder: a copy of this build with changed workflow code. Returns the path of
 * its command line.
 */
export async function makeNextVersion(folder: string, change: VersionChange): Promise<string> {
  const tests = path('dist/test');
  await cp(path('dist'), join(folder, 'dist'), { recursive: true, filter: (file) => file !== tests });
  await cp(path('package.json'), join(folder, 'package.json'));
  await symlink(path('node_modules'), join(folder, 'node_modules'));
  const edited = join(folder, 'dist/workflows/land-hour.js');
  let code = await readFile(edited, 'utf8');
  for (const [from, to] of edits[change]) {
    if (!code.includes(from)) throw new Error(`${edited} does not contain ${from}`);
    code = code.replace(from, to);
  }
  await writeFile(edited, code);
  await promisify(execFile)(process.execPath, [join(folder, 'dist/worker/build-bundle.js')]);
  return join(folder, 'dist/client/main.js');
}
