/** The signals that ask a program to end. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** The exit status by which shells tell that a signal ended a program. */
export const statusOfSignal: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * A later request to stop that comes within so many milliseconds of the first is the same one: `timeout` signals its child
 * and then the child's group, and a terminal and a scheduler may both pass on what they were told.
 */
export const sameRequest = 500;

/** The first request to stop asks the work to end in order; one that comes later ends the process at once. */
export class Stop {
  private readonly asked = new AbortController();
  private readonly now: () => number;
  private first: { readonly at: number; readonly by: StopSignal } | undefined;
  /** Ends the process, for somebody who does not want to wait for the end of the work. */
  endAtOnce: () => void = () => process.exit(statusOfSignal[this.first?.by ?? "SIGINT"]);

  /** @param now a clock of milliseconds that never goes back. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** Aborts when somebody asks the work to end. */
  get signal(): AbortSignal {
    return this.asked.signal;
  }

  /** What asked first. */
  get by(): StopSignal | undefined {
    return this.first?.by;
  }

  /** Takes a request. */
  request(by: StopSignal): void {
    const now = this.now();
    if (this.first === undefined) {
      this.first = { at: now, by };
      this.asked.abort();
    } else if (now - this.first.at >= sameRequest) {
      this.endAtOnce();
    }
  }
}
