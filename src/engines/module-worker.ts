import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a worker that stands beside the module which asks for it.
 *
 * Beside a bundle the worker is a bundle too. Beside sources it is a source, whose types Node takes
 * off, once imports that name a `.js` file which does not exist find the `.ts` one.
 *
 * @param asking the asking module's `import.meta.url`.
 * @param bundle the worker's file beside a bundle; @param source its file beside sources.
 */
export function startWorkerBeside(
  asking: string,
  bundle: string,
  source: string,
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

/** Arguments with which Node starts a source of ours as a program. */
export function sourceProgramArguments(): string[] {
  return [...sourceArguments, "--import", `data:text/javascript,${encodeURIComponent(sourceHooks)}`];
}
