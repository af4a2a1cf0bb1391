import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TextEdit } from "vscode-languageserver";
import type { EditAnswer } from "../../../../src/preview/index.js";
import { answerEdit } from "../../../../src/server/preview/edits.js";
import { times } from "../../../times.js";
import { Editor, edited, type Open } from "../editor.js";

// A whole diagram is taken out of its text, tidily and in one edit, unless somebody uses it.

async function ask(main: Open, id: string): Promise<EditAnswer> {
  const { version } = main.document.textDocument;
  return answerEdit(main.editor.diag, { uri: main.uri, version, id, edit: { kind: "deleteDiagram" } });
}

async function without(text: string, id: string): Promise<string> {
  const { main } = await Editor.of(text);
  const answer = await ask(main, id);
  expect(answer).toHaveProperty("edits");
  const edits = "edits" in answer ? answer.edits : [];
  expect(edits).toHaveLength(1);
  return edited(text, [...edits] as TextEdit[]);
}

test.each([
  ["diagram d { a -> b }\n", ""],
  ["diagram d { a -> b }", ""],
  ["/** Said of d. */\ndiagram d = (0-1)(01)\n\ndiagram e = (01-2)(02-12)\n", "diagram e = (01-2)(02-12)\n"],
  [
    "diagram e = (01-2)(02-12)\n\n// of d,\n// in lines\ndiagram d = (0-1)(01) // at its end\n",
    "diagram e = (01-2)(02-12)\n",
  ],
  [
    "diagram a = (0-1)(01)\n\ndiagram d {\n  // within\n  x, y -> z\n}\n\n\ndiagram b = (0-1-2)(02-12)\n",
    "diagram a = (0-1)(01)\n\ndiagram b = (0-1-2)(02-12)\n",
  ],
  [
    "diagram a = (0-1)(01) diagram d = (01-2)(02-12) diagram b { x -> y }\n",
    "diagram a = (0-1)(01) diagram b { x -> y }\n",
  ],
  ["// of the file\n\n\ndiagram d { a -> b }\n", "// of the file\n"],
  [
    "train diagram d { a -> b }\nlandscape l { weights w = 1 loss w }\n",
    "landscape l { weights w = 1 loss w }\n",
  ],
  [
    "diagram a = (0-1)(01)\r\n\r\ndiagram d { x -> y }\r\n\r\nlandscape l { weights w = 1 loss w }\r\n",
    "diagram a = (0-1)(01)\r\n\r\nlandscape l { weights w = 1 loss w }\r\n",
  ],
  // Broken ones can be deleted too.
  ["diagram d { a -> b b -> a }\n\ndiagram e = (0-1)(01)\n", "diagram e = (0-1)(01)\n"],
])("%j becomes %j", async (text, expected) => {
  expect(await without(text, "d")).toBe(expected);
});

test("what is left of any file means what it meant, is as tidy as it was, and keeps every other comment", async () => {
  const block = fc.constantFrom(
    "diagram NAME = (01-2)(02-12)",
    "diagram NAME {\n  a, b -> c // within NAME\n  part S = {a, b}\n}",
    "/** Of NAME. */\ndiagram NAME = (012-3)(03-13-23)",
    "// Of NAME.\nmulti_epoch diagram NAME { a -> b -> c }",
    "landscape NAME { weights w = 1 loss w^2 } // behind NAME",
    "// alone, NAME\n",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(block, { minLength: 1, maxLength: 6 }), fc.nat(), async (blocks, which) => {
      const named = blocks.map((one, index) => one.replaceAll("NAME", `n${index}`));
      const diagrams = named.flatMap((one, index) => (/diagram n/.test(one) ? [index] : []));
      fc.pre(diagrams.length > 0);
      const index = diagrams[which % diagrams.length]!;
      const result = await without(`${named.join("\n\n").trimEnd()}\n`, `n${index}`);
      const others = named.filter((_, other) => other !== index);
      const words = (text: string): string => text.replace(/\s+/g, " ").trim();
      expect(words(result)).toBe(words(others.join("\n")));
      expect(result).not.toMatch(/\n\n\n\n|^\n|\n\n$/);
    }),
    { numRuns: times(60) },
  );
});

describe("a diagram that is used is not deleted", () => {
  const text = `diagram d = (01-2)(02-12)
diagram e = (0-1)(01)
landscape l { weights w = 1 data x ~ normal(0, 1) loss w * x }
verify v { landscape l sgd(N = 2, E = 1, B = 1) eta = 0.1 observe test_loss predict d }
`;

  test("and who uses it is said, in this file and in others", async () => {
    const { main } = await Editor.of(text, {
      "other.diag": 'import "main.diag"\nverify u { predict d + e }\n',
    });
    expect(await ask(main, "d")).toEqual({
      problem: "`d` is used by the verify `v` (line 4), the verify `u` (other.diag); take it out there first",
    });
    expect(await ask(main, "e")).toEqual({
      problem: "`e` is used by the verify `u` (other.diag); take it out there first",
    });
  });

  test("until nobody uses it", async () => {
    const { main } = await Editor.of(text, {});
    await main.type(text.replace("predict d", "predict e"));
    expect(await ask(main, "d")).toHaveProperty("edits");
  });

  test("and what is no longer there is told so", async () => {
    const { main } = await Editor.of(text, {});
    expect(await ask(main, "gone")).toEqual({
      problem: "this diagram is no longer in the text; choose another one",
    });
  });
});
