import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMemoryStream, main as assemblyScript } from 'assemblyscript/asc';

/** The modules, each made of the file of its name in `wasm/assembly/`. */
export const moduleNames = ['lines', 'crc64'] as const;

/** No runtime, since the modules allocate nothing. */
const OPTIONS = ['--runtime', 'stub', '--optimizeLevel', '3', '--noAssert', '--enable', 'simd'];

/**
 * Compiles one module. The same sources and the same compiler give the same bytes. The current folder is that of
 * package.json.
 * @throws an error with what the compiler says
 */
export async function compileModule(name: (typeof moduleNames)[number]): Promise<Uint8Array> {
  const source = join('wasm', 'assembly', `${name}.ts`);
  let binary: Uint8Array | undefined;
  const stderr = createMemoryStream();
  const { error } = await assemblyScript([source, '--outFile', `${name}.wasm`, ...OPTIONS], {
    stderr,
    writeFile: (_, content) => {
      binary = typeof content === 'string' ? Buffer.from(content) : content;
    },
  });
  if (error !== null || binary === undefined) throw new Error(`${source}: ${stderr.toString()}`);
  return binary;
}

// `npm run build:wasm` writes the modules, which are checked in.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of moduleNames) await writeFile(join('wasm', `${name}.wasm`), await compileModule(name));
}
