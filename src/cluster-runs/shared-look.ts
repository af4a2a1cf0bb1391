import type { CouldNotAsk, QueueAnswer } from "../cluster/index.js";

/** Looks at the whole queue, for arrays of these tokens. */
export type AskQueue = (tokens: ReadonlySet<string>, signal: AbortSignal) => Promise<QueueAnswer>;

/** Those who wait for one question. */
interface Gathering {
  readonly tokens: Set<string>;
  readonly stop: AbortController;
  waiting: number;
  answer: Promise<QueueAnswer>;
}

/**
 * Puts questions together that come within a short time. A question begins after all who share it have asked, so that it sees what each of
 * them knows to be submitted, and when the one before it is answered.
 */
export class SharedLook {
  private gathering: Gathering | undefined;
  private before: Promise<unknown> = Promise.resolve();

  /** @param stopped what those are told who do not wait any longer. */
  constructor(
    private readonly ask: AskQueue,
    private readonly stopped: CouldNotAsk,
  ) {}

  /** @param patience how long the first waits for others, in milliseconds. */
  look(tokens: ReadonlySet<string>, patience: number, signal?: AbortSignal): Promise<QueueAnswer> {
    if (signal?.aborted) {
      return Promise.resolve(this.stopped);
    }
    this.gathering ??= this.gather(patience);
    const own = this.gathering;
    for (const token of tokens) {
      own.tokens.add(token);
    }
    own.waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        resolve(this.stopped);
        own.waiting--;
        if (own.waiting === 0) {
          // Nobody is to share what was stopped.
          if (this.gathering === own) {
            this.gathering = undefined;
          }
          own.stop.abort();
        }
      };
      signal?.addEventListener("abort", leave, { once: true });
      void own.answer.then((answer) => {
        signal?.removeEventListener("abort", leave);
        resolve(answer);
      }, reject);
    });
  }

  private gather(patience: number): Gathering {
    const tokens = new Set<string>();
    const stop = new AbortController();
    const own: Gathering = { tokens, stop, waiting: 0, answer: Promise.resolve(this.stopped) };
    const { before } = this;
    own.answer = pause(patience, stop.signal)
      .then(() => before.catch(() => undefined))
      .then(() => {
        if (this.gathering === own) {
          this.gathering = undefined;
        }
        return stop.signal.aborted ? this.stopped : this.ask(tokens, stop.signal);
      });
    this.before = own.answer;
    return own;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
