import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type PrintedStream, Printer } from "../../src/cli/printer.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const command = join(root, "dist", "diag.js");

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
  /** What is said on standard error, but for {@link phasesOf}, which depends on how busy the machine is. */
  readonly errors: string;
}

/** What is said on standard error of work that takes more than two seconds, a line each. */
export function phasesOf(errors: string): string[] {
  return errors.match(/^.* …\n/gm) ?? [];
}

/** What is said on standard error but for that. */
export function withoutPhases(errors: string): string {
  return errors.replace(/^.* …\n/gm, "");
}

export interface DiagOptions {
  readonly cwd?: string;
  /** Kills the process as soon as this folder has a file in it that is not still being written. */
  readonly killOnce?: string;
  /** Presses Ctrl-C then. */
  readonly interruptOnce?: string;
  /** Asks it to end as soon as it has told that there are trials; in this process only. */
  readonly stopAtProgress?: boolean;
  /** Presses Ctrl-C when it has printed this. */
  readonly interruptAfter?: RegExp;
  /** Where it keeps its passing state, instead of the user's folder. */
  readonly state?: string;
  /** Variables beside the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs the built `diag`: in this process, or in one of its own as a user would where that is what makes the difference, since
 * it is killed, interrupted or given variables. Calls in this process go one after the other, each in its folder.
 */
export function diag(words: readonly string[], options: DiagOptions = {}): Promise<Outcome> {
  const { killOnce, interruptOnce, interruptAfter, environment } = options;
  if ((killOnce ?? interruptOnce ?? interruptAfter ?? environment) !== undefined) {
    return diagProcess(words, options);
  }
  const outcome = called.then(() => diagHere(words, options));
  called = outcome.catch(() => undefined);
  return outcome;
}

let called: Promise<unknown> = Promise.resolve();

/** The command as it is bundled, but for the thread that listens to signals meanwhile. */
async function diagHere(words: readonly string[], options: DiagOptions): Promise<Outcome> {
  const { cwd = root, state, stopAtProgress } = options;
  const { runCommand } = (await import(pathToFileURL(join(root, "dist", "diag-command.js")).href)) as {
    readonly runCommand: typeof import("../../src/cli/command.js").runCommand;
  };
  const answers = new MemoryStream();
  const messages = new MemoryStream();
  const printer = new Printer(answers, messages);
  const stop = new AbortController();
  const before = { folder: process.cwd(), state: process.env.XDG_STATE_HOME };
  process.chdir(cwd);
  setState(state ?? before.state);
  try {
    const status = await runCommand(words, {
      interrupt: stop.signal,
      print: (text) => printer.print(text),
      note: (line) => printer.note(line),
      progress: () => stopAtProgress && stop.abort(),
      doing: () => undefined,
      known: () => undefined,
    });
    return { status, output: answers.text, errors: messages.text };
  } finally {
    process.chdir(before.folder);
    setState(before.state);
  }
}

function setState(folder: string | undefined): void {
  if (folder === undefined) {
    delete process.env.XDG_STATE_HOME;
  } else {
    process.env.XDG_STATE_HOME = folder;
  }
}

class MemoryStream implements PrintedStream {
  text = "";

  write(text: string, done: () => void): void {
    this.text += text;
    done();
  }

  on(): void {
    // What is kept in memory has no faults.
  }
}

/** Runs the built `diag` in a process of its own. */
export function diagProcess(words: readonly string[], options: DiagOptions = {}) {
  return new Promise<Outcome>((resolve, reject) => {
    const { state, killOnce, interruptOnce, interruptAfter, environment } = options;
    const own = state === undefined ? environment : { ...environment, XDG_STATE_HOME: state };
    const env = { ...process.env, ...own };
    const child = spawn(process.execPath, [command, ...words], { cwd: options.cwd ?? root, env });
    const awaited = killOnce ?? interruptOnce;
    const watch = setInterval(() => {
      if (awaited === undefined || !existsSync(awaited)) {
        return;
      }
      if (readdirSync(awaited).every((name) => name.endsWith(".new"))) {
        return;
      }
      child.kill(killOnce === undefined ? "SIGINT" : "SIGKILL");
      clearInterval(watch);
    }, 20);
    let output = "";
    let errors = "";
    let interrupted = false;
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (interrupted || !interruptAfter?.test(output)) {
        return;
      }
      interrupted = true;
      child.kill("SIGINT");
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(watch);
      resolve({ status, output, errors: withoutPhases(errors) });
    });
  });
}

/** A process that a test signals itself. */
export class RunningDiag {
  readonly child: ChildProcess;
  output = "";
  errors = "";
  private readonly watches = new Set<() => void>();
  private readonly closed: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;

  constructor(words: readonly string[], { state, environment, cwd }: DiagOptions = {}, detached = false) {
    const own = state === undefined ? environment : { ...environment, XDG_STATE_HOME: state };
    const env = { ...process.env, ...own };
    const child = spawn(process.execPath, [command, ...words], { cwd: cwd ?? root, env, detached });
    this.child = child;
    child.stdout.on("data", (chunk) => {
      this.output += chunk;
      this.look();
    });
    child.stderr.on("data", (chunk) => {
      this.errors += chunk;
      this.look();
    });
    this.closed = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status, signal) => resolve({ status, signal }));
    });
  }

  /** Resolves when it has said this on standard error. @throws when it ends before. */
  async said(what: RegExp): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      const look = () => {
        if (what.test(this.errors)) {
          resolve();
        }
      };
      this.watches.add(look);
      look();
    });
    const ended = this.closed.then(({ status }) => {
      if (!what.test(this.errors)) {
        throw new Error(`it ended with status ${status} and never said ${what}: ${this.errors}`);
      }
    });
    await Promise.race([heard, ended]);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What it came to. */
  async ended(): Promise<Outcome & { readonly signal: NodeJS.Signals | null }> {
    const how = await this.closed;
    return { ...how, output: this.output, errors: withoutPhases(this.errors) };
  }

  private look(): void {
    for (const look of this.watches) {
      look();
    }
  }
}

/** Runs a verb with `--json` and parses the one object it prints. */
export async function diagJson<Result = Record<string, unknown>>(
  words: readonly string[],
  cwd?: string,
  options: DiagOptions = {},
) {
  const outcome = await diag([...words, "--json"], cwd === undefined ? options : { ...options, cwd });
  return { ...outcome, json: JSON.parse(outcome.output) as Result };
}

/** A folder of its own for one test, with these files. */
export async function withFolder<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "diag-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
