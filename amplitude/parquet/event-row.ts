import { copyBytes, END_OF_CELL, END_OF_ROW, isNoValue, RETURN, RETURN_SIGN, writeCell } from './cells.ts';
import { FIELD_NUMBERS, type LineScanner } from '../line-scanner.ts';
import type { ParquetColumn } from './table.ts';

const UNKNOWN = -1;
const [QUOTE, COLON, COMMA, OPEN, CLOSE] = [0x22, 0x3a, 0x2c, 0x7b, 0x7d];

/** Makes the rows of events, and counts their values. */
export class EventRow {
  /** For each column, how many events have a value for it, of any kind. */
  readonly values: Float64Array;
  /** Whether a row has a `RETURN_SIGN`. */
  hasReturns = false;
  /** Where the value of each column is in the event, start and end; 0 and 0 when it has none. */
  readonly #places: Uint32Array;
  /** Where the keys and values of the other keys are: `FIELD_NUMBERS` for each. */
  #others: number[] = [];
  /** The columns of the last event's keys, in the order of the keys: the next event most often has the same. */
  readonly #guesses: number[] = [];
  readonly #columns: readonly ParquetColumn[];
  readonly #keys: readonly Buffer[];
  readonly #columnOfKey: ReadonlyMap<string, number>;

  constructor(columns: readonly ParquetColumn[]) {
    this.values = new Float64Array(columns.length);
    this.#places = new Uint32Array(columns.length * 2);
    this.#columns = columns;
    this.#keys = columns.map(({ key }) => Buffer.from(key));
    this.#columnOfKey = new Map(columns.map(({ key }, column) => [key, column]));
  }

  /** The most bytes that a row of the event can have which the scanner found. */
  mostBytes(scanner: LineScanner): number {
    // What the line does not have: the ends of the cells and of the row, and the braces of the other keys.
    return scanner.bytes.length + this.#columns.length + 4;
  }

  /**
   * Writes the row of the event that the scanner found, with its end. Of a key that comes twice the last value counts.
   * Returns where the row ends in `target`.
   */
  write(scanner: LineScanner, target: Buffer, at: number): number {
    const { memory } = scanner;
    this.#find(scanner, memory);
    let to = at;
    for (let column = 0; column < this.#columns.length; column += 1) {
      to = this.#writeColumn(column, memory, target, to);
      target[to] = END_OF_CELL;
      to += 1;
    }
    to = this.#writeOthers(memory, target, to);
    this.#replaceReturns(target.subarray(at, to));
    target[to] = END_OF_ROW;
    return to + 1;
  }

  #find(scanner: LineScanner, memory: Buffer): void {
    this.#places.fill(0);
    this.#others = [];
    let field = 0;
    for (const table of scanner.fieldTables()) {
      for (let index = 0; index < table.length; index += FIELD_NUMBERS, field += 1) {
        const key = table[index] ?? 0;
        const keyEnd = table[index + 1] ?? 0;
        const value = table[index + 2] ?? 0;
        const valueEnd = table[index + 3] ?? 0;
        const column = this.#columnOf(field, memory, key, keyEnd);
        if (column === UNKNOWN) {
          this.#others.push(key, keyEnd, value, valueEnd);
        } else {
          this.#places[column * 2] = value;
          this.#places[column * 2 + 1] = valueEnd;
        }
      }
    }
  }

  /** The column of a key: most often that of the last event's key in the same place. */
  #columnOf(field: number, memory: Buffer, start: number, end: number): number {
    const guess = this.#guesses[field];
    if (guess !== undefined && isSame(this.#keys[guess], memory, start, end)) return guess;
    const text = memory.toString('utf8', start, end);
    const key = text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
    const column = this.#columnOfKey.get(key) ?? UNKNOWN;
    if (field < this.#columns.length * 2) this.#guesses[field] = column;
    return column;
  }

  #writeColumn(column: number, memory: Buffer, target: Buffer, at: number): number {
    const start = this.#places[column * 2] ?? 0;
    const end = this.#places[column * 2 + 1] ?? 0;
    const kind = this.#columns[column]?.kind;
    if (end === 0 || kind === undefined || isNoValue(kind, memory, start, end)) return at;
    this.values[column] = (this.values[column] ?? 0) + 1;
    return writeCell(kind, memory, start, end, target, at);
  }

  /** The other keys as one JSON object, byte for byte; nothing when there are none. */
  #writeOthers(memory: Buffer, target: Buffer, at: number): number {
    const others = this.#others;
    if (others.length === 0) return at;
    let to = at;
    for (let index = 0; index < others.length; index += FIELD_NUMBERS) {
      target[to] = index === 0 ? OPEN : COMMA;
      target[to + 1] = QUOTE;
      to = copyBytes(memory, others[index] ?? 0, others[index + 1] ?? 0, target, to + 2);
      target[to] = QUOTE;
      target[to + 1] = COLON;
      to = copyBytes(memory, others[index + 2] ?? 0, others[index + 3] ?? 0, target, to + 2);
    }
    target[to] = CLOSE;
    return to + 1;
  }

  #replaceReturns(row: Buffer): void {
    for (let at = row.indexOf(RETURN); at !== -1; at = row.indexOf(RETURN, at)) {
      row[at] = RETURN_SIGN;
      this.hasReturns = true;
    }
  }
}

function isSame(key: Buffer | undefined, memory: Buffer, start: number, end: number): boolean {
  if (key === undefined || key.length !== end - start) return false;
  for (let index = 0; index < key.length; index += 1) {
    if (key[index] !== memory[start + index]) return false;
  }
  return true;
}
