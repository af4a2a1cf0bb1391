// Runs the bench and prints one table. Usage: npm run bench [-- evaluate simulate]

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generate } from "./generate.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "out", "bench");

await generate();
await build({
  absWorkingDir: root,
  entryPoints: { bench: "bench/main.ts", "simulate-worker": "src/simulate/worker.ts" },
  outdir: folder,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module";\nimport { dirname as directoryOf } from "node:path";\nimport { fileURLToPath as pathOfUrl } from "node:url";\nconst require = makeRequire(import.meta.url);\nconst __filename = pathOfUrl(import.meta.url);\nconst __dirname = directoryOf(__filename);',
  },
  logLevel: "warning",
});
execFileSync(process.execPath, ["--expose-gc", join(folder, "bench.js"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
