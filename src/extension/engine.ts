import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import * as vscode from "vscode";

/** How a verb of `diag` ended. */
export interface EngineAnswer<Result> {
  /** 0 as asked, 1 the answer is no, 3 inconclusive. */
  readonly status: number;
  readonly result: Result;
  /** Whether it was asked to stop; the result is what was known by then. */
  readonly stopped: boolean;
}

/** A verb that gave no result; its message is one line for the user. */
export class EngineError extends Error {}

const largestAnswer = 64 * 2 ** 20; // characters
const patience = 5000; // milliseconds between asking a process to stop and ending it

/** Runs verbs of the bundled `diag`, each in a process of its own, off the extension host. */
export class Engine implements vscode.Disposable {
  private readonly running = new Set<ChildProcess>();
  private readonly command: string;

  constructor(
    context: vscode.ExtensionContext,
    private readonly channel: vscode.LogOutputChannel,
  ) {
    this.command = context.asAbsolutePath(join("dist", "diag.js"));
  }

  /**
   * Runs `diag WORDS --json`.
   * @throws EngineError when there is no result; CancellationError when it was stopped before it had one.
   */
  run<Result>(words: readonly string[], token?: vscode.CancellationToken): Promise<EngineAnswer<Result>> {
    return new Promise((resolve, reject) => {
      if (token?.isCancellationRequested) return reject(new vscode.CancellationError());
      this.channel.debug(`diag ${words.join(" ")}`);
      const child = spawn(process.execPath, [this.command, ...words, "--json"], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
      this.running.add(child);
      let answer = "";
      let notes = "";
      let stopped = false;
      let deadline: NodeJS.Timeout | undefined;
      const cancellation = token?.onCancellationRequested(() => {
        stopped = true;
        child.kill("SIGINT");
        deadline = setTimeout(() => child.kill("SIGKILL"), patience);
      });
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        answer += text;
        if (answer.length > largestAnswer) child.kill("SIGKILL");
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        notes = (notes + text).slice(-10_000);
      });
      const end = (): void => {
        this.running.delete(child);
        cancellation?.dispose();
        clearTimeout(deadline);
      };
      child.on("error", (error) => {
        end();
        reject(new EngineError(`diag could not be started: ${error.message}`));
      });
      child.on("close", (status) => {
        end();
        if (notes.trim() !== "") this.channel.info(notes.trim());
        const result = parse(answer) as (Result & { readonly error?: string }) | undefined;
        if (result !== undefined && result.error === undefined && status !== null)
          return resolve({ status, result, stopped });
        if (stopped) return reject(new vscode.CancellationError());
        const reason =
          result?.error ??
          notes
            .trim()
            .split("\n")
            .at(-1)
            ?.replace(/^diag: /, "");
        reject(new EngineError(reason || `diag ${words[0]} ended without an answer`));
      });
    });
  }

  dispose(): void {
    for (const child of this.running) child.kill("SIGKILL");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
