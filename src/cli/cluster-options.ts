import { resolve } from "node:path";
import { type AskedOfCluster, checkAsked } from "../cluster/index.js";
import { type ClusterOptions, mostShards } from "../cluster-runs/index.js";
import { clusterDirectory } from "./folders.js";
import { type Arguments, type OptionRules, UsageError } from "./usage.js";

/** The executors that a run may be sent to. */
const executors = ["slurm"] as const;

/** Sends a run elsewhere. */
export const executorOption: OptionRules = {
  executor: {
    takes: "value",
    hint: "slurm",
    help: "slurm: the cluster that Slurm's commands of this machine reach; this machine by default",
  },
};

/** Where runs on a cluster are. */
export const directoryOption: OptionRules = {
  directory: {
    takes: "value",
    hint: "a folder",
    help: "where runs on a cluster are, which its nodes share; DIAG_CLUSTER_DIRECTORY or ~/.local/share/diag/runs by default",
  },
};

/** What is asked of a cluster, for each task. */
export const clusterOptions: OptionRules = {
  ...executorOption,
  partition: {
    takes: "value",
    hint: "a name",
    help: "the cluster's partition, or some with commas between them",
  },
  time: {
    takes: "value",
    hint: "1:30:00",
    help: "how long a task may take: minutes, hours:minutes:seconds or days-hours",
  },
  gres: { takes: "value", hint: "gpu:1", help: "what a task needs beside processors, in Slurm's words" },
  account: { takes: "value", hint: "a name", help: "the account that is charged" },
  ...directoryOption,
};

/** Into how many parts a run on a cluster is cut. */
export const shardsOption: OptionRules = {
  shards: {
    takes: "value",
    hint: "a number",
    help: "into how many parts a run on a cluster is cut; as many as make tasks of some minutes by default",
  },
};

/** Options that say nothing without `--executor`. */
const needExecutor = ["partition", "time", "gres", "account", "directory", "shards", "detach"] as const;

/**
 * Where a run is to be sent, as the command line says; `undefined` for this machine.
 * @throws UsageError of another executor, and of options that are for one.
 */
export function readExecutor(given: Arguments): "slurm" | undefined {
  const name = given.value("executor");
  if (name === undefined) {
    const stray = needExecutor.find((option) => given.has(option));
    if (stray !== undefined) {
      throw new UsageError(`--${stray} is for runs on a cluster; give --executor slurm with it`);
    }
    return undefined;
  }
  const executor = executors.find((one) => one === name);
  if (executor === undefined) {
    throw new UsageError(`there is no executor "${name}"; --executor takes ${executors.join(", ")}`);
  }
  return executor;
}

/**
 * What is asked of a cluster for each task, as the command line says.
 * @param processors of a task, such as `--workers` says.
 * @throws UsageError
 */
export function readClusterOptions(given: Arguments, processors = 1): ClusterOptions {
  const asked: AskedOfCluster & { processors: number } = { processors };
  for (const option of ["partition", "time", "gres", "account"] as const) {
    const value = given.value(option);
    if (value !== undefined) {
      Object.assign(asked, { [option]: value });
    }
  }
  const fault = checkAsked(asked);
  if (fault !== undefined) {
    throw new UsageError(fault);
  }
  return asked;
}

/** Where runs on a cluster are, as the command line says, or else as the environment does. @throws UsageError */
export function readClusterDirectory(given: Arguments): string {
  const directory = given.value("directory");
  // Of a variable that is not set: the folder somebody works in would be a surprise.
  if (directory === "") {
    throw new UsageError("--directory takes the path of a folder, and this is empty");
  }
  return directory === undefined ? clusterDirectory() : resolve(directory);
}

/** How many parts are asked for. @throws UsageError */
export function readShards(given: Arguments): number | undefined {
  return given.whole("shards", 1, mostShards);
}
