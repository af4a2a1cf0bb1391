// Properties that hold of whatever is made at random, tried more often than among all tests.
// Usage: node scripts/rooms/properties.mjs [--times 4] [--seed 20261] [--seconds 3600]
//   --times    how many times as often
//   --seed     another number makes other cases
//   --seconds  how long that may take

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, runTests } from "./vitest.mjs";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "4" },
    seed: { type: "string" },
    seconds: { type: "string", default: "3600" },
  },
});
const files = readdirSync(join(root, "test"), { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join("test", name))
  .filter((name) => /from "[./]*\/times\.js"/.test(readFileSync(join(root, name), "utf8")));
// A test's own limit is for as often as it is tried among all tests.
const limit = ["--testTimeout", `${Number(values.seconds) * 1000}`];
const seed = values.seed === undefined ? {} : { DIAG_PROPERTY_SEED: values.seed };
await runTests([...files, ...limit], { DIAG_TIMES: values.times, ...seed }, Number(values.seconds));
