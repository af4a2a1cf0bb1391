import { setMaxListeners } from "node:events";
import { DrawingError } from "../diagram/drawing/index.js";
import { DiagramError } from "../diagram/index.js";
import { EvaluationError } from "../evaluate/index.js";
import { LandscapeError } from "../landscape/index.js";
import { SimulationError } from "../simulate/index.js";
import { helpOf, overview } from "./help.js";
import type { Stop } from "./stop.js";
import { readArguments, UsageError } from "./usage.js";
import { type ExitStatus, FaultAfterAnswer, type Terminal } from "./verb.js";
import { verbs } from "./verbs/index.js";
import { version } from "./version.js";

/**
 * Runs `diag` with these words after its name, and returns its exit status (LANGUAGE.md).
 * @param stop asks the work to end and print what is known.
 */
export async function runCommand(words: readonly string[], stop: Stop): Promise<ExitStatus> {
  // Every worker listens to it.
  setMaxListeners(0, stop.signal);
  const terminal = processTerminal(stop.signal);
  process.stdout.on("error", endQuietly);
  const isJson = words.includes("--json");
  let hasEnded = false;
  stop.endAtOnce = () => {
    // All that is left then is to let go of threads and devices.
    if (hasEnded) process.exit();
    const message = "ended at once, before the work that was to stop had come to its end";
    terminal.progress("");
    terminal.note(`diag: ${message}`);
    if (isJson && !terminal.hasPrinted) terminal.print(JSON.stringify({ error: message }));
    process.exit(3);
  };
  try {
    return await dispatch(words, terminal);
  } catch (thrown) {
    terminal.progress("");
    const { fault, known } = thrown instanceof FaultAfterAnswer ? thrown : { fault: thrown, known: {} };
    const message = messageOf(fault);
    terminal.note(`diag: ${message}`);
    if (isJson) {
      terminal.print(JSON.stringify({ ...known, error: message }));
    }
    return 2;
  } finally {
    hasEnded = true;
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [name, ...rest] = words;
  if (name === undefined) {
    terminal.note(overview());
    return 2;
  }
  if (name === "--version" || name === "-v") {
    terminal.print(version);
    return 0;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    const about = verbs.find((verb) => verb.name === rest[0]);
    terminal.print(about ? helpOf(about) : overview());
    return 0;
  }
  const verb = verbs.find((one) => one.name === name);
  if (name.startsWith("-")) {
    throw new UsageError(
      `${name} stands before a verb; write the verb first, such as diag check FILE --json (diag --help)`,
    );
  }
  if (!verb) {
    throw new UsageError(
      `there is no verb ${name}; the verbs are ${verbs.map((one) => one.name).join(", ")} (diag --help)`,
    );
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.print(helpOf(verb));
    return 0;
  }
  return verb.run(readArguments(rest, verb.options), terminal);
}

/** A reader such as `head` that has had enough closes the pipe; that is no error of ours. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") {
    throw error;
  }
  process.exit(0);
}

/** One line for the user; the unexpected says so, and is not hidden behind a stack. */
function messageOf(error: unknown): string {
  const expected = [
    UsageError,
    DiagramError,
    DrawingError,
    EvaluationError,
    LandscapeError,
    SimulationError,
    RangeError,
  ];
  if (expected.some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  const text = error instanceof Error ? error.message : String(error);
  return `unexpected: ${text.split("\n")[0]} (please report it with the file that shows it)`;
}

function processTerminal(interrupt: AbortSignal): Terminal & { readonly hasPrinted: boolean } {
  const watched = process.stderr.isTTY === true;
  let shown = false;
  let hasPrinted = false;
  return {
    interrupt,
    get hasPrinted() {
      return hasPrinted;
    },
    print: (text) => {
      hasPrinted = true;
      process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (watched && (shown || text !== "")) {
        process.stderr.write(`\r\u001b[2K${text.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
        shown = text !== "";
      }
    },
  };
}
