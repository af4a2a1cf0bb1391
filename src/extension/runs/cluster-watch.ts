import type { WatchParameters } from "../../runner/index.js";
import { type AskedRunner, RunnerGone } from "./runner-process.js";

/** Before a process that has ended is started anew, in milliseconds: ever longer. */
const pause = { first: 2000, growth: 2, longest: 300_000 } as const;

/**
 * Runs on a cluster, watched by a process of its own, which may end at any time: all that is known of a run is in its folder, so that
 * the next one goes on.
 */
export class ClusterWatch {
  private readonly closing = new AbortController();
  private started: AskedRunner | undefined;

  /** @param start called when there is something to watch, once. */
  constructor(private readonly start: () => AskedRunner) {}

  /** Watches a run until it has ended, or nobody watches any more. @throws in one line, when it cannot be watched. */
  async watch(parameters: WatchParameters): Promise<void> {
    const { signal } = this.closing;
    for (let wait: number = pause.first; !signal.aborted; ) {
      const began = performance.now();
      try {
        await this.process.ask("watch", parameters);
        return;
      } catch (error) {
        if (!(error instanceof RunnerGone)) {
          throw error;
        }
        // One that has worked for long has not ended for what ended the one before it.
        wait = performance.now() - began > pause.longest ? pause.first : wait;
        await passing(wait, signal);
        wait = Math.min(wait * pause.growth, pause.longest);
      }
    }
  }

  /** Cancels a run on the cluster. @returns what became of it, in one line. @throws in one line. */
  async cancel(parameters: WatchParameters): Promise<string> {
    return (await this.process.ask("cancelWatched", parameters)).line;
  }

  /** Lets all runs be: they go on where they are. */
  dispose(): void {
    this.closing.abort();
    this.started?.dispose();
  }

  private get process(): AskedRunner {
    this.started ??= this.start();
    return this.started;
  }
}

/** Resolves after so many milliseconds, or as soon as the signal aborts. */
function passing(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
    if (signal.aborted) {
      end();
    }
  });
}
