// Builds everything that ships into dist/: the `diag` command, its simulation worker and the extension.
// Usage: node scripts/build.mjs [--quiet]

import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { commonJsGlobals, globalsWhereNodeIs } from "./common-js-globals.mjs";
import { generate } from "./generate.mjs";
import { noticesOf, packageOf } from "./notices.mjs";
import { webBundles } from "./web-build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes("--quiet");

const node = { platform: "node", target: "node20", bundle: true, minify: true, keepNames: true };
// Large packages that are only now and then needed are read from files of their own, in browsers too.
const late = [
  { name: "elkjs/lib/elk.bundled.js", entryPoint: "node_modules/elkjs/lib/elk.bundled.js", file: "elk.js" },
  { name: "wabt", entryPoint: "node_modules/wabt/index.js", file: "wabt.js" },
  { name: "./mathjax.js", entryPoint: "src/server/formulas/mathjax.ts", file: "mathjax.js" },
];
/** Likewise what draws plots, which is ours with the packages that it needs. */
const pictures = { name: "./pictures.js", entryPoint: "src/cli/plotting/pictures.ts", file: "plots.js" };
const module = {
  ...node,
  format: "esm",
  mainFields: ["module", "main"],
  banner: { js: commonJsGlobals },
  plugins: late.map(({ name, file }) => lateFrom(name, `./${file}`)),
};
const bundles = [
  ...late.map(({ entryPoint, file }) => ({
    ...module,
    entryPoints: [entryPoint],
    outfile: `dist/${file}`,
    banner: { js: globalsWhereNodeIs },
    plugins: [],
  })),
  {
    ...module,
    entryPoints: ["src/cli/main.ts"],
    outfile: "dist/diag.js",
    // It is small, so that it soon listens for signals.
    banner: { js: "#!/usr/bin/env node" },
    plugins: [lateFrom("./command.js", "./diag-command.js")],
  },
  {
    ...module,
    entryPoints: ["src/cli/worker.ts"],
    outfile: "dist/diag-worker.js",
    banner: {},
    plugins: [lateFrom("./command.js", "./diag-command.js")],
  },
  {
    ...module,
    // Each has the language and all that predicts and simulates, which is in files that they share.
    splitting: true,
    chunkNames: "shared-[hash]",
    entryPoints: {
      "diag-command": "src/cli/command.ts",
      "language-server": "src/server/main-node.ts",
      library: "src/library/index.ts",
      runner: "src/runner/main.ts",
      "estimate-worker": "src/engines/estimates/worker.ts",
      "tensor-engine": "src/engines/tensors/main.ts",
      "cluster-task": "src/cluster-runs/worker/thread.ts",
      "simulate-worker": "src/engines/processor/worker.ts",
      "drawing-worker": "src/server/preview/drawing-worker.ts",
      "table-worker": "src/server/tables/worker.ts",
      "evaluation-worker": "src/server/evaluation/worker.ts",
      "gpu-device": "src/engines/webgpu/main.ts",
    },
    outdir: "dist",
    plugins: [...module.plugins, lateFrom(pictures.name, `./${pictures.file}`)],
  },
  {
    ...module,
    entryPoints: [pictures.entryPoint],
    outfile: `dist/${pictures.file}`,
  },
  {
    ...module,
    entryPoints: ["src/cluster-runs/worker/main.ts"],
    outfile: "dist/cluster-worker.js",
    // It is small, so that it soon listens for signals.
    banner: {},
  },
  {
    ...module,
    entryPoints: ["src/cluster-runs/probe/main.ts"],
    outfile: "dist/cluster-probe.js",
  },
  {
    ...node,
    format: "cjs",
    entryPoints: ["src/extension/extension.ts"],
    outfile: "dist/extension.cjs",
    external: ["vscode"],
    // The client is loaded late, from a bundle of its own, so that activation reads a small file only.
    supported: { "dynamic-import": false },
    plugins: ["vscode-languageclient/node", "vscode-jsonrpc/node"].map((name) =>
      lateFrom(name, "./language-client.cjs"),
    ),
  },
  {
    ...node,
    format: "cjs",
    entryPoints: ["src/extension/language-client.ts"],
    outfile: "dist/language-client.cjs",
    external: ["vscode"],
  },
];

bundles.push(...webBundles);

// Pages run in VS Code's own browser, which is as new as the oldest VS Code that is asked for.
const page = { bundle: true, minify: true, format: "esm", target: "chrome132" };
bundles.push(
  {
    ...page,
    // What both use, such as their controls, is in a file that both read.
    splitting: true,
    chunkNames: "shared",
    entryPoints: { preview: "webview/preview/main.ts", results: "webview/results/main.ts" },
    outdir: "dist/webview",
  },
  { ...page, entryPoints: ["webview/preview/preview.css"], outfile: "dist/webview/preview.css" },
  { ...page, entryPoints: ["webview/results/results.css"], outfile: "dist/webview/results.css" },
  { ...page, entryPoints: ["webview/gpu/main.ts"], outfile: "dist/webview/gpu.js" },
  { ...page, entryPoints: ["webview/gpu/gpu.css"], outfile: "dist/webview/gpu.css" },
);

