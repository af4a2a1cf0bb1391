import type { ChildProcess } from "node:child_process";
import type { Worker } from "node:worker_threads";

/** How a thread or a process of ours ended that was not told to. */
export interface ChildEnd {
  /** The end of a line that begins with what it was: `failed: out of range`, `was ended by SIGKILL`. */
  readonly words: string;
  /** What brought it down, in one line; absent where it ended by itself, or was ended. */
  readonly failure?: string;
  /** Whether it needed more memory than it may have. */
  readonly outOfMemory: boolean;
  /** The line among the last that it printed which tells best why it ended; absent when none does. */
  readonly lastWords?: string;
}

/** A thread that is supervised from its start on, until it is told to end. It does not keep this process alive unless it is told to. */
export class Thread {
  private isEnded = false;

  /**
   * @param worker one that has just been started.
   * @param said hears each message.
   * @param gone hears once that it has ended without being told to.
   */
  constructor(
    private readonly worker: Worker,
    said: (message: unknown) => void,
    gone: (end: ChildEnd) => void,
  ) {
    worker.unref();
    worker.on("message", (message: unknown) => {
      if (!this.isEnded) {
        said(message);
      }
    });
    // An error may be told before what the thread had said; its exit is told after that.
    let end: ChildEnd | undefined;
    worker.on("error", ({ message, code }: NodeJS.ErrnoException) => {
      const failure = message.split("\n")[0]!;
      end = { words: `failed: ${failure}`, failure, outOfMemory: code === "ERR_WORKER_OUT_OF_MEMORY" };
    });
    worker.on("exit", (status) => {
      if (!this.isEnded) {
        this.isEnded = true;
        gone(end ?? { words: `ended with status ${status}`, outOfMemory: false });
      }
    });
  }

  post(message: unknown): void {
    this.worker.postMessage(message);
  }

  /** Whether it keeps this process alive. */
  keep(isKept: boolean): void {
    if (isKept) {
      this.worker.ref();
    } else {
      this.worker.unref();
    }
  }

  /** Ends it at once, whatever it does; nothing more is heard of it. Resolves when it is gone. */
  end(): Promise<unknown> {
    this.isEnded = true;
    return this.worker.terminate();
  }
}

/** How much of what a process prints is kept to tell why it ended, in characters. */
const keptNotes = 10_000;

/**
 * Supervises a process that has just been started, with pipes for what it prints.
 * @param printed hears what it prints, as it comes.
 * @param gone hears once that it has ended, when all that it printed has come, or that it could not be started.
 * @param streams on which it prints: both when absent.
 */
export function watchProcess(
  child: ChildProcess,
  printed: (text: string) => void,
  gone: (end: ChildEnd) => void,
  streams: readonly ChildProcess["stdout"][] = [child.stdout, child.stderr],
): void {
  let notes = "";
  for (const stream of streams) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      notes = (notes + text).slice(-keptNotes);
      printed(text);
    });
  }
  let isGone = false;
  const end = (words: string, failure?: string): void => {
    if (isGone) {
      return;
    }
    isGone = true;
    const lastWords = lastWordsOf(notes);
    gone({
      words,
      ...(failure === undefined ? {} : { failure }),
      outOfMemory: /heap out of memory|Array buffer allocation failed/.test(notes),
      ...(lastWords === undefined ? {} : { lastWords }),
    });
  };
  child.on("error", ({ message }) => end(`could not be started: ${message}`, message));
  child.on("close", (status, signal) =>
    end(`was ended ${signal === null ? `with status ${status}` : `by ${signal}`}`),
  );
}

function lastWordsOf(notes: string): string | undefined {
  const lines = notes.split("\n").map((line) => line.trim());
  const error = lines.findLast((line) => /^(\w*Error\b|FATAL|fatal|terminate)/.test(line));
  const last = lines.findLast((line) => line !== "" && !/^(Warning|Node\.js v|at )/.test(line));
  return (error ?? last)?.slice(0, 200);
}
