import { basename } from "node:path";
import { removeRun, slurmScheduler } from "../../cluster-runs/index.js";
import type { Arguments } from "../usage.js";
import { type ExitStatus, printJson, type Terminal } from "../verb.js";

/** `diag runs remove`. @param path of the run's folder. */
export async function removeRunById(path: string, given: Arguments, terminal: Terminal): Promise<ExitStatus> {
  const id = basename(path);
  terminal.doing(`removing ${id}`);
  const { kind, line } = await removeRun(path, slurmScheduler({ patience: 0 }), terminal.interrupt);
  if (given.has("json")) {
    printJson(terminal, { id, path, outcome: kind, line });
  } else {
    terminal.print(`${id}: ${line}`);
  }
  return kind === "removed" ? 0 : 1;
}
