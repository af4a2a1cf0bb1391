import { readdirSync, readFileSync } from "node:fs";

/** Nanoseconds that threads of a process have had a processor, by what Linux tells of each. */
function ofProcess(process: string): number {
  const threads = readdirSync(`/proc/${process}/task`);
  const times = threads.map((thread) => readFileSync(`/proc/${process}/task/${thread}/schedstat`, "utf8"));
  return times.reduce((sum, line) => sum + Number(line.split(" ")[0]), 0);
}

/**
 * Seconds that this process and those that it has started and that still run have had a processor; undefined where that cannot be told.
 * On a shared machine it says what something takes where the time until it is done says what others do.
 */
export function processorSeconds(): number | undefined {
  try {
    const threads = readdirSync("/proc/self/task");
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    const { user, system } = process.cpuUsage();
    return 1e-9 * children.reduce((sum, child) => sum + ofProcess(child), 0) + 1e-6 * (user + system);
  } catch {
    return undefined;
  }
}
