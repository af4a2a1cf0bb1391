import { cancelRun, RunFolder, slurmScheduler } from "../../cluster-runs/index.js";
import type { Arguments } from "../usage.js";
import { type ExitStatus, printJson, type Terminal } from "../verb.js";

/** `diag runs cancel`. @param path of the run's folder. */
export async function cancelRunById(path: string, given: Arguments, terminal: Terminal): Promise<ExitStatus> {
  const folder = await RunFolder.open(path);
  const { id } = folder.run;
  terminal.doing(`cancelling ${id}`);
  const { kind, line, state } = await cancelRun(folder, slurmScheduler({ patience: 0 }), {
    signal: terminal.interrupt,
  });
  if (given.has("json")) {
    const { progress, tasks } = state;
    const shards = { done: progress.done.size, all: progress.shards };
    printJson(terminal, { id, path, outcome: kind, line, shards, tasks });
  } else {
    terminal.print(`${id}: ${line}`);
  }
  return kind === "ended" ? 0 : 1;
}
