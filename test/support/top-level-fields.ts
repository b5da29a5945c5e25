/** A key and its value, as a line has them: the key without its quotes, the value as JSON text. */
export interface FieldText {
  readonly key: string;
  readonly value: string;
}

/** A character that says where a value or a string begins or ends. */
const TOKEN = /["{}[\]:,]/g;

/**
 * The top-level keys and values of an event, given as text, in their order. It trusts that the line is one JSON object: a
 * second opinion, by other means than the scanner's.
 */
export function topLevelFields(line: string): FieldText[] {
  const fields: FieldText[] = [];
  let depth = 0;
  let key: string | undefined;
  let start = 0;
  let textEnd = 0;
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    if (index < textEnd) continue;
    if (token === '"') textEnd = endOfText(line, index);
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth === 1 && key === undefined && token === ':') {
      key = line.slice(start, index).trim().slice(1, -1);
      start = index + 1;
    } else if ((depth === 1 && token === ',') || depth === 0) {
      if (key !== undefined) fields.push({ key, value: line.slice(start, index).trim() });
      key = undefined;
      start = index + 1;
    } else if (depth === 1 && token === '{' && start === 0) {
      start = index + 1;
    }
  }
  return fields;
}

/** Where the string ends that begins at `start`, its quotes included. */
function endOfText(line: string, start: number): number {
  for (let quote = line.indexOf('"', start + 1); ; quote = line.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (line[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}
