// Generates the parser, the syntax tree's types and the module of `src/language` from the grammar.
// Skips the work when the grammar is the one that the present files were generated from.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const configuration = join(root, "src/language/langium-config.json");
const langium = join(root, "node_modules/langium-cli");
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
  for (const file of [configuration, ...grammars, ...outputs]) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Brings the generated files up to date. Throws one line when the grammar does not generate. */
export function generate() {
  if (!existsSync(configuration)) {
    throw new Error(`the grammar's configuration is missing: ${configuration}`);
  }
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
