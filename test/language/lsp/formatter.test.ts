import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { CstUtils } from "langium";
import { describe, expect, test } from "vitest";
import type { FormattingOptions } from "vscode-languageserver";
import { canonicalForm } from "../../../src/diagram/index.js";
import { analyzeText } from "../../../src/language/index.js";
import { fewTimes, times } from "../../times.js";
import { Editor, edited, type Open } from "./editor.js";
import { randomFile } from "./random-files.js";

const options: FormattingOptions = { tabSize: 2, insertSpaces: true };

async function format(text: string, given: FormattingOptions = options): Promise<string> {
  const { main } = await Editor.of(text);
  return edited(text, await editsOf(main, given));
}

async function editsOf(main: Open, given: FormattingOptions = options) {
  return main.editor.diag.lsp.Formatter!.formatDocument(main.document, {
    ...main.identifier,
    options: given,
  });
}

/** Words, signs and comments of a text; white space is what formatting may change. */
async function wordsOf(text: string): Promise<string[]> {
  const { main } = await Editor.of(text);
  return CstUtils.flattenCst(main.document.parseResult.value.$cstNode!)
    .map((leaf) => leaf.text)
    .filter((word) => word.trim() !== "")
    .toArray();
}

function diagFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".diag"))
    .map((name) => join(folder, name));
}

const samples = [...diagFiles("examples"), ...diagFiles("test/corpus")].map(
  (path) => [path, readFileSync(path, "utf8")] as const,
);

describe.each(samples)("%s", (_, text) => {
  test("keeps its words and formats once", async () => {
    const once = await format(text);
    expect(await wordsOf(once)).toEqual(await wordsOf(text));
    expect(await format(once)).toBe(once);
  });
});

test("statements, blocks and lists", async () => {
  expect(
    await format(
      [
        'import   "a.diag"   import "b.diag"',
        "diagram drift{a,b->j->out part{a,b}}",
        "multi_epoch   train diagram e {",
        "a,b->j // chain",
        "",
        "",
        "",
        "      part S={ a , j }  }",
        "diagram c=( 01 - 2 )( 02-12 )",
        "landscape l{weights u=-1,v=2*u",
        "data x~discrete(-1:2/3,2:1/3)",
        "loss (u+v)^2*x-  -u/ 2 + exp( -h )}",
        "verify v { landscape l",
        "sgd(N=10,E=1,B=1,shuffle=same) eta=0.1,0.2 observe test_loss,displacement(u,v) predict a+b sum=exact }",
      ].join("\n"),
    ),
  ).toBe(
    [
      'import "a.diag"',
      'import "b.diag"',
      "diagram drift { a, b -> j -> out part {a, b} }",
      "multi_epoch train diagram e {",
      "  a, b -> j // chain",
      "",
      "  part S = {a, j}",
      "}",
      "diagram c = (01-2)(02-12)",
      "landscape l {",
      "  weights u = -1, v = 2*u",
      "  data x ~ discrete(-1: 2/3, 2: 1/3)",
      "  loss (u + v)^2*x - -u/ 2 + exp(-h)",
      "}",
      "verify v {",
      "  landscape l",
      "  sgd(N = 10, E = 1, B = 1, shuffle = same)",
      "  eta = 0.1, 0.2",
      "  observe test_loss, displacement(u, v)",
      "  predict a + b",
      "  sum = exact",
      "}",
      "",
    ]
      .join("\n")
      .replace("-u/ 2", "-u/2"),
  );
});

test("comments stay where they are", async () => {
  const text = [
    "// head",
    "",
    "/** Doc. */",
    "diagram d { // opens",
    "  // first",
    "  a -> b /* why */ -> c",
    "",
    "  /* a comment",
    "     of lines */",
    "  part {a}",
    "  // last",
    "}",
    "// end",
    "",
  ].join("\n");
  expect(await format(text)).toBe(text);
});

test("lists may run over lines", async () => {
  const text = "diagram d {\n  a,\n    b,\n    c -> out\n}\n";
  expect(await format(text)).toBe(text);
});

test("tabs, and line ends of the text", async () => {
  expect(await format("diagram d {\r\na -> b\r\n}", { tabSize: 4, insertSpaces: false })).toBe(
    "diagram d {\r\n\ta -> b\r\n}\r\n",
  );
});

