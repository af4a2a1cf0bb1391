/**
 * A later request to stop that comes within so many milliseconds of the first is the same one: `timeout` signals its child
 * and then the child's group, and a terminal and a scheduler may both pass on what they were told.
 */
export const sameRequest = 2000;

/** The first request to stop asks the work to end in order; one that comes much later ends the process at once. */
export class Stop {
  readonly #asked = new AbortController();
  readonly #now: () => number;
  /** On the clock given. */
  #first: number | undefined;
  /** Ends the process, for somebody who does not want to wait for the end of the work. */
  endAtOnce: () => void = () => process.exit(3);

  /** @param now a clock of milliseconds that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Aborts when somebody asks the work to end. */
  get signal(): AbortSignal {
    return this.#asked.signal;
  }

  /** Takes a request. */
  request(): void {
    const now = this.#now();
    if (this.#first === undefined) {
      this.#first = now;
      this.#asked.abort();
    } else if (now - this.#first >= sameRequest) {
      this.endAtOnce();
    }
  }
}
