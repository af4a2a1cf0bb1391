// Verifications at length: whether they find what is wrong with an evaluator, and call right ones wrong as rarely as they may.
// Usage: node scripts/rooms/faults.mjs [--trials 2000000] [--seeds 1000] [--seconds 3600]
//   --trials   of each verification that is to find a fault
//   --seeds    how many verifications of each landscape are to find none, at each number of trials
//   --seconds  how long all of it may take

import { parseArgs } from "node:util";
import { runTests } from "./vitest.mjs";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "2000000" },
    seeds: { type: "string", default: "1000" },
    seconds: { type: "string", default: "3600" },
  },
});
const seconds = Number(values.seconds);
await runTests(
  ["--project", "engine", "test/engine/faults.test.ts", "--testTimeout", String(seconds * 1000)],
  { DIAG_FAULT_TRIALS: values.trials, DIAG_FAULT_SEEDS: values.seeds },
  seconds,
);
