import { Stop } from "./stop.js";

/**
 * What Ctrl-C and SIGTERM ask of this process, from when this module is read to the process's end: an answer that is being
 * written is not cut off either.
 */
export const stop = new Stop(() => performance.now());

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.request());
