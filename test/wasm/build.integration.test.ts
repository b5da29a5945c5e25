import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { compileModule, moduleNames } from '../../wasm/build.ts';

describe('a WebAssembly module', () => {
  it.each(moduleNames)('is what its sources compile to, byte for byte: %s', async (name) => {
    const compiled = await compileModule(name);
    // If this fails, `npm run build:wasm` makes it anew from the sources.
    expect(Buffer.from(compiled).equals(await readFile(`wasm/${name}.wasm`))).toBe(true);
    expect(Buffer.from(await compileModule(name)).equals(compiled)).toBe(true);
  });
});
