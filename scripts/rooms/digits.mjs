// Estimates of logistic regression on all digits that examples/networks/digits.py has made, beside exact sums over all rows.
// Usage: node scripts/rooms/digits.mjs [--seconds 3600]
//   --seconds  how long all of it may take

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, runTests } from "./vitest.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "3600" } } });
const seconds = Number(values.seconds);
const folder = join(root, "examples", "networks");
if (existsSync(join(folder, "digits-images-idx3-ubyte"))) {
  await runTests(
    [
      "--project",
      "engine",
      "test/engine/softmax-regression.test.ts",
      "--testTimeout",
      String(seconds * 1000),
    ],
    { DIAG_DIGITS: folder },
    seconds,
  );
} else {
  console.error("there are no digits; make them by python3 examples/networks/digits.py");
  process.exitCode = 1;
}
