// The differential test of the language server at length: documents are edited at random with requests in flight, and what
// the server then says is compared with what one says that is given the final text.
// Usage: node scripts/rooms/differential.mjs [--sequences 1000] [--seed 100] [--length 1] [--seconds 3600]
//   --length   how many times as many edits a sequence has before servers are compared
//   --seconds  after which no other sequence is begun

import { parseArgs } from "node:util";
import { runTests } from "./vitest.mjs";

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "1000" },
    seed: { type: "string", default: "100" },
    length: { type: "string", default: "1" },
    seconds: { type: "string", default: "3600" },
  },
});
const seconds = Number(values.seconds);
await runTests(
  ["--project", "differential"],
  {
    DIAG_SEQUENCES: values.sequences,
    DIAG_SEED: values.seed,
    DIAG_LENGTH: values.length,
    DIAG_SECONDS: values.seconds,
  },
  seconds + 120,
);
