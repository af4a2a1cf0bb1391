import { writeFile } from "node:fs/promises";
import {
  type ClusterRun,
  claimSubmission,
  RunFolder,
  recordOutcome,
  type SubmissionOutcome,
} from "../../../src/cluster-runs/index.js";

/** A run of twelve shards, four to a task, with the files that a worker has, but without work. */
export function aRun(directory: string, id: string, more: Partial<ClusterRun> = {}): Promise<RunFolder> {
  const run: Omit<ClusterRun, "digest"> = {
    ...{ format: 1, id, executor: "slurm", release: "0.1.0", created: "2026-11-30T08:00:00.000Z" },
    ...{ file: "gauss.diag", seed: 3, shardsOfTask: 4, options: { partition: "main", processors: 1 } },
    points: [
      { verify: "v", eta: 0.1, trials: 80, shards: 8, arithmetic: "cpu fma" },
      { verify: "w", eta: 0.2, trials: 40, shards: 4, arithmetic: "cpu fma" },
    ],
    ...more,
  };
  return RunFolder.create(directory, run, [], async (folder) => {
    await writeFile(`${folder}/worker/node`, `${process.execPath}\n`);
    await writeFile(`${folder}/worker/program`, `${folder}/worker/program.cjs\n`);
    await writeFile(`${folder}/script`, "#!/bin/sh\nexit 0\n");
  });
}

/** Writes a submission down, with tasks of four shards each, and what became of it where that is known. */
export async function aSubmission(
  folder: RunFolder,
  number: number,
  tasks: readonly (readonly number[])[],
  outcome?: SubmissionOutcome,
): Promise<string> {
  const token = `${folder.run.id}-${number}`;
  await claimSubmission(folder, number, {
    token,
    tasks: tasks.map((shards) => [...shards]),
    before: tasks.map(() => 0),
  });
  if (outcome !== undefined) {
    await recordOutcome(folder, number, outcome);
  }
  return token;
}

/** Has shards done, as far as names tell. */
export async function haveResults(folder: RunFolder, ...shards: readonly number[]): Promise<void> {
  for (const shard of shards) {
    await writeFile(folder.at("results", `${shard}`), "");
  }
}
