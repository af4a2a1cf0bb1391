import { setMaxListeners } from "node:events";
import { CommanderError } from "commander";
import { ClusterFault } from "../cluster-runs/index.js";
import { SimulationError } from "../compile/index.js";
import { DiagramError } from "../diagram/index.js";
import { DrawingError } from "../drawing/index.js";
import { EvaluationError } from "../evaluate/index.js";
import { UnwritableFile } from "../files/index.js";
import { LandscapeError } from "../landscape/index.js";
import { TensorSizeError } from "../tensors/index.js";
import { programOf } from "./program.js";
import { UsageError } from "./usage.js";
import { type ExitStatus, FaultAfterAnswer, printJson, type Terminal } from "./verb.js";
import { verbs } from "./verbs/index.js";

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
  let status: ExitStatus = 0;
  const program = programOf(verbs, terminal, async (verb, given) => {
    status = await verb.run(given, terminal);
  });
  // `diag help check` is `diag check --help`.
  const asked = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  try {
    await program.parseAsync(asked, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    return error.exitCode === 0 ? 0 : 2;
  }
  return status;
}

/** One line for the user; the unexpected says so, and is not hidden behind a stack. */
function messageOf(error: unknown): string {
  const expected = [
    UsageError,
    ClusterFault,
    UnwritableFile,
    DiagramError,
    DrawingError,
    EvaluationError,
    LandscapeError,
    SimulationError,
    TensorSizeError,
    RangeError,
  ];
  if (expected.some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  const text = error instanceof Error ? error.message : String(error);
  return `unexpected: ${text.split("\n")[0]} (please report it with the file that shows it)`;
}
