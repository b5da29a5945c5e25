import { printable, printableJson } from '../../core/printable.ts';

// All that the command line prints goes through here, but for the live line: keys, names and messages of others must
// neither move the cursor nor pose as a line of ours. The linter allows the console nowhere else in this folder.

/** Prints lines to stdout; a line break within one is shown, not obeyed. */
export function print(...lines: readonly string[]): void {
  console.log(lines.map(printable).join('\n'));
}

/** Prints lines to stderr, so that results can be piped. */
export function printAside(...lines: readonly string[]): void {
  console.error(lines.map(printable).join('\n'));
}

/** Prints a value as one line of JSON to stdout, without what `redact` takes out. */
export function printJson(value: unknown, redact: (text: string) => string = (text) => text): void {
  console.log(printableJson(redact(JSON.stringify(value))));
}

/** Prints a text with colours in it to stdout: one that has no word of others. */
export function printPainted(text: string): void {
  console.log(text);
}
