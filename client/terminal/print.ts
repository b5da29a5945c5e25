import { printable, printableJson } from '../../core/printable.ts';

// All output of the command line goes through here, except the live line: keys, names and messages from outside must
// neither move the cursor nor look like lines of this program. The linter allows the console nowhere else in this
// folder.

/** Prints lines to stdout; a line break within a line is shown as text. */
export function print(...lines: readonly string[]): void {
  console.log(lines.map(printable).join('\n'));
}

/** Prints lines to stderr, so that results can be piped. */
export function printAside(...lines: readonly string[]): void {
  console.error(lines.map(printable).join('\n'));
}

/** Prints a value as one line of JSON to stdout; `redact` removes secrets from it. */
export function printJson(value: unknown, redact: (text: string) => string = (text) => text): void {
  console.log(printableJson(redact(JSON.stringify(value))));
}

/** Prints a text with colours to stdout. It must not contain texts from outside. */
export function printPainted(text: string): void {
  console.log(text);
}
