import { readFileSync } from 'node:fs';

const modules = new Map<string, WebAssembly.Module>();

/** What every module of `wasm/` exports: its memory, and where the next bytes are to be written. */
export interface WasmExports {
  readonly memory: WebAssembly.Memory;
  /** Makes room for so many bytes. Returns their address; 0 when there is no memory for them. */
  room(bytes: number): number;
}

/** Instances that nobody uses. */
const idle = new Map<string, WasmExports[]>();
/** An instance that has taken more memory than this is not kept: memory of an instance never shrinks. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * Makes an instance of a module of `wasm/`, with a memory of its own. A thread compiles each module once.
 * Returns what `wasm/assembly/NAME.ts` exports. The instance may have been used before, and given back.
 */
export function instantiate(name: 'lines' | 'crc64'): unknown {
  const kept = idle.get(name)?.pop();
  if (kept !== undefined) return kept;
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`../wasm/${name}.wasm`, import.meta.url)));
    modules.set(name, module);
  }
  return new WebAssembly.Instance(module).exports;
}

/** Gives back an instance that is not used any more: its memory would otherwise wait long for the garbage collector. */
export function giveBack(name: 'lines' | 'crc64', module: WasmExports): void {
  if (module.memory.buffer.byteLength > KEPT_BYTES) return;
  idle.set(name, [...(idle.get(name) ?? []), module]);
}

/** Writes bytes where the module takes them, and returns that address. @throws RangeError when there is no memory */
export function writeBytes(module: WasmExports, bytes: Uint8Array): number {
  const address = module.room(bytes.length);
  if (address === 0) throw new RangeError(`there is no memory for ${bytes.length} more bytes`);
  new Uint8Array(module.memory.buffer, address, bytes.length).set(bytes);
  return address;
}
