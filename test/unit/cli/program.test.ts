import { describe, expect, test } from "vitest";
import { programOf } from "../../../src/cli/program.js";
import { UsageError } from "../../../src/cli/usage.js";
import type { Verb } from "../../../src/cli/verb.js";
import { verbs } from "../../../src/cli/verbs/index.js";

const options = {
  eta: { takes: "value", hint: "a number", help: "the learning rate" },
  "path-condition": { takes: "flag", help: "only some" },
  diagram: { takes: "words", hint: "NAME", help: "these diagrams" },
  json: { takes: "flag", help: "", refusal: "sum takes no --json" },
} as const satisfies Verb["options"];

const sum: Verb = {
  name: "sum",
  words: "FILE",
  summary: "sum diagrams",
  example: "diag sum a.diag --eta 0.1",
  options,
  run: async () => 0,
};

/** The words of a command line as help shows it, without what a shell does itself. */
function wordsOfExample(line: string): string[] {
  expect(line).not.toMatch(/[$`\\"';&|<]/);
  const [program, ...words] = line.replace(/ > \S+$/, "").split(" ");
  expect(program).toBe("diag");
  return words;
}

test.each(verbs.map(({ name, example }) => [name, example]))(
  "the example of %s is read as it stands, and names no file but my.diag",
  async (name, line) => {
    const asked: string[] = [];
    const silent = { print: () => undefined, note: () => undefined };
    const program = programOf(verbs, silent, async (verb, given) => {
      const files = given.words.filter((word) => /[./]/.test(word));
      asked.push(verb.name, ...files);
    });
    await program.parseAsync(wordsOfExample(line), { from: "user" });
    expect(asked.filter((word) => word !== "my.diag")).toEqual([name]);
  },
);

/** What a verb is given for words behind `diag`, and what is printed. */
async function read(...words: string[]) {
  const printed: string[] = [];
  const noted: string[] = [];
  const given: Record<string, unknown>[] = [];
  const terminal = { print: (text: string) => printed.push(text), note: (line: string) => noted.push(line) };
  const program = programOf([sum], terminal as never, async (_, args) => {
    const values = Object.keys(options)
      .filter((name) => args.has(name))
      .map((name) => [name, args.list(name)]);
    given.push({ words: args.words, ...Object.fromEntries(values) });
  });
  await program.parseAsync(words, { from: "user" }).catch((error: unknown) => {
    if (error instanceof UsageError) {
      throw error;
    }
  });
  return { printed: printed.join("\n"), noted: noted.join("\n"), given };
}

describe("words behind diag", () => {
  test.each<[string[], Record<string, unknown>]>([
    [["a.diag"], { words: ["a.diag"] }],
    [["--eta", "0.1", "a.diag"], { words: ["a.diag"], eta: ["0.1"] }],
    [["a.diag", "--eta=0.1"], { words: ["a.diag"], eta: ["0.1"] }],
    [["a.diag", "--eta", "-0.1"], { words: ["a.diag"], eta: ["-0.1"] }],
    [["a.diag", "--eta", "-1e-3"], { words: ["a.diag"], eta: ["-1e-3"] }],
    [["a.diag", "--eta="], { words: ["a.diag"], eta: [""] }],
    [["a.diag", "--eta=--odd=x"], { words: ["a.diag"], eta: ["--odd=x"] }],
    [["a.diag", "--eta", ""], { words: ["a.diag"], eta: [""] }],
    [["-1", "a.diag"], { words: ["-1", "a.diag"] }],
    [["--path-condition", "a.diag"], { words: ["a.diag"], "path-condition": [] }],
    [
      ["a.diag", "--diagram", "b", "(01)", "--eta", "1"],
      { words: ["a.diag"], diagram: ["b", "(01)"], eta: ["1"] },
    ],
    [["--diagram", "b", "--diagram", "c", "d"], { words: [], diagram: ["b", "c", "d"] }],
    [["--diagram=b", "a.diag"], { words: ["a.diag"], diagram: ["b"] }],
    [["--", "--eta", "-h"], { words: ["--eta", "-h"] }],
  ])("%j are read", async (words, expected) => {
    expect((await read("sum", ...words)).given).toEqual([expected]);
  });

  test.each([
    [["--eta"], "--eta needs a number after it: the learning rate"],
    [["--eta", "--path-condition"], "--eta needs a number after it: the learning rate"],
    [["--diagram", "--eta", "1"], "--diagram needs NAME… after it: these diagrams"],
    [["--eta", "1", "--eta=2"], "--eta is given twice; give it once"],
    [["--path-condition", "--path-condition"], "--path-condition is given twice; give it once"],
    [["--path-condition=1"], "--path-condition takes no value"],
    [["--etas=1"], "unknown option --etas; did you mean --eta?"],
    [["--pathCondition"], "unknown option --pathCondition; did you mean --path-condition?"],
    [
      ["--__proto__"],
      "unknown option --__proto__; this verb takes --eta, --path-condition, --diagram, --help",
    ],
    [["-e"], "unknown option -e; this verb takes --eta, --path-condition, --diagram, --help"],
    [["--it's"], "unknown option --it's; this verb takes --eta, --path-condition, --diagram, --help"],
    [["--json"], "sum takes no --json"],
  ])("%j are refused", async (words, message) => {
    await expect(read("sum", "a.diag", ...words)).rejects.toThrow(new UsageError(message));
  });

  test("are told of an option that has taken the file among them", async () => {
    await expect(read("sum", "--diagram", "b", "a.diag", "--eta", "1")).rejects.toThrow(
      new UsageError(
        "--diagram takes all words up to the next option, a.diag too; write the file first: diag sum a.diag --diagram …",
      ),
    );
  });

  test.each([
    [["--eta", "1"], "--eta stands before a verb"],
    [["--json", "sum"], "--json stands before a verb"],
    [["son"], "there is no verb son; the verbs are sum (diag --help)"],
    [["it's 'x'"], "there is no verb it's 'x'; the verbs are sum (diag --help)"],
    [["constructor"], "there is no verb constructor; the verbs are sum (diag --help)"],
  ])("%j are refused before a verb", async (words, message) => {
    await expect(read(...words)).rejects.toThrow(message);
  });

  test("that ask for help get it, whatever else they say", async () => {
    for (const words of [
      ["--help"],
      ["sum", "-h"],
      ["sum", "--etas", "--help"],
      ["sum", "a.diag", "--eta", "1", "-h"],
    ]) {
      const { printed, noted, given } = await read(...words);
      expect(printed).toMatch(
        words[0] === "sum"
          ? /^ {2}--diagram NAME… +these diagrams$/m
          : /^ {2}sum FILE +sum diagrams\n +e\.g\. diag sum/m,
      );
      expect(printed).not.toMatch(/--json {2}|preset|undefined/);
      expect([noted, given]).toEqual(["", []]);
    }
  });

  test("of all verbs stand in lines of 80 characters, but for examples", () => {
    const printed: string[] = [];
    const terminal = { print: (text: string) => printed.push(text), note: () => undefined };
    programOf(verbs, terminal, async () => undefined).outputHelp();
    const lines = printed.join("\n").split("\n");
    expect(lines.filter((line) => line.length > 80 && !/^ +e\.g\. diag /.test(line))).toEqual([]);
    // what is broken goes on below its beginning
    const verb = lines.findIndex((line) => line.startsWith("  describe FILE"));
    const column = lines[verb]!.indexOf("list what");
    expect(lines[verb + 1]).toMatch(new RegExp(`^ {${column}}\\S`));
  });

  test("are told apart from none, which are told how to go on", async () => {
    const { printed, noted } = await read();
    expect(noted).toMatch(/Usage: diag VERB[\s\S]*sum FILE/);
    expect(printed).toBe("");
  });
});
