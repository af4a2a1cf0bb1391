// Prints the memory that a long estimate of a network has, in doubles or in loops of single precision.
// Usage: node scripts/estimate-memory.mjs [--seconds 900] [--single]

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { commonJsGlobals } from "./common-js-globals.mjs";
import { generate } from "./generate.mjs";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "900" }, single: { type: "boolean", default: false } },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error(`--seconds is ${values.seconds}; write a positive number, such as 900`);
  process.exit(2);
}
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, "out", "bench", "estimate-memory.js");

await generate();
await build({
  absWorkingDir: root,
  entryPoints: ["bench/networks/memory.ts"],
  outfile: file,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  banner: { js: commonJsGlobals },
  logLevel: "warning",
});
execFileSync(process.execPath, [file, String(seconds), ...(values.single ? ["single"] : [])], {
  cwd: root,
  stdio: "inherit",
});
