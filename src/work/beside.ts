import { type ChildProcess, fork } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * A program of ours beside the module that starts it. Beside a bundle it is a bundle too. Beside sources it is a source,
 * whose types Node takes off, once imports that name a `.js` file which does not exist find the `.ts` one.
 */
export interface Beside {
  /** The starting module's `import.meta.url`. */
  readonly asking: string;
  /** Its file beside a bundle, and beside sources. */
  readonly bundle: string;
  readonly source: string;
}

/** Starts a program of ours as a thread. */
export function startThread(
  { asking, bundle, source }: Beside,
  options: Pick<WorkerOptions, "resourceLimits" | "workerData" | "stdout" | "stderr"> = {},
): Worker {
  if (!asking.endsWith(".ts")) {
    return new Worker(new URL(bundle, asking), options);
  }
  return new Worker(`${sourceHooks}\nimport(${JSON.stringify(new URL(source, asking).href)});`, {
    ...options,
    eval: true,
    execArgv: [...sourceArguments],
  });
}

const sourceArguments = ["--experimental-transform-types", "--disable-warning=ExperimentalWarning"];

/** Lets imports which name a `.js` file that does not exist find the `.ts` one. */
const sourceHooks = `
  process.getBuiltinModule("node:module").registerHooks({
    resolve(specifier, context, next) {
      const relative = specifier.startsWith(".") && context.parentURL?.endsWith(".ts");
      return next(relative ? specifier.replace(/\\.js$/, ".ts") : specifier, context);
    },
  });`;

/**
 * Starts a program of ours as a process, with a channel and with pipes for what it prints.
 * @param node the program that runs it.
 */
export function startProcess(
  { asking, bundle, source }: Beside,
  node: string,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const fromSource = asking.endsWith(".ts");
  const program = fileURLToPath(new URL(fromSource ? source : bundle, asking));
  return fork(program, [], {
    // Native libraries may be looked for in the working folder, where a stranger's may lie.
    cwd: dirname(program),
    execPath: node,
    execArgv: fromSource ? sourceProgramArguments() : [],
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
}

/** Arguments with which Node starts a source of ours as a program. */
export function sourceProgramArguments(): string[] {
  return [...sourceArguments, "--import", `data:text/javascript,${encodeURIComponent(sourceHooks)}`];
}
