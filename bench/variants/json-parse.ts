import { measured } from './measured.ts';
import { parseLines } from './parse-lines.ts';

// `node json-parse.js ARCHIVE`
await measured(() => parseLines(String(process.argv[2])));
