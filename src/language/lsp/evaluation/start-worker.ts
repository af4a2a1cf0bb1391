import { Worker } from "node:worker_threads";

/** An evaluation that needs more memory than this, in MiB, is given up: an editor runs beside it. */
const mostMemory = 512;

/**
 * Beside a bundle the worker is a bundle too. Beside sources it is a source, whose types Node takes off,
 * once imports that name a `.js` file which does not exist find the `.ts` one.
 */
export function startEvaluationWorker(): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: mostMemory };
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./evaluation-worker.js", import.meta.url), { resourceLimits });
  }
  const source = new URL("./worker.ts", import.meta.url).href;
  const start = `
    const { registerHooks } = require("node:module");
    registerHooks({
      resolve(specifier, context, next) {
        const relative = specifier.startsWith(".") && context.parentURL?.endsWith(".ts");
        return next(relative ? specifier.replace(/\\.js$/, ".ts") : specifier, context);
      },
    });
    import(${JSON.stringify(source)});`;
  return new Worker(start, {
    eval: true,
    execArgv: ["--experimental-transform-types", "--disable-warning=ExperimentalWarning"],
    resourceLimits,
  });
}
