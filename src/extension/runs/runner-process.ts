import { fork } from "node:child_process";
import type * as vscode from "vscode";
import { isAnswer, type RunnerRequests, runnerMethods } from "../../runner/index.js";
import { AskedProcess, type ProcessServer } from "../../work/asked-process.js";

/** What the runner may ask and tell; what is returned is disposed of when the process has ended. */
export type RunnerServer = ProcessServer;

/** How the runner's process is started. */
export interface ProcessSettings {
  /** The bundle. */
  readonly module: string;
  /** The most memory that its data may take, in MiB. */
  readonly memory: number;
}

/** What others need of the runner's process. */
export type AskedRunner = Pick<RunnerProcess, "ask" | "kill" | "dispose" | "processId">;

/** The process ended while something was asked of it; its message is one line that says why. */
export class RunnerGone extends Error {
  override readonly name = "RunnerGone";
}

/** The runner as a process. It is killed, not asked, to stop work that does not let it listen. */
export class RunnerProcess implements vscode.Disposable {
  private readonly asked: AskedProcess;
  private memory = 0;

  /**
   * @param settings asked at each start.
   * @param serve hears what the process asks and tells, from each start on.
   * @param log told what the process prints, line by line.
   * @param idle milliseconds after which a process that nothing is asked of is let go; never when absent.
   */
  constructor(
    private readonly settings: () => ProcessSettings,
    serve: RunnerServer,
    log: (line: string) => void,
    idle?: number,
  ) {
    this.asked = new AskedProcess({
      start: () => this.start(),
      serve,
      ...(idle === undefined ? {} : { idle }),
      isStale: () => this.settings().memory !== this.memory,
      printed: (text) => {
        const lines = text.trim();
        if (lines !== "") {
          log(lines);
        }
      },
      reasonOf: ({ words, failure, outOfMemory }) =>
        new RunnerGone(
          outOfMemory
            ? `the engine needed more than ${this.memory} MiB of memory; raise diag.engine.memory, or ask for a lower order`
            : `${failure === undefined ? "the engine's process" : "the engine"} ${words}`,
        ),
    });
  }

  /** The process's number, while there is one. */
  get processId(): number | undefined {
    return this.asked.processId;
  }

  /**
   * Asks the runner something.
   * @throws RunnerGone when the process ends before it answers; errors of one line when it refuses, or answers something else than
   * it was asked.
   */
  async ask<Name extends keyof RunnerRequests>(
    name: Name,
    parameters: RunnerRequests[Name]["parameters"],
    signal?: AbortSignal,
  ): Promise<RunnerRequests[Name]["answer"]> {
    const answer = await this.asked.ask<unknown>(runnerMethods[name], parameters, signal);
    if (!isAnswer(name, answer)) {
      throw new Error("the engine's process answered something else than it was asked; reload the window");
    }
    return answer;
  }

  /** Ends the process at once; what waits for it is told so. The next request starts a new one. */
  kill(): void {
    this.asked.kill();
  }

  dispose(): void {
    this.kill();
  }

  private start() {
    const { module, memory } = this.settings();
    this.memory = memory;
    return fork(module, [], {
      execArgv: [`--max-old-space-size=${memory}`],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
  }
}
