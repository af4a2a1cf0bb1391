import { spawn } from "node:child_process";

/** How a program of somebody else's is run to its end. */
export interface ProgramRun {
  /** Absolute. */
  readonly program: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What it reads on its standard input. */
  readonly input?: string;
  /** After which it is ended, with all that it has started. */
  readonly seconds: number;
  /** Ends it likewise. */
  readonly signal?: AbortSignal;
}

/** How such a program ended. */
export interface ProgramEnd {
  /** Whether it ended by itself, with status 0. */
  readonly isWell: boolean;
  /** The end of a line that begins with what it was: `was ended with status 1`. */
  readonly words: string;
  /** What it wrote on its standard output, and on its standard error: the first mebibyte of each. */
  readonly output: string;
  readonly errors: string;
}

const mostOutput = 2 ** 20;

/** Runs a program of somebody else's, in a group of its own, so that it can be ended with all that it has started. */
export function runOther({
  program,
  words,
  folder,
  environment,
  input,
  seconds,
  signal,
}: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...environment },
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    let [output, errors, ended] = ["", "", ""];
    const endAll = (why: string) => {
      ended ||= why;
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    };
    const stop = () => endAll("was stopped");
    const timer = setTimeout(() => endAll(`was not done after ${seconds} s`), seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
    const isOver = (isWell: boolean, how: string) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve({ isWell: isWell && ended === "", words: ended || how, output, errors });
    };
    child.on("error", ({ message }) => isOver(false, `could not be started: ${message}`));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(0, mostOutput);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(0, mostOutput);
    });
    child.on("close", (status, how) =>
      isOver(status === 0, `was ended ${how === null ? `with status ${status}` : `by ${how}`}`),
    );
    // One that does not read has its reasons, which its end tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
    if (signal?.aborted) {
      stop();
    }
  });
}
