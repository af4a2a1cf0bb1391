import { setMaxListeners } from "node:events";
import { SimulationError } from "../compile/index.js";
import { DiagramError } from "../diagram/index.js";
import { DrawingError } from "../drawing/index.js";
import { EvaluationError } from "../evaluate/index.js";
import { LandscapeError } from "../landscape/index.js";
import { helpOf, overview } from "./help.js";
import { readArguments, UsageError } from "./usage.js";
import { type ExitStatus, FaultAfterAnswer, printJson, type Terminal } from "./verb.js";
import { verbs } from "./verbs/index.js";
import { version } from "./version.js";

/** Runs `diag` with these words after its name, and returns its exit status (LANGUAGE.md). */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  // Every worker listens to it.
  setMaxListeners(0, terminal.interrupt);
  try {
    return await dispatch(words, terminal);
  } catch (thrown) {
    const { fault, known } = thrown instanceof FaultAfterAnswer ? thrown : { fault: thrown, known: {} };
    const message = messageOf(fault);
    terminal.note(`diag: ${message}`);
    if (words.includes("--json")) {
      printJson(terminal, { ...known, error: message }, 2);
    }
    return 2;
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [name, ...rest] = words;
  if (name === undefined) {
    for (const line of overview().split("\n")) {
      terminal.note(line);
    }
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
