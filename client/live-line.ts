/**
 * Shows the state of long work. On a terminal one line is written over and over; elsewhere each new state gets a
 * line of its own. Goes to stderr, so that results can be piped.
 */
export class LiveLine {
  readonly #out: NodeJS.WriteStream;
  #shown = '';

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  /** Shows a state. The estimate, which changes all the time, is no reason for a new line where lines stay. */
  show(state: string, estimate = ''): void {
    if (this.#out.isTTY) this.#out.write(`\r\u001B[2K${(state + estimate).slice(0, this.#out.columns - 1)}`);
    else if (state !== this.#shown) this.#out.write(`${state}${estimate}\n`);
    this.#shown = state;
  }

  /** Leaves the last state standing, on a terminal too. */
  end(): void {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\n');
    this.#shown = '';
  }
}
