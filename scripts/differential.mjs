// The differential test of the language server at length: documents are edited at random with requests in flight, and what
// the server then says is compared with what one says that is given the final text.
// Usage: node scripts/differential.mjs [--sequences 1000] [--seed 100]

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "1000" },
    seed: { type: "string", default: "100" },
  },
});
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = createRequire(import.meta.url).resolve("vitest/vitest.mjs");
try {
  execFileSync(process.execPath, [vitest, "run", "--project", "differential"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, DIAG_SEQUENCES: values.sequences, DIAG_SEED: values.seed },
  });
} catch (error) {
  // What differed has been printed.
  process.exitCode = error.status ?? 1;
}
