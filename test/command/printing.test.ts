import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { command, diag, withFolder, withoutPhases } from "./diag.js";

/** A piece of text in which every kind of character acts on a terminal or on who reads it. */
const acting = "\u001b[2J\u009b1m\u0007\u007f\u202ex\u2066\u2028\u200b";
const seen = "\\x1b[2J\\x9b1m\\x07\\x7f\\u{202e}x\\u{2066}\\u{2028}\\u{200b}";

/** Characters of a text that are not to reach a terminal, found by their numbers. */
const reaching = (text: string) =>
  [...text].filter((one) => {
    const code = one.codePointAt(0)!;
    return (
      (code < 0x20 && one !== "\n" && one !== "\t") ||
      (code >= 0x7f && code < 0xa0) ||
      [0x200b, 0x202e, 0x2028, 0x2066].includes(code)
    );
  });

const landscape = (data: string) => `landscape l { weights w = 0 data ${data} loss (w - x)^2 / 2 }\n`;

/** Files of a folder, the words of a command, and whether its text comes from the text of a file. */
const cases: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ["a path that is missing", {}, ["check", `no${acting}.diag`]],
  ["a path with errors", { [`a${acting}.diag`]: "diagram a { b -> c, }" }, ["check", `a${acting}.diag`]],
  ["an import", { "a.diag": `import "${acting}.diag"` }, ["check", "a.diag"]],
  ["a table that is missing", { "a.diag": landscape(`x from "${acting}.csv"`) }, ["check", "a.diag"]],
  ["a cell", { "a.diag": landscape('x from "t.csv"'), "t.csv": `x\n1\nb${acting}\n` }, ["check", "a.diag"]],
  ["a verb", {}, [`v${acting}`]],
  ["an option", {}, ["check", `--o${acting}`]],
  ["the value of an option", {}, ["enumerate", "--edges", acting]],
  ["a name", { "a.diag": "diagram a = (0-1)(01)" }, ["formula", "a.diag", acting]],
  [
    "a folder",
    { "a.diag": "diagram a = (0-1)(01)" },
    ["render", "a.diag", "--to", "svg", "--output", `o${acting}`],
  ],
];

describe("text from outside", () => {
  test.concurrent.each(cases)("of %s does not reach the terminal as it is", async (_, files, words) => {
    await withFolder(files, async (cwd) => {
      const { output, errors } = await diag(words, { cwd });
      const all = output + errors;
      expect(reaching(all)).toEqual([]);
      expect(all).toContain(seen);
      // A line more would be a message that nobody has written.
      if (output === "") {
        expect(errors.trimEnd().split("\n")).toHaveLength(1);
      }
      const asJson = await diag([...words, "--json"], { cwd });
      expect(reaching(asJson.output + asJson.errors)).toEqual([]);
      // As data it is what it was.
      expect(JSON.stringify(JSON.parse(asJson.output))).toContain(JSON.stringify(acting).slice(1, -1));
    });
  });
});

/** Runs the command with streams of the test's own. */
function run(words: readonly string[], stdio: readonly ("pipe" | "gone" | number)[]) {
  return new Promise<{ status: number | null; errors: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...words], {
      stdio: ["ignore", ...stdio.map((one) => (one === "gone" ? "pipe" : one))],
    });
    let errors = "";
    child.stderr?.on("data", (chunk) => {
      errors += chunk;
    });
    // The reader goes before there is anything to read.
    if (stdio[0] === "gone") {
      child.stdout!.destroy();
    }
    if (stdio[1] === "gone") {
      child.stderr!.destroy();
    }
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, errors: withoutPhases(errors) }));
  });
}

describe("what cannot be printed", () => {
  const inFolder = (work: (of: (name: string) => string) => Promise<void>) =>
    withFolder({ "bad.diag": "diagram d { a -> b", "good.diag": "diagram d { a -> b }" }, (folder) =>
      work((name) => join(folder, name)),
    );

  test("for a reader that is gone leaves the exit status as it is", async () => {
    await inFolder(async (of) => {
      const both = ["gone", "gone"] as const;
      const answers = ["gone", "pipe"] as const;
      const messages = ["pipe", "gone"] as const;
      const outcomes = [
        [["check", of("bad.diag")], answers, 1],
        [["check", of("bad.diag"), "--json"], both, 1],
        [["check", of("good.diag")], both, 0],
        [["check", of("none.diag")], messages, 2],
        [["check", of("none.diag"), "--json"], both, 2],
        [["enumerate", "--edges", "6"], answers, 0],
        [["--help"], both, 0],
        [["--version"], answers, 0],
        [[], messages, 2],
      ] as const;
      for (const [words, stdio, expected] of outcomes) {
        const { status, errors } = await run(words, stdio);
        expect([words, stdio, status]).toEqual([words, stdio, expected]);
        expect(errors).not.toMatch(/EPIPE|\n {4}at /);
      }
    });
  });

  test.skipIf(!existsSync("/dev/full"))("for want of space is one line and status 2", async () => {
    await inFolder(async (of) => {
      const full = openSync("/dev/full", "w");
      try {
        for (const words of [
          ["check", of("good.diag")],
          ["check", of("bad.diag"), "--json"],
          ["--version"],
          ["--help"],
        ]) {
          const { status, errors } = await run(words, [full, "pipe"]);
          expect(status).toBe(2);
          expect(errors).toMatch(/^diag: standard output cannot be written \(ENOSPC\): [^\n]+\n$/);
          expect((await run(words, [full, full])).status).toBe(2);
        }
        expect((await run(["check", of("none.diag")], ["pipe", full])).status).toBe(2);
        expect((await run(["check", of("bad.diag")], ["pipe", full])).status).toBe(1);
      } finally {
        closeSync(full);
      }
    });
  });

  test.skipIf(process.platform === "win32")(
    "where streams are closed leaves the exit status as it is",
    async () => {
      await inFolder(async (of) => {
        for (const [closed, name, expected] of [
          ["2>&-", "none.diag", 2],
          [">&- 2>&-", "none.diag", 2],
          ["<&- >&- 2>&-", "bad.diag", 1],
          [">&-", "good.diag", 0],
        ] as const) {
          const line = `exec "$0" "$@" ${closed}`;
          const words = ["-c", line, process.execPath, command, "check", of(name)];
          const status = await new Promise((resolve) =>
            spawn("sh", words, { stdio: "ignore" }).on("close", resolve),
          );
          expect([closed, name, status]).toEqual([closed, name, expected]);
        }
      });
    },
  );

  test("a table that is printed stays straight, whatever its cells hold", async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, "a.diag");
      await writeFile(path, "diagram joined\u200cname = (0-1)(01)\ndiagram b = (01-2)(02-12)\n");
      const { output } = await diag(["describe", path]);
      const [, rule, ...rows] = output.trimEnd().split("\n");
      const column = rule!.lastIndexOf("  ") + 2;
      expect(rows.map((row) => row.slice(column))).toEqual(["(0-1)(01)", "(01-2)(02-12)"]);
    });
  });
});
