// Makes the pictures of examples/figures: each verify of each file is run and drawn by the built command, from the same seed.
// Usage: npm run figures [-- [FIGURE…] [--to svg|png|csv] [--output FOLDER] [--trials N]]
// A FIGURE is the name of a file, such as figure_1; all by default. A verification that disagrees fails.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "examples", "figures");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: "string", default: "svg" },
    output: { type: "string", default: join(folder, "pictures") },
    trials: { type: "string" },
  },
});
const all = readdirSync(folder)
  .filter((name) => name.endsWith(".diag"))
  .map((name) => basename(name, ".diag"));
for (const figure of positionals.length > 0 ? positionals : all) {
  const { status } = spawnSync(
    process.execPath,
    [
      ...[join(root, "dist", "diag.js"), "plot", join(folder, `${figure}.diag`)],
      ...["--only", "measured", "--backend", "cpu", "--seed", "1"],
      ...["--to", values.to, "--output", join(values.output, figure)],
      ...(values.trials === undefined ? [] : ["--trials", values.trials]),
    ],
    { stdio: "inherit" },
  );
  // Where the paper goes beyond the series a verification is inconclusive, and drawn all the same.
  if (status !== 0 && status !== 3) {
    process.exitCode = 1;
  }
}
