// What takes long in a window: all files of the paper in the Test Explorer, the way from an installed extension to a first verdict (timed), the profile Cluster with a Slurm, and pictures of every screen in all themes, in out/.
// Usage: node scripts/rooms/window.mjs [--seconds 3600]
//   --seconds  how long that may take

import { parseArgs } from "node:util";
import { runTests } from "./vitest.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "3600" } } });
const looks = ["look", "results-look", "spacetime", "results-engines", "gpu"];
await runTests(
  [
    ...["--project", "host", "--project", "page"],
    ...["window-paper", "first-use", "cluster", "screens"].map((name) => `test/host/${name}.test.ts`),
    ...looks.map((name) => `test/page/${name}.test.ts`),
  ],
  { DIAG_TIMES: "2", DIAG_PICTURES: "1" },
  Number(values.seconds),
);
