import { type CancellationToken, CancellationTokenSource } from "vscode-jsonrpc/node";

/** What `ask` comes to, with a token for JSON-RPC that is cancelled when the signal aborts. */
export async function withToken<Result>(
  signal: AbortSignal | undefined,
  ask: (token: CancellationToken) => Promise<Result>,
): Promise<Result> {
  const cancellation = new CancellationTokenSource();
  const stop = () => cancellation.cancel();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    return await ask(cancellation.token);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
