// Bundles of sources that a room's own processes run.

import { build } from "esbuild";
import { commonJsGlobals } from "../common-js-globals.mjs";
import { root } from "./vitest.mjs";

/**
 * Bundles sources for a process of Node, to `NAME.mjs` each.
 * @param entryPoints paths of sources from the root, by the names of their bundles.
 */
export async function bundle(entryPoints, outdir) {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    keepNames: true,
    sourcemap: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: commonJsGlobals },
    logLevel: "warning",
  });
}
