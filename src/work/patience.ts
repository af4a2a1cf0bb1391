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

/**
 * What work comes to of somebody who says now and then that it goes on.
 * @param seconds for which nothing may be heard of it.
 * @param heard when something was last heard, on the clock of `performance.now()`.
 * @param late called when nothing was heard for so long.
 * @throws what `late` returns, and what the work throws.
 */
export async function unlessSilent<Result>(
  seconds: number,
  heard: () => number,
  work: () => Promise<Result>,
  late: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const began = performance.now();
    const wait = (milliseconds: number) => {
      timer = setTimeout(() => {
        const left = Math.max(began, heard()) + seconds * 1000 - performance.now();
        if (left > 0) {
          return wait(left);
        }
        reject(late());
      }, milliseconds);
    };
    wait(seconds * 1000);
  });
  try {
    return await Promise.race([work(), silence]);
  } finally {
    clearTimeout(timer);
  }
}
