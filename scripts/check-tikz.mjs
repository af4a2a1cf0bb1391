// Compiles with a real LaTeX what `diag render --to tikz` writes: the golden files of the tests, and every diagram
// of the examples. Each must become one page without errors, missing characters or overfull boxes.
// Usage: npm run build && node scripts/check-tikz.mjs [FILE.tex…]

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = "on Debian: apt-get install texlive-latex-base texlive-pictures texlive-latex-extra";

if (spawnSync("pdflatex", ["--version"]).error) {
  console.error(
    `check-tikz: there is no pdflatex; install TeX Live with TikZ and the class standalone (${packages})`,
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "diag-tikz-"));
let failures = 0;
try {
  const given = process.argv.slice(2).map((path) => resolve(path));
  const files =
    given.length > 0 ? given : [...filesIn("test/unit/drawing/golden", ".tex"), ...renderedExamples()];
  for (const file of files) {
    const fault = faultOf(file);
    failures += fault === undefined ? 0 : 1;
    console.log(
      `${fault === undefined ? "ok  " : "FAIL"} ${basename(file)}${fault === undefined ? "" : `: ${fault}`}`,
    );
  }
  console.log(`${files.length - failures} of ${files.length} documents compile`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

function filesIn(path, ending) {
  return readdirSync(join(root, path), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, path, name));
}

/** The diagrams of the examples, rendered by the built command. */
function renderedExamples() {
  return filesIn("examples", ".diag")
    .filter((path) => /^\s*(?:(?:train|multi_epoch)\s+)*diagram\s/m.test(readFileSync(path, "utf8")))
    .flatMap((path) => {
      const output = join(folder, basename(path, ".diag"));
      const words = ["render", path, "--to", "tikz", "--output", output, "--json"];
      const printed = execFileSync(process.execPath, [join(root, "dist", "diag.js"), ...words], {
        encoding: "utf8",
      });
      return JSON.parse(printed).files.map(({ file }) => resolve(file));
    });
}

/** What LaTeX has to say against a document. */
function faultOf(file) {
  const options = [
    "-halt-on-error",
    "-interaction=nonstopmode",
    "-no-shell-escape",
    `-output-directory=${folder}`,
  ];
  const { stdout, status } = spawnSync("pdflatex", [...options, "-jobname=drawing", file], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, max_print_line: "1000" },
  });
  const log = stdout ?? "";
  const missing = /File `([^']+)' not found/.exec(log)?.[1];
  if (missing) {
    return `LaTeX lacks ${missing} (${packages})`;
  }
  if (status !== 0) {
    return /^!.*$/m.exec(log)?.[0] ?? "pdflatex did not end well";
  }
  const complaint = /^(?:Overfull|Missing character|LaTeX Warning|LaTeX Font Warning).*$/m.exec(log)?.[0];
  if (complaint) {
    return complaint;
  }
  return /Output written on .*\(1 page,/.test(log.replace(/\n/g, "")) ? undefined : "it has not one page";
}
