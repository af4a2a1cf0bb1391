import { slurm } from "../cluster/index.js";
import type { ExecutorRecord } from "./executor.js";
import { device } from "./linked-engine.js";
import { compiledProgram } from "./native/executor.js";
import { askersThread } from "./processor/local.js";
import { threads } from "./processor/pool.js";

/** All places where trials run, in the order in which they are listed. */
export const executorRecords: readonly ExecutorRecord[] = [
  threads,
  askersThread,
  compiledProgram,
  device,
  slurm,
];
