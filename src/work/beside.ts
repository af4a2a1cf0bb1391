import { type ChildProcess, fork } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/** A program of ours beside the bundle that starts it. Sources start what was built of them, in `dist/`. */
export interface Beside {
  /** The starting module's `import.meta.url`. */
  readonly asking: string;
  /** Its file beside that. */
  readonly bundle: string;
}

function placeOf({ asking, bundle }: Beside): URL {
  return asking.endsWith(".ts") ? new URL(`../../dist/${bundle}`, import.meta.url) : new URL(bundle, asking);
}

/** The path of a program of ours. */
export function pathBeside(program: Beside): string {
  return fileURLToPath(placeOf(program));
}

/** Starts a program of ours as a thread. */
export function startThread(
  program: Beside,
  options: Pick<WorkerOptions, "resourceLimits" | "workerData" | "stdout" | "stderr"> = {},
): Worker {
  return new Worker(placeOf(program), options);
}

/**
 * Starts a program of ours as a process, with a channel and with pipes for what it prints.
 * @param node the program that runs it.
 */
export function startProcess(
  beside: Beside,
  node: string,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const program = pathBeside(beside);
  return fork(program, [], {
    // Native libraries may be looked for in the working folder, where a stranger's may lie.
    cwd: dirname(program),
    execPath: node,
    execArgv: [],
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
}
