import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A program that runs in the background: started, ended and started again by its process id. */
export class Daemon {
  private child: ChildProcess | undefined;

  /**
   * @param name for people, and of the file with what it says.
   * @param folders `run` is where it runs, `logs` has what it says.
   */
  constructor(
    readonly name: string,
    private readonly program: string,
    private readonly words: readonly string[],
    private readonly environment: NodeJS.ProcessEnv,
    private readonly folders: { readonly run: string; readonly logs: string },
  ) {}

  /** Its process id; `undefined` while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it in a session of its own, so that keys of a terminal do not reach it. Does nothing while it runs. */
  start(): void {
    if (this.child !== undefined) {
      return;
    }
    const log = openSync(this.log, "a");
    const child = spawn(this.program, this.words, {
      env: this.environment,
      stdio: ["ignore", log, log],
      detached: true,
      cwd: this.folders.run,
    });
    closeSync(log);
    child.on("error", () => undefined);
    child.on("exit", () => {
      if (this.child === child) {
        this.child = undefined;
      }
    });
    this.child = child;
    child.unref();
  }

  /** Asks it to end in order, and waits until it has; ends it after so many seconds. */
  async stop(seconds = 15): Promise<void> {
    const child = this.child;
    if (child === undefined) {
      return;
    }
    child.ref();
    const hasExited = once(child, "exit");
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    await hasExited;
    clearTimeout(late);
  }

  /** Ends it at once, as a crash would. What it has started lives on. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child !== undefined) {
      child.ref();
      const hasExited = once(child, "exit");
      child.kill("SIGKILL");
      await hasExited;
    }
  }

  /** Makes it fall silent: connections to it are taken and never answered. */
  freeze(): void {
    this.child?.kill("SIGSTOP");
  }

  /** Lets it go on. */
  thaw(): void {
    this.child?.kill("SIGCONT");
  }

  /** Where what it says is kept. */
  get log(): string {
    return join(this.folders.logs, `${this.name}.log`);
  }

  /** The last lines of what it has said. */
  lastLines(count = 10): string {
    return readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  }
}
