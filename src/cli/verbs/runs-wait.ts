import { type RunFolder, slurmScheduler } from "../../cluster-runs/index.js";
import { followAndTell } from "../following.js";
import type { Arguments } from "../usage.js";
import type { ExitStatus, Terminal } from "../verb.js";

/** `diag runs wait ID`: waits for a run as the command that sent it would have, and goes on with what it left undone. */
export function waitForRun(folder: RunFolder, given: Arguments, terminal: Terminal): Promise<ExitStatus> {
  return followAndTell(folder, slurmScheduler(), given, terminal);
}
