import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder of the examples. By name, not by path: in the compiled tree this file is one folder deeper. */
export const examplesFolder = join(
  dirname(createRequire(import.meta.url).resolve('#package.json')),
  'examples',
);

/** The text of a file of `examples/sql/duckdb`. */
export function duckDbFile(name: string): Promise<string> {
  return readFile(join(examplesFolder, 'sql', 'duckdb', name), 'utf8');
}
