// Packs the built extension as descent-diagrams-VERSION.vsix and checks what is inside.
// Usage: node scripts/package.mjs [--list] [--out FILE]     (--list: check and print the files, pack nothing)

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const given = process.argv.indexOf("--out");
const packageFile = resolve(root, given === -1 ? `${name}-${version}.vsix` : process.argv[given + 1]);

/** A package that is larger is slow to install and is refused, in bytes. */
const largest = 6e6;

const expected = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "language-configuration.json",
  "package.json",
  "dist/cluster-probe.js",
  "dist/cluster-task.js",
  "dist/cluster-worker.js",
  "dist/dejavu-sans.woff2",
  "dist/diag.js",
  "dist/diag-command.js",
  "dist/diag-worker.js",
  "dist/drawing-worker.js",
  "dist/elk.js",
  "dist/mathjax.js",
  "dist/plots.js",
  "dist/resvg.wasm.br",
  "dist/runner.js",
  "dist/estimate-worker.js",
  "dist/evaluation-worker.js",
  "dist/extension.cjs",
  "dist/gpu-device.js",
  "dist/language-client.cjs",
  "dist/language-server.js",
  "dist/simulate-worker.js",
  "dist/table-worker.js",
  "dist/tensor-engine.js",
  "dist/third-party-notices.txt",
  "dist/tfjs-backend-wasm-simd.wasm",
  "dist/wabt.js",
  "dist/web/extension.cjs",
  "dist/web/worker.js",
  "dist/webview/gpu.css",
  "dist/webview/gpu.js",
  "dist/webview/preview.css",
  "dist/webview/preview.js",
  "dist/webview/results.css",
  "dist/webview/results.js",
  "dist/webview/shared.js",
  "media/file-dark.svg",
  "media/file-light.svg",
  "media/icon.png",
  ...["write", "preview", "hover", "verify", "read"].map((step) => `media/walkthrough-${step}.svg`),
  "syntaxes/diag.tmLanguage.json",
];
const allowed = [
  /^dist\/shared-[0-9A-Z]{8}\.js$/,
  /^(examples|docs)\/[\w./-]+\.(diag|csv|md|png|py|svg)$/,
  /^media\/[\w-]+\.png$/,
];

/** What of this repository the texts among some files lead to: pages, pictures and folders. */
function targetsIn(files) {
  const texts = files.filter((file) => file.endsWith(".md"));
  return new Set(
    texts.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
        .map(([, target]) => target)
        .filter((target) => !/^[a-z]+:/i.test(target))
        .map((target) => posix.join(posix.dirname(file), target)),
    ),
  );
}

/** A copy of the folders and files that .vscodeignore lets in something of: vsce would look at each file of all others too. */
function stage() {
  const rules = readFileSync(join(root, ".vscodeignore"), "utf8").split("\n");
  const places = rules.flatMap((rule) => /^!([^/]+)/.exec(rule)?.[1] ?? []);
  const folder = mkdtempSync(join(tmpdir(), "diag-package-"));
  for (const place of new Set([".vscodeignore", ...places])) {
    cpSync(join(root, place), join(folder, place), { recursive: true });
  }
  return folder;
}

function vsce(cwd, ...options) {
  const command = [join(root, "node_modules/@vscode/vsce/vsce"), ...options, "--no-dependencies"];
  const result = spawnSync(process.execPath, command, { cwd, encoding: "utf8" });
  if (result.status !== 0) {
    throw new Error((result.stderr || result.stdout).trim());
  }
  return result.stdout;
}

let staged;
try {
  staged = stage();
  const files = vsce(staged, "ls").split("\n").filter(Boolean);
  const missing = expected.filter((file) => !files.includes(file));
  const strangers = files.filter(
    (file) => !expected.includes(file) && !allowed.some((one) => one.test(file)),
  );
  if (missing.length > 0) {
    throw new Error(`the package lacks ${missing.join(", ")}`);
  }
  if (strangers.length > 0) {
    throw new Error(`the package would hold ${strangers.join(", ")}: see .vscodeignore`);
  }
  const targets = targetsIn(files);
  const lacking = [...targets].filter(
    (target) => !files.some((file) => file === target || file.startsWith(`${target}/`)),
  );
  if (lacking.length > 0) {
    throw new Error(`the package lacks ${lacking.join(", ")}, which its texts lead to: see .vscodeignore`);
  }
  const unused = files.filter((file) => /^docs\/.*\.(png|svg)$/.test(file) && !targets.has(file));
  if (unused.length > 0) {
    throw new Error(`none of the package's texts shows ${unused.join(", ")}: see .vscodeignore`);
  }
  if (process.argv.includes("--list")) {
    console.log(files.join("\n"));
  } else {
    const options = ["--allow-missing-repository", "--no-rewrite-relative-links", "--out", packageFile];
    vsce(staged, "package", ...options);
    if (!existsSync(packageFile)) {
      throw new Error("vsce made no file");
    }
    const { size } = statSync(packageFile);
    const megabytes = `${(size / 1e6).toFixed(2)} MB`;
    if (size >= largest) {
      throw new Error(`${basename(packageFile)} has ${megabytes}, and may have ${largest / 1e6}`);
    }
    console.log(`${basename(packageFile)}: ${files.length} files, ${megabytes}`);
  }
} catch (error) {
  console.error(`package: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (staged !== undefined) {
    rmSync(staged, { recursive: true, force: true });
  }
}
