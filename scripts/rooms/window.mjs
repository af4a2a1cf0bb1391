// What takes long in a window: all files of the paper in the Test Explorer, the way from an installed extension to a first verdict (timed), the tutorial, the profile Cluster with a Slurm, and pictures of every screen in all themes, in out/.
// Usage: node scripts/rooms/window.mjs [--seconds 3600]
//   --seconds  how long that may take

import { parseArgs } from "node:util";
import { atLength, runTests } from "./vitest.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "3600" } } });
await runTests(
  // The tutorial is shorter among all tests.
  ["--project", "host", "--project", "page", "test/host/tutorial.test.ts", ...atLength().windows],
  { DIAG_TIMES: "2", DIAG_PICTURES: "1" },
  Number(values.seconds),
);
