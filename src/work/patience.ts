import type { CancellationToken } from "vscode-jsonrpc";

/* How long others are waited for. */

/** A signal as JSON-RPC takes it. */
export function tokenOf(signal: AbortSignal): CancellationToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested(listener) {
      const hear = () => listener(undefined);
      signal.addEventListener("abort", hear, { once: true });
      return { dispose: () => signal.removeEventListener("abort", hear) };
    },
  };
}

/** What work comes to, but no later than when the signal aborts: then `undefined`, and the work goes on unwatched. */
export async function unlessAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result | undefined> {
  let stop = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) {
      stop();
    }
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** In how many steps a time is waited for. Of a sleep, of the machine or of this process alone, no more than one step counts. */
const steps = 16;

/**
 * Has something done after a time in which this process was awake: who slept has waited for nobody.
 * @param isReset asked at each step whether the time begins anew.
 * @returns ends it.
 */
export function afterAwake(seconds: number, act: () => void, isReset = (): boolean => false): () => void {
  let left = steps;
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    timer = setTimeout(
      () => {
        left = isReset() ? steps : left - 1;
        if (left === 0) {
          act();
        } else {
          wait();
        }
      },
      Math.ceil((seconds * 1000) / steps),
    );
  };
  wait();
  return () => clearTimeout(timer);
}

/**
 * What work comes to of somebody who says now and then that it goes on.
 * @param seconds for which nothing may be heard of it while this process is awake.
 * @param heard when something was last heard, on any clock.
 * @param late called when nothing was heard for so long.
 * @throws what `late` returns, and what the work throws.
 */
export async function unlessSilent<Result>(
  seconds: number,
  heard: () => number,
  work: () => Promise<Result>,
  late: () => Error,
): Promise<Result> {
  let end = (): void => undefined;
  const silence = new Promise<never>((_, reject) => {
    let last = heard();
    end = afterAwake(
      seconds,
      () => reject(late()),
      () => {
        const before = last;
        last = heard();
        return last !== before;
      },
    );
  });
  try {
    return await Promise.race([work(), silence]);
  } finally {
    end();
  }
}
