import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diag, root } from "./diag.js";
import { blocksIn, callsIn, isAsPrinted } from "./documented.js";

// What the pages show is true: their files have no errors, their commands do what they say.

/** Pages whose examples other tests run, or nobody can. */
const elsewhere: Readonly<Record<string, string>> = {
  "docs/language.md": "test/language/reference.test.ts",
  "docs/library.md": "test/command/library.test.ts",
  "docs/from-python.md": "test/command/from-python.test.ts",
  // Their examples need a Slurm.
  "docs/cluster.md": "test/cluster/documentation.test.ts",
  "docs/how-to/use-a-cluster.md": "test/cluster/documentation.test.ts",
};

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...["docs", "docs/how-to", "examples/figures", "examples/networks"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

test.each(Object.entries(elsewhere))("%s has its examples run by %s", (page, file) => {
  expect(pages).toContain(page);
  expect(existsSync(join(root, file))).toBe(true);
});

test("lines of data in docs/data.md are those of a landscape, but for files that have to be got", async () => {
  const text = readFileSync(join(root, "docs/data.md"), "utf8");
  const lines = [...text.matchAll(/^```\n(data .*)\n```$/gm)].map(([, line]) => line!);
  expect(lines.length).toBeGreaterThan(3);
  const folder = await mkdtemp(join(tmpdir(), "diag-page-"));
  for (const line of lines) {
    await writeFile(join(folder, "line.diag"), `landscape l { weights w = 0 ${line} loss w^2 }\n`);
    const { output } = await diag(["check", "line.diag", "--json"], { cwd: folder });
    const { diagnostics } = JSON.parse(output) as { diagnostics: { message: string }[] };
    const others = diagnostics.filter(({ message }) => !message.includes("no such file"));
    expect([line, others]).toEqual([line, []]);
  }
  await rm(folder, { recursive: true });
});

test("every finding is listed, and what is listed is there", () => {
  const scripts = readdirSync(join(root, "findings")).filter((name) => name.endsWith(".sh"));
  const listed = readFileSync(join(root, "docs", "findings.md"), "utf8").matchAll(/^\| `(.*?)` \|/gm);
  expect(Array.from(listed, ([, name]) => `${name}.sh`)).toEqual(scripts.sort());
});

describe("what stands for what is printed", () => {
  test.each([
    ["a 1\nb 2\n", "a 1\nb 2", true],
    ["a   1\nb 2\n", "a 1\nb …", true],
    ["a 1\nb 2\nc 3\n", "a 1\n…\nc 3", true],
    ["a 1\nb 2\n", "a 1\nb 3", false],
    ["a 1\nb 2\n", "a 1", false],
  ])("%j is %j: %s", (text, printed, expected) => {
    expect(isAsPrinted(text, printed)).toBe(expected);
  });
});

const tried = pages.filter((page) => !(page in elsewhere)).map((page) => ({ page, blocks: blocksIn(page) }));

describe.each(
  tried.filter(({ blocks }) => blocks.some((block) => block.kind === "diag" || callsIn(block).length > 0)),
)("$page", ({ blocks }) => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-page-"));
    await symlink(join(root, "examples"), join(folder, "examples"), "junction");
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  // In the page's order: files are there for the commands below them.
  const steps = blocks.flatMap((block, index) => {
    const calls = ["sh", "console"].includes(block.kind) ? callsIn(block) : [];
    const named = block.words || (block.kind === "diag" ? `example-${index}.diag` : "");
    const file = named === "" ? [] : [{ file: named, block }];
    return [...file, ...calls];
  });

  test("is true from its first example to its last", async () => {
    for (const step of steps) {
      if ("file" in step) {
        await writeFile(join(folder, step.file), step.block.content);
        if (step.block.kind !== "diag") {
          continue;
        }
        const { output } = await diag(["check", step.file, "--json"], { cwd: folder });
        const { diagnostics } = JSON.parse(output) as { diagnostics: { message: string }[] };
        expect([step.file, diagnostics.map(({ message }) => message)]).toEqual([step.file, []]);
        continue;
      }
      const { status, output, errors } = await diag(step.words, { cwd: folder, state: folder });
      if (step.printed === undefined) {
        expect([step.line, status, errors]).toEqual([step.line, 0, expect.any(String)]);
      } else if (!isAsPrinted(status === 2 ? errors : output, step.printed)) {
        expect(output).toBe(step.printed);
      }
    }
  });
});

test.each(pages)("%s leads to places that there are", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, path, heading]) => {
    const target = path === "" ? join(root, page) : join(root, dirname(page), path!);
    return !existsSync(target) || (heading !== undefined && !headingsOf(target).includes(heading));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The anchors that a page's headings have. */
function headingsOf(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}
