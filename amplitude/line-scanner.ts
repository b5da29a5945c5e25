import { giveBack, instantiate, writeBytes, type WasmExports } from '../core/wasm-module.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { LinesDigest } from './digest.ts';
import { LinesTally } from './lines-tally.ts';
import { outsideOf } from './upload-time.ts';

/** Where a line is in its member: `line` counts from 1, blank lines too; `offset` is in unpacked bytes. */
export interface LinePosition {
  readonly line: number;
  readonly offset: number;
}

/**
 * What a line is. An event is one JSON object in valid UTF-8 (RFC 8259; a byte order mark is not JSON). A blank line has
 * nothing but spaces, tabs and carriage returns.
 */
export type LineKind = 'event' | 'blank' | 'rejected';

/** Why a line is kept aside. */
export type RejectReason = 'invalid UTF-8' | 'invalid JSON' | 'not a JSON object' | 'too long';

/** What the scanner found: a line, or the next piece of a line that is too long to be held. The last one may be empty. */
export type Found = LineKind | 'piece' | 'last piece';

/** What a scanner is made for. */
export interface ScannerOptions {
  readonly maxLineBytes: number;
  /** The hour that the events are expected in; without it none counts as outside. */
  readonly window?: HourWindow;
  /** The kinds of lines that `next` returns. It passes the others, but always returns pieces of long lines. */
  readonly wanted?: readonly LineKind[];
}

/** What `wasm/assembly/lines.ts` exports. Places are addresses in its memory. */
interface LinesModule extends WasmExports {
  begin(maxLineBytes: number, wanted: number): void;
  took(bytes: number): void;
  finish(): void;
  next(): number;
  walkAgain(first: number): void;
  fieldTable(): number;
  hourPlace(): number;
  leastPlace(): number;
  leastLength(): number;
  greatestPlace(): number;
  greatestLength(): number;
  readonly fields: WebAssembly.Global<number>;
  readonly timeStart: WebAssembly.Global<number>;
  readonly timeEnd: WebAssembly.Global<number>;
  readonly start: WebAssembly.Global<number>;
  readonly end: WebAssembly.Global<number>;
  readonly passed: WebAssembly.Global<number>;
  readonly reason: WebAssembly.Global<number>;
  readonly line: WebAssembly.Global<bigint>;
  readonly offset: WebAssembly.Global<bigint>;
  readonly events: WebAssembly.Global<bigint>;
  readonly rejected: WebAssembly.Global<bigint>;
  readonly blank: WebAssembly.Global<bigint>;
  readonly lacksNewline: WebAssembly.Global<number>;
  readonly outside: WebAssembly.Global<bigint>;
  readonly sum0: WebAssembly.Global<bigint>;
  readonly sum1: WebAssembly.Global<bigint>;
}

/** The numbers that `next` returns. */
const FOUND: readonly (Found | undefined)[] = [
  undefined,
  'event',
  'blank',
  'rejected',
  'piece',
  'last piece',
];
/** It also returns this number, for an event whose upload time has to be decoded here. */
const ENCODED_TIME = 6;
const REASONS: readonly RejectReason[] = ['invalid UTF-8', 'invalid JSON', 'not a JSON object', 'too long'];
/** How many fields the module's table holds. */
const TABLE_FIELDS = 65_536;
/** The numbers of a field: where its key, without quotes, and its value begin and end in the scanner's memory. */
export const FIELD_NUMBERS = 4;

/**
 * Cuts a stream of bytes into lines, and judges, digests and counts each, in WebAssembly. It holds at most one line of
 * `maxLineBytes` and the bytes of one `push`. A longer line is rejected and comes in pieces, so that no line can exhaust
 * memory.
 */
export class LineScanner {
  readonly #module = instantiate('lines') as LinesModule;
  readonly #wantsEvents: boolean;
  /** What the events add whose upload time was decoded here. */
  readonly #decoded = new LinesTally();
  readonly #isOutside: (uploadTime: string) => boolean;

  constructor({ maxLineBytes, window, wanted = [] }: ScannerOptions) {
    const kinds = wanted.reduce((bits, kind) => bits | (1 << FOUND.indexOf(kind)), 0);
    this.#wantsEvents = wanted.includes('event');
    this.#isOutside = window === undefined ? () => false : outsideOf(window);
    this.#module.begin(maxLineBytes, kinds);
    if (window !== undefined) this.#view(this.#module.hourPlace(), window.length).write(window, 'latin1');
  }

