// Generates the parser, the syntax tree's types and the module of `src/language` from the grammar and from the records
// whose names are words of it.
// Skips the work when the grammar is the one that the present files were generated from.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const configuration = join(root, "src/language/langium-config.json");
const langium = join(root, "node_modules/langium-cli");
/** The names of optimisers, for the grammar. */
const fragment = join(root, "src/optimisers/generated/names.langium");
const stamp = join(root, ".cache/langium.sha256");

/** A digest of everything the generated files depend on, and of the generated files themselves. */
function digest() {
  const { languages, out } = JSON.parse(readFileSync(configuration, "utf8"));
  const folder = dirname(configuration);
  const grammars = languages.map(({ grammar }) => join(folder, grammar));
  const generated = join(folder, out);
  if (!existsSync(generated)) {
    return undefined;
  }
  const outputs = readdirSync(generated).map((name) => join(generated, name));
  const hash = createHash("sha256").update(readFileSync(join(langium, "package.json")));
  for (const file of [configuration, ...grammars, fragment, ...outputs]) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** The part of the grammar that the records of optimisers make. */
function writeFragment() {
  // Tests that build at the same time each have their own.
  const bundle = join(root, `.cache/optimisers-${process.pid}.cjs`);
  buildSync({
    entryPoints: [join(root, "src/optimisers/index.ts")],
    outfile: bundle,
    bundle: true,
    format: "cjs",
    platform: "neutral",
    logLevel: "silent",
  });
  const { optimisers } = createRequire(import.meta.url)(bundle);
  rmSync(bundle);
  const words = optimisers.map(({ name }) => `'${name}'`).join(" | ");
  const text = `// Made by scripts/generate.mjs of the records of src/optimisers.\n\nOptimiserName returns string:\n    ${words};\n`;
  mkdirSync(dirname(fragment), { recursive: true });
  if (!existsSync(fragment) || readFileSync(fragment, "utf8") !== text) {
    writeFileSync(fragment, text);
  }
}

/** Brings the generated files up to date. Throws one line when the grammar does not generate. */
export function generate() {
  if (!existsSync(configuration)) {
    throw new Error(`the grammar's configuration is missing: ${configuration}`);
  }
  writeFragment();
  const before = digest();
  if (before !== undefined && existsSync(stamp) && readFileSync(stamp, "utf8") === before) {
    return false;
  }

  const ownNode = join(root, "node_modules/.bin/node");
  const result = spawnSync(
    existsSync(ownNode) ? ownNode : process.execPath,
    [join(langium, "bin/langium.js"), "generate", "-f", configuration],
    { cwd: root, encoding: "utf8" },
  );
  const said = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim();
  if (result.status !== 0) {
    throw new Error(`the parser could not be generated:\n${said || result.error?.message}`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest() ?? "");
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(generate() ? "parser generated" : "parser up to date");
  } catch (error) {
    console.error(`generate: ${error.message}`);
    process.exitCode = 1;
  }
}
