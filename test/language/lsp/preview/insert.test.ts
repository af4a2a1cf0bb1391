import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalForm, enumerateDiagrams, formatShortForm } from "../../../../src/diagram/index.js";
import type { NamedDiagram } from "../../../../src/language/index.js";
import { answerInsert } from "../../../../src/server/preview/insert.js";
import { times } from "../../../times.js";
import { Editor, edited, type Open } from "../editor.js";

async function insert(main: Open, shortForm: string, at?: string) {
  const { version } = main.document.textDocument;
  return answerInsert(main.editor.diag, {
    uri: main.uri,
    version,
    shortForm,
    ...(at === undefined ? {} : { position: main.at(at) }),
  });
}

async function inserted(text: string, shortForm: string, at?: string): Promise<string> {
  const { main } = await Editor.of(text);
  const answer = await insert(main, shortForm, at);
  expect(answer).not.toHaveProperty("problem");
  const result = "problem" in answer ? "" : edited(text, [...answer.edits] as Parameters<typeof edited>[1]);
  const { main: opened } = await Editor.of(result);
  expect(opened.diagnostics.filter(({ severity }) => severity === 1)).toEqual([]);
  // What is written is formatted as the formatter would have it.
  const options = { tabSize: 2, insertSpaces: true };
  const formatting = opened.editor.diag.lsp.Formatter!.formatDocument(opened.document, {
    ...opened.identifier,
    options,
  });
  expect(await formatting).toEqual([]);
  return result;
}

test.each([
  ["\\sdia{c(012-3)(03-13-23)}", "diagram pasted = (012-3)(03-13-23)\n"],
  [" $\\sdia{c(01-2)(02-12)}$ ", "diagram pasted = (01-2)(02-12)\n"],
  ["c( 01 - 2 )\n(02-12).", "diagram pasted = (01-2)(02-12)\n"],
  ["\\mdia{(0-1)(01)}", "diagram pasted = (0-1)(01)\n"],
  ["(0)()", "diagram pasted = (0)()\n"],
  ["(01-2)(01-12)", "multi_epoch diagram pasted = (01-2)(01-12)\n"],
  ["(0-12)(02-12)", "train diagram pasted = (0-12)(02-12)\n"],
  ["(0.10-1-2-3-4-5-6-7-8-9-11)(0.11-1.11-2.11-3.11-4.11-5.11-6.11-7.11-8.11-9.11-10.11)", undefined],
])("%s becomes a declaration", async (given, expected) => {
  expect(await inserted("", given)).toBe(expected ?? `diagram pasted = ${given}\n`);
});

test.each([
  ["diagram a = (0-1)(01)\n", undefined, "diagram a = (0-1)(01)\ndiagram pasted = (01-2)(02-12)\n"],
  ["diagram a {\n  b -> c\n}\n", undefined, "diagram a {\n  b -> c\n}\n\ndiagram pasted = (01-2)(02-12)\n"],
  [
    "diagram a = (0-1)(01) // one\n\ndiagram b {\n  c, e -> o\n}\n",
    "diagram a",
    "diagram a = (0-1)(01) // one\ndiagram pasted = (01-2)(02-12)\n\ndiagram b {\n  c, e -> o\n}\n",
  ],
  [
    "diagram a {\n  c, e -> o\n}\n\n/** B. */\ndiagram b = (0-1)(01)\n",
    "e ->",
    "diagram a {\n  c, e -> o\n}\n\ndiagram pasted = (01-2)(02-12)\n\n/** B. */\ndiagram b = (0-1)(01)\n",
  ],
  [
    "// The file.\n\ndiagram pasted = (0-1)(01)\n",
    "// The",
    "// The file.\n\ndiagram pasted_2 = (01-2)(02-12)\n\ndiagram pasted = (0-1)(01)\n",
  ],
  ["// nothing yet\n", undefined, "// nothing yet\n\ndiagram pasted = (01-2)(02-12)\n"],
])("into %j at %s", async (text, at, expected) => {
  expect(await inserted(text, "(01-2)(02-12)", at)).toBe(expected);
});

test.each([
  ["", "there is no short form; write one such as (01-2)(02-12)"],
  ["hello", /^"hello" is no short form/],
  ["(01-2)", /two pairs of parentheses/],
  ["(01-2)(02-12)(3)", /two pairs of parentheses/],
  [
    "\\sdia{c(01-2)(02-1x)}",
    '"x" at character 19: a short form has digits, dots, dashes and parentheses only',
  ],
  ["\\sdia{c(01-2)(02-11)}", /^at character 18: an edge from `1` to itself/],
  [" c(0 1 - 3)(03-13)", /^at character 4: node 2 is missing from the partition; number the 3 nodes 0 to 2/],
  ["c(01-2)(02-1 3)", /^at character 14: node 3 is not in the partition/],
  ["(01--2)(02-12)", /^at character 5: expected a node number/],
  ["(01-2)(02)", /^at character 3: no edge joins `1` to the tree/],
  [`${" ".repeat(19_000)}x`, /is no short form/],
  ["(".repeat(30_000), /too many/],
])("a wrong one is refused: %.40s", async (given, reason) => {
  const { main } = await Editor.of("diagram a = (0-1)(01)\n");
  const answer = await insert(main, given);
  expect(answer).toEqual({ problem: expect.stringMatching(typeof reason === "string" ? /^/ : reason) });
  if (typeof reason === "string") {
    expect(answer).toEqual({ problem: reason });
  }
});

test("a stale version and an open comment are refused", async () => {
  const { main } = await Editor.of("diagram a = (0-1)(01)\n/* open");
  const stale = { uri: main.uri, version: 7, shortForm: "(0-1)(01)" };
  expect(await answerInsert(main.editor.diag, stale)).toEqual({
    problem: expect.stringContaining("has changed"),
  });
  expect(await insert(main, "(0-1)(01)")).toEqual({ problem: expect.stringContaining("close it first") });
});

test("every diagram of the paper's short form comes back as itself", async () => {
  const diagrams = [...enumerateDiagrams(4, { rootInPart: true })].map(({ diagram }) => diagram);
  const { main } = await Editor.of("");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...diagrams), async (diagram) => {
      await main.type("");
      const answer = await insert(main, `\\sdia{c${formatShortForm(diagram)}}`);
      if ("problem" in answer) {
        throw new Error(answer.problem);
      }
      await main.type(answer.edits[0]!.newText);
      expect(main.diagnostics.filter(({ severity }) => severity === 1)).toEqual([]);
      const [declaration] = main.document.parseResult.value.declarations;
      const { value } = main.editor.diag.validation.DeclarationChecker.check(declaration!);
      expect(canonicalForm((value as NamedDiagram).diagram)).toBe(canonicalForm(diagram));
    }),
    { numRuns: times(60) },
  );
});
