import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian keeps the daemons where not every user looks for programs. */
const path = [process.env.PATH ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);

/** The `PATH` on which programs of Slurm are found. */
export const programPath: string = path;

/** Where a program is; `undefined` where it is not. */
export function findProgram(name: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const needed = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo"];

/** What a Slurm cannot be started for, in one line that says what to install; `undefined` where all is there. */
export function missingPrograms(): string | undefined {
  if (process.platform !== "linux") {
    return "Slurm, whose nodes are Linux machines";
  }
  const missing = needed.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) {
    return undefined;
  }
  const install = "apt-get install -y --no-install-recommends slurm-wlm munge";
  const advice =
    findProgram("apt-get") === undefined
      ? "install Slurm 22.05 or later and MUNGE"
      : process.getuid?.() === 0
        ? install
        : `sudo ${install}`;
  return `Slurm (no ${missing.join(", ")}); ${advice}`;
}
