import { isNodeName } from "../../cluster/index.js";
import { ClusterFault } from "../fault.js";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the scheduler calls the node that this process runs on; the host's own name where it does not say.
 * @throws ClusterFault of one line where that is no name either.
 */
export function nodeOf({ SLURMD_NODENAME = "" }: Environment, host: string): string {
  const name = [SLURMD_NODENAME, host].find(isNodeName);
  if (name === undefined) {
    throw new ClusterFault("this node has no name of letters, digits, dots, hyphens and underscores");
  }
  return name;
}

/** So many threads has a task: as many as it was given processors, and no more than it may use. */
export function threadsOf({ SLURM_CPUS_PER_TASK = "" }: Environment, available: number): number {
  const given = /^[1-9]\d{0,5}$/.test(SLURM_CPUS_PER_TASK) ? Number(SLURM_CPUS_PER_TASK) : 1;
  return Math.max(1, Math.min(given, available));
}
