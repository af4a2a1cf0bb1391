import { spawn } from "node:child_process";
import { afterAwake } from "./patience.js";

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
  /** How many characters of each of its outputs are kept; 2²⁰ by default. */
  readonly mostOutput?: number;
}

/** How such a program ended. */
export interface ProgramEnd {
  /** Whether it ended by itself, with status 0. */
  readonly isWell: boolean;
  /** Its exit status; `null` where it could not be started, or was ended. */
  readonly status: number | null;
  /** The end of a line that begins with what it was: `was ended with status 1`. */
  readonly words: string;
  /** What it wrote on its standard output, and on its standard error: the beginning of each. */
  readonly output: string;
  readonly errors: string;
  /** Whether its standard output was longer. */
  readonly isCut: boolean;
}

const usualOutput = 2 ** 20;

/** Runs a program of somebody else's, in a group of its own, so that it can be ended with all that it has started. */
export function runOther({
  program,
  words,
  folder,
  environment,
  input,
  seconds,
  signal,
  mostOutput = usualOutput,
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
    let isCut = false;
    const endAll = (why: string) => {
      ended ||= why;
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    };
    const stop = () => endAll("was stopped");
    const stopWaiting = afterAwake(seconds, () => endAll(`was not done after ${seconds} s`));
    signal?.addEventListener("abort", stop, { once: true });
    const isOver = (by: number | null, how: string) => {
      stopWaiting();
      signal?.removeEventListener("abort", stop);
      const status = ended === "" ? by : null;
      resolve({ isWell: status === 0, status, words: ended || how, output, errors, isCut });
    };
    child.on("error", ({ message }) => isOver(null, `could not be started: ${message}`));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      isCut ||= output.length + text.length > mostOutput;
      output = (output + text).slice(0, mostOutput);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(0, mostOutput);
    });
    child.on("close", (status, how) =>
      isOver(status, `was ended ${how === null ? `with status ${status}` : `by ${how}`}`),
    );
    // One that does not read has its reasons, which its end tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
    if (signal?.aborted) {
      stop();
    }
  });
}