/** What bundles read at run time. Every Node that we run on has SIMD, and tfjs uses no threads in Node. */
const copies = [
  { from: "src/library/interface.ts", to: "dist/library.d.ts" },
  {
    from: "node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
    to: "dist/tfjs-backend-wasm-simd.wasm",
  },
  { from: "node_modules/@resvg/resvg-wasm/index_bg.wasm", to: "dist/resvg.wasm.br", isCompressed: true },
  {
    from: "node_modules/@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2",
    to: "dist/dejavu-sans.woff2",
  },
];

/** The licences of all that is bundled. */
const notices = "dist/third-party-notices.txt";

/** Lets a bundle load a package, or a module of ours, from another bundle. */
function lateFrom(name, bundle) {
  return {
    name: `late ${name}`,
    setup: ({ onResolve }) => {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: bundle, external: true }));
    },
  };
}

/** What must not get into a bundle: it would be read where nobody needs it. */
const strangersOf = {
  // It is read whenever a window opens; what simulates and evaluates has processes of its own.
  "dist/extension.cjs": /^(node_modules\/(?!valibot\/)|src\/(engines|simulate|compile|evaluate|landscape)\/)/,
  // Nothing of the language server simulates; a file says how many test points there may be.
  "dist/language-server.js": /^src\/(engines|simulate(?!\/test-points\.ts))\//,
  "dist/evaluation-worker.js": /^src\/(engines|simulate(?!\/test-points\.ts))\//,
};

/** The sources of a bundle and of the shared files that it reads, early or late. */
function sourcesOf(bundle, outputs) {
  const files = new Set([bundle]);
  for (const file of files) {
    for (const { path, external } of outputs[file].imports) {
      if (!external) {
        files.add(path);
      }
    }
  }
  return [...files].flatMap((file) =>
    Object.entries(outputs[file].inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([source]) => source),
  );
}

function checkIsSmall(bundle, outputs) {
  const strangers = sourcesOf(bundle, outputs).filter((source) => strangersOf[bundle].test(source));
  if (strangers.length > 0) {
    throw new Error(
      `${bundle} would hold ${strangers.join(", ")}: import types from there only, or a module that needs none of it`,
    );
  }
}

/** A package that is no module and is loaded late has its names behind `default`, once it is a file that bundles share. */
function checkHasNames(entryPoint, exports, { splitting }) {
  if (splitting && packageOf(entryPoint ?? "") !== undefined && exports.join() === "default") {
    throw new Error(`${entryPoint} is loaded late: load a module of ours late that exports what it has`);
  }
}

/** Whether a file was made of this one, which takes its time. */
function isAsNew(made, from) {
  const place = join(root, made);
  return existsSync(place) && statSync(place).mtimeMs > statSync(join(root, from)).ctimeMs;
}

/** What earlier builds left in `dist/` would be packed. */
function removeAllBut(files) {
  for (const entry of readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true })) {
    const file = relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
    if (entry.isFile() && !files.includes(file)) {
      rmSync(join(root, file));
    }
  }
}

/** npm links the commands of dependencies but not the project's own, which `npx diag` needs. */
function linkCommand() {
  chmodSync(join(root, "dist/diag.js"), 0o755);
  const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(bin)) {
    const link = join(root, "node_modules/.bin", name);
    rmSync(link, { force: true });
    if (process.platform === "win32") {
      writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\dist\\diag.js" %*\r\n');
    } else {
      symlinkSync("../../dist/diag.js", link);
    }
  }
}

try {
  const began = performance.now();
  const missing = bundles
    .flatMap(({ entryPoints }) => Object.values(entryPoints))
    .filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) {
    throw new Error(`entry points are missing: ${missing.join(", ")}`);
  }
  const generated = generate();
  const bundled = new Set(copies.map(({ from }) => packageOf(from)));
  const made = await Promise.all(
    bundles.map(async (bundle) => {
      const { metafile } = await build({ ...bundle, absWorkingDir: root, logLevel: "error", metafile: true });
      for (const file of Object.keys(metafile.outputs).filter((file) => file in strangersOf)) {
        checkIsSmall(file, metafile.outputs);
      }
      for (const [file, { entryPoint, exports }] of Object.entries(metafile.outputs)) {
        checkHasNames(entryPoint, exports, bundle);
        for (const source of sourcesOf(file, metafile.outputs)) {
          bundled.add(packageOf(source));
        }
      }
      return Object.keys(metafile.outputs);
    }),
  );
  for (const { from, to, isCompressed } of copies) {
    if (!isCompressed) {
      copyFileSync(join(root, from), join(root, to));
    } else if (!isAsNew(to, from)) {
      writeFileSync(join(root, to), brotliCompressSync(readFileSync(join(root, from))));
    }
  }
  bundled.delete(undefined);
  writeFileSync(join(root, notices), noticesOf(root, bundled));
  removeAllBut([...made.flat(), ...copies.map(({ to }) => to), notices]);
  linkCommand();
  if (!quiet) {
    console.log(generated ? "parser generated" : "parser up to date");
    for (const file of [...made.flat(), ...copies.map(({ to }) => to), notices]) {
      console.log(`${file}  ${(statSync(join(root, file)).size / 1024).toFixed(0)} KiB`);
    }
    console.log(`built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  // esbuild has printed its own errors, with their places, by now.
  console.error(
    `build failed: ${error.errors ? `${error.errors.length} errors, shown above` : error.message}`,
  );
  process.exitCode = 1;
}
