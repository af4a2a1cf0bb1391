import { type CancellationToken, CancellationTokenSource } from "vscode-jsonrpc/node";

/** What `ask` comes to, with a token for JSON-RPC that is cancelled when the signal aborts. */
export async function withToken<Result>(
  signal: AbortSignal | undefined,
  ask: (token: CancellationToken) => Promise<Result>,
): Promise<Result> {
  const cancellation = new CancellationTokenSource();
  const stop = () => cancellation.cancel();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) {
    stop();
  }
  try {
    return await ask(cancellation.token);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
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
