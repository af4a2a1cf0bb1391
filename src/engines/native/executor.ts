import type { ExecutorRecord } from "../executor.js";

export const compiledProgram: ExecutorRecord = {
  name: "a compiled program",
  documentation:
    "A process of its own, whose threads take chunks of trials in turn. Stopped, each finishes its chunk; one that is silent for half a minute is ended.",
};
