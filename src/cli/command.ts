import { setMaxListeners } from "node:events";
import { DrawingError } from "../diagram/drawing/index.js";
import { DiagramError } from "../diagram/index.js";
import { EvaluationError } from "../evaluate/index.js";
import { LandscapeError } from "../landscape/index.js";
import { SimulationError } from "../simulate/index.js";
import { helpOf, overview } from "./help.js";
import { readArguments, UsageError } from "./usage.js";
import { type ExitStatus, FaultAfterAnswer, type Terminal } from "./verb.js";
import { verbs } from "./verbs/index.js";
import { version } from "./version.js";

/** Runs `diag` with these words after its name, and returns its exit status (LANGUAGE.md). */
export async function runCommand(words: readonly string[]): Promise<ExitStatus> {
  const interrupt = new AbortController();
  // Every worker listens to it.
  setMaxListeners(0, interrupt.signal);
  const terminal = processTerminal(interrupt.signal);
  process.stdout.on("error", endQuietly);
  // The first Ctrl-C asks the work to end and print what is known; the second ends at once.
  const onInterrupt = () => {
    if (interrupt.signal.aborted) {
      process.exit(3);
    }
    interrupt.abort();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  try {
    return await dispatch(words, terminal);
  } catch (thrown) {
    terminal.progress("");
    const { fault, known } = thrown instanceof FaultAfterAnswer ? thrown : { fault: thrown, known: {} };
    const message = messageOf(fault);
    terminal.note(`diag: ${message}`);
    if (words.includes("--json")) {
      terminal.print(JSON.stringify({ ...known, error: message }));
    }
    return 2;
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
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

function processTerminal(interrupt: AbortSignal): Terminal {
  const watched = process.stderr.isTTY === true;
  let shown = false;
  return {
    interrupt,
    print: (text) => {
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