  /** Takes the next bytes, a copy of them. Before it is called again, `next` must have returned undefined. */
  push(chunk: Uint8Array): void {
    writeBytes(this.#module, chunk);
    this.#module.took(chunk.length);
  }

  /** Ends the stream: what follows the last newline is a line too, unless it is nothing. `next` may then find more. */
  end(): void {
    this.#module.finish();
  }

  /** Goes on to the next wanted line. Undefined when more bytes are needed, or when the stream has ended. */
  next(): Found | undefined {
    for (;;) {
      const found = this.#module.next();
      if (found !== ENCODED_TIME) return FOUND[found];
      this.#decodeTime();
      if (this.#wantsEvents) return 'event';
    }
  }

  /** Counts and digests all lines that have come. */
  passAll(): void {
    while (this.next() !== undefined);
  }

  /** The bytes of the line or piece that `next` found, newline excluded: valid until the next `push`. */
  get bytes(): Buffer {
    const { start, end } = this.#module;
    return this.#view(start.value, end.value - start.value);
  }

  /** The lines, each with a newline, that the last `next` passed before it found one: valid until the next `push`. */
  get passed(): Buffer {
    const { passed, start } = this.#module;
    return this.#view(passed.value, start.value - passed.value);
  }

  /** The place of the line that `next` found. */
  get position(): LinePosition {
    return { line: Number(this.#module.line.value), offset: Number(this.#module.offset.value) };
  }

  /** Why the line is rejected that `next` found, in one piece or in several. */
  get reason(): RejectReason {
    return REASONS[this.#module.reason.value - 1] ?? 'too long';
  }

  /** The memory that the fields are in: valid until the next `push`. */
  get memory(): Buffer {
    return Buffer.from(this.#module.memory.buffer);
  }

  /**
   * The top-level keys and values of the wanted event that `next` found, in their order, as they are written: places in
   * `memory`, `FIELD_NUMBERS` for each. Each table is valid until the next one. Most events have only one.
   */
  *fieldTables(): Generator<Uint32Array, void> {
    const count = this.#module.fields.value;
    for (let first = 0; first < count; first += TABLE_FIELDS) {
      if (first > 0) this.#module.walkAgain(first);
      const numbers = Math.min(count - first, TABLE_FIELDS) * FIELD_NUMBERS;
      yield new Uint32Array(this.#module.memory.buffer, this.#module.fieldTable(), numbers);
    }
  }

  /** Gives the scanner's memory back. Nothing of it may be used afterwards. */
  close(): void {
    giveBack('lines', this.#module);
  }

  /** What the lines so far add up to, those in pieces when their last piece was found. */
  get tally(): LinesTally {
    const { events, rejected, outside, sum0, sum1 } = this.#module;
    const tally = new LinesTally(LinesDigest.of(sum0.value, sum1.value));
    tally.events = Number(events.value);
    tally.rejected = Number(rejected.value);
    tally.outsideWindow = Number(outside.value);
    tally.firstUploadTime = this.#time(this.#module.leastPlace(), this.#module.leastLength());
    tally.lastUploadTime = this.#time(this.#module.greatestPlace(), this.#module.greatestLength());
    tally.merge(this.#decoded);
    return tally;
  }

  /** How many of the lines so far are blank. */
  get blank(): number {
    return Number(this.#module.blank.value);
  }

  /** Whether the last line has no newline: known once the stream has ended. */
  get lacksNewline(): boolean {
    return this.#module.lacksNewline.value !== 0;
  }

  /** Takes the time of the last event. With the quotes before and after it, it is a JSON text. */
  #decodeTime(): void {
    const { timeStart, timeEnd } = this.#module;
    const time = String(
      JSON.parse(this.#view(timeStart.value - 1, timeEnd.value - timeStart.value + 2).toString()),
    );
    if (this.#isOutside(time)) this.#decoded.outsideWindow += 1;
    this.#decoded.seeTime(time);
  }

  #time(place: number, bytes: number): string | undefined {
    return bytes < 0 ? undefined : this.#view(place, bytes).toString('latin1');
  }

  #view(address: number, bytes: number): Buffer {
    return Buffer.from(this.#module.memory.buffer, address, bytes);
  }
}
