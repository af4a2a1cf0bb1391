import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commonOptions } from "../../src/cli/usage.js";
import { verbs } from "../../src/cli/verbs/index.js";
import { command, diag, root, withFolder } from "./diag.js";
import { blocksIn, type DocumentedBlock } from "./documented.js";

// Every block and every command of every page is run by some test, or a list says why it cannot be.

const pages = [
  ...["README.md", "CONTRIBUTING.md"],
  ...["docs", "docs/how-to", "findings", "examples/figures", "examples/networks"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

const here = "test/command/blocks.test.ts";
const documentation = "test/command/documentation.test.ts";
const fromPython = "test/command/from-python.test.ts";
const cluster = "test/cluster/documentation.test.ts";

/** Which file runs the blocks of a kind, where `documentation` does not. */
const runBy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "docs/language.md": { diag: "test/language/reference.test.ts" },
  "docs/library.md": { js: "test/command/library.test.ts", text: "test/command/library.test.ts" },
  "docs/from-python.md": { python: fromPython, r: fromPython, text: fromPython },
  "docs/cluster.md": { console: cluster },
  "docs/how-to/use-a-cluster.md": { console: cluster },
  "docs/how-to/use-a-network.md": { python: here },
  "docs/editors.md": { lua: "test/host/neovim.test.ts", toml: here },
  "docs/data.md": { "": `${documentation} and ${here}` },
};

/** Lines of shells, and blocks by their first line, that no test runs, and why. */
const notRun: Readonly<Record<string, string>> = {
  "README.md: npm ci": "`.ci/run` begins with it",
  "README.md: npm start": "builds and runs `diag report examples/gauss.diag`, which other tests do",
  "README.md: npm cit": "runs this test",
  "docs/editors.md: npm ci": "`.ci/run` begins with it",
  "docs/editors.md: npm run build": "`.ci/run` does it",
  "docs/editors.md: npm install --global .":
    "changes the machine; npm-package.test.ts installs the package in a folder",
  'docs/editors.md: (define-derived-mode diag-mode prog-mode "Diag"':
    "needs Emacs 29; that it starts the server by the right words is tried below",
  "docs/data.md: md5sum cifar-10-binary.tar.gz": "needs a download of 170 MB",
  "docs/data.md: tar -xzf cifar-10-binary.tar.gz": "needs that download",
  "docs/data.md: wc -c cifar-10-batches-bin/*.bin": "needs that download",
  "docs/data.md: apt-get install python3-sklearn":
    "changes the machine; networks.test.ts makes the synthetic set",
  "docs/data.md: /usr/bin/python3 digits.py": "needs that package",
  "docs/render.md: pdflatex figures/skew.tex": "needs LaTeX; `npm run check:tikz` compiles all",
};

/** The commands of a line of a shell that are no calls of `diag`, each without what its output goes to. */
const otherCommands = ({ kind, content }: DocumentedBlock): string[] => {
  const lines = kind === "console" ? (content.match(/^\$ .*$/gm) ?? []) : content.trimEnd().split("\n");
  return lines
    .map((line) => line.replace(/^\$ /, "").replace(/\s+#.*$/, ""))
    .flatMap((line) => line.split(/\s*(?:&&|\|\||;|\|)\s*/))
    .filter((words) => !/^diag(?: |$)/.test(words));
};

/** What of a block's file `documentation` does not run. */
function leftOut(page: string, block: DocumentedBlock): string[] {
  const { kind, words, content } = block;
  if (runBy[page]?.[kind] !== undefined) {
    return [];
  }
  if (kind === "diag" || (words !== "" && kind === "text")) {
    return [];
  }
  const parts = kind === "sh" || kind === "console" ? otherCommands(block) : [content.split("\n")[0]!];
  return parts.map((part) => `${page}: ${part}`);
}

test("each block of each page is run by a test, and the list of those that are not is exact", () => {
  const left = pages.flatMap((page) => blocksIn(page).flatMap((block) => leftOut(page, block)));
  expect(left.sort()).toEqual(Object.keys(notRun).sort());
  for (const [page, kinds] of Object.entries(runBy)) {
    const blocks = new Set(blocksIn(page).map(({ kind }) => kind));
    for (const [kind, file] of Object.entries(kinds)) {
      expect(blocks, page).toContain(kind);
      expect(file.split(" and ").every((one) => existsSync(join(root, one)))).toBe(true);
    }
  }
});

/** What is in single backquotes, of the prose of a page. */
const spansIn = (page: string): string[] => {
  const prose = readFileSync(join(root, page), "utf8").replace(/^( *)```.*?^ *```$/gms, "");
  return Array.from(prose.matchAll(/(?<!`)`(diag(?: [^`\n]*)?)`(?!`)/g), ([, words]) => words!);
};

test("commands in the prose of pages have verbs and options that there are", () => {
  const spans = pages.flatMap((page) => spansIn(page).map((span) => ({ page, span })));
  const wrong = spans.filter(({ span }) => {
    const [name, ...rest] = span.split(" ").slice(1);
    const verb = verbs.find((one) => one.name === name);
    const options = rest.filter((word) => word.startsWith("--"));
    return name === undefined || name === "VERB" || name.startsWith("-")
      ? ![...options, name ?? "VERB"].every((word) => /^(?:VERB|--help|--version|--json)$/.test(word))
      : verb === undefined ||
          !options.every(
            (word) => word === "--help" || word.slice(2) in { ...commonOptions, ...verb.options },
          );
  });
  expect(spans.length).toBeGreaterThan(60);
  expect(wrong).toEqual([]);
});

/** Python with a module; in CI there is one. */
const pythonWith = (module: string): string | undefined =>
  ["python3", "/usr/bin/python3"].find(
    (program) => spawnSync(program, ["-c", `import ${module}`]).status === 0,
  ) ?? (process.env.CI ? "python3" : undefined);
const python = pythonWith("numpy");

test.skipIf(python === undefined)(
  `arrays that NumPy writes as docs/how-to/use-a-network.md does are data of a landscape${python === undefined ? " (skipped: there is no Python with NumPy)" : ""}`,
  () =>
    withFolder({}, async (folder) => {
      const page = "docs/how-to/use-a-network.md";
      const [program] = blocksIn(page).filter(({ kind }) => kind === "python");
      const text = readFileSync(join(root, page), "utf8");
      const [, line] = /`(data x\[.*?npy\(.*?\))`/.exec(text)!;
      const arrays =
        "import numpy\nimages = numpy.arange(3 * 28 * 28).reshape(3, 28, 28, 1) / 7\nlabels = numpy.array([2.0, 0, 1])\n";
      await writeFile(join(folder, "save.py"), arrays + program!.content);
      await writeFile(
        join(folder, "network.diag"),
        `landscape l { ${line} weights A[3, 784] = 0 loss cross_entropy(A @ flatten(x), label) }\n`,
      );
      const { status, stderr } = spawnSync(python!, ["save.py"], { cwd: folder, encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
      const { output } = await diag(["check", "network.diag", "--json"], { cwd: folder });
      expect(JSON.parse(output)).toMatchObject({ diagnostics: [] });
    }),
);

test("files that are cut or wrong are refused in the words of docs/data.md", () =>
  withFolder({}, async (folder) => {
    const [shown] = blocksIn("docs/data.md").filter(({ content }) => content.includes("the file is cut"));
    const images = Buffer.alloc(31457280);
    images.set([0, 0, 8, 3, 0, 0, 60000 >> 8, 60000 & 255, 0, 0, 0, 28, 0, 0, 0, 28]);
    const labels = Buffer.alloc(8 + 60000);
    labels.set([0, 0, 8, 1, 0, 0, 60000 >> 8, 60000 & 255]);
    const batch = Buffer.alloc(2 * 3073);
    batch[3073] = 10;
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117).concat("\n");
    const array = Buffer.alloc(10 + header.length + 4 * 8);
    array.set([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
    array.write(header, 10, "latin1");
    array.writeDoubleLE(Number.NaN, array.length - 8);
    const files = {
      "train-images-idx3-ubyte": images,
      "train-labels-idx1-ubyte": labels,
      "data_batch_3.bin": batch,
      "X.npy": array,
    };
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(folder, name), bytes);
    }
    const lines = [
      'data x[28, 28, 1], label from idx("train-images-idx3-ubyte", "train-labels-idx1-ubyte")',
      'data x[32, 32, 3], label from cifar10("data_batch_3.bin")',
      'data x[2] from npy("X.npy")',
    ];
    for (const [index, line] of lines.entries()) {
      await writeFile(join(folder, "a.diag"), `landscape l { weights w = 0 ${line} loss w^2 }\n`);
      const { output } = await diag(["check", "a.diag", "--json"], { cwd: folder });
      const { diagnostics } = JSON.parse(output) as { diagnostics: { message: string }[] };
      expect(diagnostics.map(({ message }) => message).join("\n")).toContain(
        shown!.content.split("\n")[index]!,
      );
    }
  }));

describe("set-ups of editors in docs/editors.md", () => {
  const settings = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    contributes: { configuration: { properties: Record<string, { enum?: string[] }> } };
  };
  const formats = settings.contributes.configuration.properties["diag.hover.format"]!.enum!;
  const blocks = blocksIn("docs/editors.md");
  const content = (kind: string) => blocks.find((block) => block.kind === kind)!.content;

  /** Which words start the server, by those of a set-up. */
  const startsServer = (words: readonly string[]) => {
    expect(words[0]).toBe("diag");
    const { status, stderr } = spawnSync(process.execPath, [command, ...words.slice(1)], {
      input: "Content-Length: none\r\n\r\n",
      encoding: "utf8",
    });
    // Of words that start no server it would say that they are wrong.
    expect([status, stderr]).toEqual([2, expect.stringContaining("Content-Length")]);
  };

  const hasToml = pythonWith("tomllib");
  test.skipIf(hasToml === undefined)(
    `Helix reads its file, and starts the server by it${hasToml === undefined ? " (skipped: there is no Python 3.11)" : ""}`,
    () => {
      const read = "import json, sys, tomllib; print(json.dumps(tomllib.load(sys.stdin.buffer)))";
      const { stdout } = spawnSync(hasToml!, ["-c", read], { input: content("toml"), encoding: "utf8" });
      const parsed = JSON.parse(stdout) as {
        language: Record<string, unknown>[];
        "language-server": { diag: { command: string; args: string[]; config: unknown } };
      };
      const server = parsed["language-server"].diag;
      expect(parsed.language).toMatchObject([
        { name: "diag", "file-types": ["diag"], "language-servers": ["diag"], scope: "source.diag" },
      ]);
      expect(server.config).toEqual({ diag: { hover: { format: expect.toBeOneOf(formats) } } });
      startsServer([server.command, ...server.args]);
    },
  );

  test("Emacs is told the server's words and a value that the setting has, in lists that are closed", () => {
    const lisp = content("elisp");
    const words = /'\(diag-mode \. \(((?:"[^"]*" ?)+)\)\)/.exec(lisp)![1]!;
    startsServer(Array.from(words.matchAll(/"([^"]*)"/g), ([, word]) => word!));
    expect(formats).toContain(/:format "(\w+)"/.exec(lisp)![1]);
    let depth = 0;
    for (const sign of lisp.replace(/"(?:\\.|[^"\\])*"/gs, "").match(/[()]/g)!) {
      depth += sign === "(" ? 1 : -1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });
});
