import { printable } from '../../core/printable.ts';

/** Off a terminal, the shortest time between two lines in milliseconds; later it is a twentieth of the time so far. */
const FIRST_WAIT_MS = 450;

/**
 * Shows the state of long work on stderr, so that results can be piped. On a terminal it overwrites one line; elsewhere
 * each new state gets a line of its own, ever fewer as time goes on.
 */
export class LiveLine {
  readonly #out: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #shown = '';
  #shownAt = -Infinity;
  #heldBack: string | undefined;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  /** Shows a state. The estimate changes all the time: off a terminal, it alone causes no new line. */
  show(text: string, estimate = ''): void {
    const state = printable(text);
    if (this.#out.isTTY) {
      this.#out.write(`\r\u001B[2K${(state + estimate).slice(0, this.#out.columns - 1)}`);
      this.#shown = state;
      return;
    }
    if (state === this.#shown) return;
    const now = performance.now();
    if (now - this.#shownAt < Math.max(FIRST_WAIT_MS, (now - this.#startedAt) / 20)) {
      this.#heldBack = state;
      return;
    }
    this.#write(state + estimate, state, now);
  }

  /** Ends the line; the last state stays visible. */
  end(): void {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\n');
    if (this.#heldBack !== undefined) this.#write(this.#heldBack, this.#heldBack, performance.now());
    this.#shown = '';
  }

  #write(line: string, state: string, now: number): void {
    this.#out.write(`${line}\n`);
    this.#shown = state;
    this.#shownAt = now;
    this.#heldBack = undefined;
  }
}
