import { mkdir, rm, writeFile } from 'node:fs/promises';
import { corpusCases, CORPUS } from './cases.ts';

// `npm run make-corpus`: writes every archive of the corpus where its test finds it.
await rm(CORPUS, { recursive: true, force: true });
await mkdir(CORPUS, { recursive: true });
for (const { name, bytes } of corpusCases) await writeFile(`${CORPUS}/${name}.zip`, bytes);
console.log(`${CORPUS}: ${corpusCases.length} archives`);