test.each([
  ["w ^ ( 2 )", "w^(2)"],
  ["- ( w )", "-(w)"],
  ["2 ** ( - (w) )", "2**(-(w))"],
  ["w ^-( 1 )", "w^-(1)"],
  ["exp ( - ( w ) )* ( w )", "exp(-(w))*(w)"],
  ["w * ( w )-( w )", "w * (w) - (w)"],
  ["+ - ( - w )", "+-(-w)"],
])("signs and powers stand close, whatever their operand is: %s", async (given, expected) => {
  expect(await format(`landscape l { weights w = 1 loss ${given} }`)).toBe(
    `landscape l { weights w = 1 loss ${expected} }\n`,
  );
});

test.each([
  "diagram d { a -> }",
  "diagram d { a->b",
  "stray   diagram d{a->b}",
  "diagram d=( 0 1-3 )( 02-12 )\ndiagram e{a->b}",
  "diagram d=( 0 - 1 )( 0 . 1-01 )\ndiagram e{a->b}",
  "diagram d=( 0 1-2 )( 02-13 )",
  "diagram d=( 0 1-2 )( 02-20 )",
  "diagram d=( 0 1-1 )( 01 )",
  "diagram d=( 0-1-2 )( 01-10 )",
  "train   train diagram d{a->b}",
])("broken text is left alone: %s", async (text) => {
  expect(await format(text)).toBe(text);
});

test("a range, a closed brace and a new line", async () => {
  const text = "diagram a{x->y}\ndiagram b{x->y}\ndiagram c {\nx->y\n}";
  const { main } = await Editor.of(text);
  const formatter = main.editor.diag.lsp.Formatter!;
  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 99 } };
  expect(
    edited(text, await formatter.formatDocumentRange(main.document, { ...main.identifier, range, options })),
  ).toBe(text.replace("diagram b{x->y}", "diagram b { x -> y }"));
  const typed = (ch: string, line: number, character: number) =>
    formatter.formatDocumentOnType(main.document, {
      ...main.identifier,
      position: { line, character },
      ch,
      options,
    });
  expect(edited(text, await typed("}", 4, 1))).toBe(text.replace("x->y\n}", "  x -> y\n}"));
  expect(edited(text, await typed("\n", 2, 0))).toBe(text.replace("diagram b{x->y}", "diagram b { x -> y }"));
});

const gap = fc.constantFrom(" ", "  ", "\n", "\n\n\n", "\t", " // c\n", " /* c */ ", "\n  /* c\n d */\n");

test("whatever white space and comments stand between the words", async () => {
  const sound = samples.filter(([path]) => !/problems|recovery|fixes/.test(path)).map(([, text]) => text);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sound),
      fc.array(gap, { minLength: 5, maxLength: 30 }),
      async (text, gaps) => {
        const words = (await wordsOf(text)).filter((word) => !word.startsWith("/"));
        const mixed = words.map((word, index) => word + gaps[index % gaps.length]).join("");
        const once = await format(mixed);
        expect(await wordsOf(once)).toEqual(await wordsOf(mixed));
        expect(await format(once)).toBe(once);
      },
    ),
    { numRuns: fewTimes(20, 40) },
  );
});

test("random files format once, keep their words and say what they said", async () => {
  const said = async (text: string) => {
    const { diagrams, landscapes, verifies } = await analyzeText(text);
    return JSON.stringify([
      [...diagrams].map(([name, { diagram, documentation }]) => [
        name,
        canonicalForm(diagram),
        documentation,
      ]),
      ...[landscapes, verifies].map((values) => [...values]),
    ]);
  };
  await fc.assert(
    fc.asyncProperty(randomFile(false), async ({ text }) => {
      const once = await format(text);
      expect(await wordsOf(once)).toEqual(await wordsOf(text));
      expect(await format(once)).toBe(once);
      expect(await said(once)).toBe(await said(text));
      // Neither a sign nor a power stands apart from the parenthesis behind it, but for a comment or a line break.
      expect(once.replace(/\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g, "#")).not.toMatch(/(?:\^|\*\*) +\(|[=(,] - \(/);
    }),
    { numRuns: times(15), endOnFailure: true },
  );
});
