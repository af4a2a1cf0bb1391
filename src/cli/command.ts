import { setMaxListeners } from "node:events";
import { CommanderError } from "commander";
import { messageOf } from "./message.js";
import { programOf } from "./program.js";
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
