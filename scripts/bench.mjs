// Runs the bench and prints one table. Usage: npm run bench [-- evaluate simulate]  or  npm run bench -- gpu [options]

import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { commonJsGlobals } from "./common-js-globals.mjs";
import { generate } from "./generate.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "out", "bench");

await generate();
await build({
  absWorkingDir: root,
  entryPoints: {
    bench: "bench/main.ts",
    "held-memory": "bench/networks/held-memory.ts",
    "simulate-worker": "src/engines/processor/worker.ts",
    "estimate-worker": "src/engines/estimates/worker.ts",
    "gpu-device": "src/engines/webgpu/main.ts",
    "language-server": "src/server/main-node.ts",
    "evaluation-worker": "src/server/evaluation/worker.ts",
    "drawing-worker": "src/server/preview/drawing-worker.ts",
  },
  outdir: folder,
  bundle: true,
  minify: true,
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  banner: { js: commonJsGlobals },
  // These find files by their own places.
  external: ["playwright-core", "esbuild", "*/scripts/workbench.mjs", "*/scripts/lavapipe.mjs"],
  logLevel: "warning",
});
copyFileSync(
  join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"),
  join(folder, "tfjs-backend-wasm-simd.wasm"),
);
copyFileSync(join(root, "test/cluster/slurm/guard.mjs"), join(folder, "guard.mjs"));
await build({
  absWorkingDir: root,
  entryPoints: ["webview/preview/main.ts", "webview/preview/preview.css"],
  outdir: join(folder, "webview"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "chrome132",
  entryNames: "[name]",
  logLevel: "warning",
});
execFileSync(process.execPath, ["--expose-gc", join(folder, "bench.js"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
