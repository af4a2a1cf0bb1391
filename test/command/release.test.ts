import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checksumsOf, faultOfTag } from "../../scripts/release.mjs";
import { root } from "./diag.js";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  readonly engines: { readonly vscode: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const workflow = read(".github/workflows/check.yml");

test("the extension is compiled against the oldest VS Code that it says it runs in", () => {
  const [, oldest] = /^\^(\d+\.\d+\.\d+)$/.exec(manifest.engines.vscode)!;
  expect(manifest.devDependencies["@types/vscode"]).toBe(oldest);
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { version: string }>;
  };
  expect(packages["node_modules/@types/vscode"]!.version).toBe(oldest);
  const [, stated] = /VS Code (\d+\.\d+) or newer/.exec(read("README.md"))!;
  expect(`${stated}.0`).toBe(oldest);
});

test("the workflow runs .ci/run, and nothing that is not there", () => {
  const lines = [...workflow.matchAll(/- run: (.*)$/gm)].map(([, line]) => line!);
  expect(lines).toContain(".ci/run");
  const scripts = lines.flatMap((line) => /npm run (?:--silent )?([\w:]+)/.exec(line)?.[1] ?? []);
  expect(scripts).toEqual(["build", "release"]);
  expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
  const files = lines.flatMap((line) => line.match(/\b(?:examples|scripts)\/[\w./-]+|\.ci\/\w+/g) ?? []);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("the workflow publishes for tags only, when all else has passed", () => {
  const jobs = [...workflow.matchAll(/^ {2}([\w-]+):\n((?: {4}.*\n|\n)+)/gm)].filter(([, , body]) =>
    body!.includes("steps:"),
  );
  const names = jobs.map(([, name]) => name!);
  const [, , release] = jobs.find(([, name]) => name === "release")!;
  expect(release).toContain("if: startsWith(github.ref, 'refs/tags/v')");
  const [, needed] = /needs: \[(.*)\]/.exec(release!)!;
  expect([...needed!.split(", "), "release"].sort()).toEqual(names.sort());
  const writing = jobs.filter(([, , body]) => /\bwrite\b/.test(body!)).map(([, name]) => name);
  expect(writing).toEqual(["release"]);
});

const changelog = (heading: string) => `# Changelog\n\n${heading}\n\n- A line.\n\n## 0.9.0 (2026-01-01)\n`;

test.each([
  ["v1.0.0", "1.0.0", "## 1.0.0 (2026-12-01)", undefined],
  ["v1.0.1", "1.0.0", "## 1.0.0 (2026-12-01)", /^the tag v1\.0\.1 is not of version 1\.0\.0/],
  ["1.0.0", "1.0.0", "## 1.0.0 (2026-12-01)", /whose tag is v1\.0\.0$/],
  [
    "v1.0.0",
    "1.0.0",
    "## 1.0.0 (unreleased)",
    /^CHANGELOG\.md begins with "## 1\.0\.0 \(unreleased\)"; write/,
  ],
  ["v0.9.0", "0.9.0", "## 1.0.0 (2026-12-01)", /^CHANGELOG\.md begins with/],
])("tag %s of version %s under %s", (tag, version, heading, fault) => {
  const found = faultOfTag(tag, version, changelog(heading));
  if (fault === undefined) {
    expect(found).toBeUndefined();
  } else {
    expect(found).toMatch(fault);
  }
});

test("checksums are as sha256sum writes them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "diag-release-"));
  try {
    await writeFile(join(folder, "b.tgz"), "b");
    await writeFile(join(folder, "a.vsix"), "");
    // Of nothing it is well known.
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const one = createHash("sha256").update("b").digest("hex");
    expect(checksumsOf(folder)).toBe(`${empty}  a.vsix\n${one}  b.tgz\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
