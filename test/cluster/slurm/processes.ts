import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The ids of processes that were started with all of these variables. Who has ended and is not yet missed is not among them.
 * It asks the machine, so that it finds those of a job also where Slurm has lost sight of it.
 */
export function processesWith(variables: Readonly<Record<string, string>>): number[] {
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const present = new Set(readFileSync(join("/proc", name, "environ"), "utf8").split("\0"));
        return wanted.every((variable) => present.has(variable));
      } catch {
        return false;
      }
    })
    .map(Number);
}
