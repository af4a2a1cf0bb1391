import fc from "fast-check";
import { expect, test } from "vitest";
import { fewTimes } from "../../times.js";
import { Editor } from "./editor.js";
import { everything } from "./everything.js";

// The oracle: what an editor knows after edits is what one knows that opens the resulting text afresh.

const pieces = [
  "diagram a { x, y -> z  part {x, y} }",
  "/** About b. */\ndiagram b { p -> q }",
  "diagram c = (01-2)(02-12)",
  "train diagram d { a -> t part {a, t} }",
  "multi_epoch train diagram e {\n  a, b -> j -> out // chain\n  part S = {a, j}\n}",
  "diagram f { a -> j -> m -> out }",
  "diagram broken { a -> }",
  "diagram open { a -> b",
  "stray words }",
  "landscape l {\n  weights w = 1, v = pi\n  data x ~ normal(0, 1)\n  loss (w - x)^2 + v^2\n}",
  "landscape k { weights w = q loss w^ }",
  "verify s { landscape l sgd(N = 4, E = 1, B = 2) eta = 0.1 observe test_loss, displacement(w) predict a + c }",
  "verify t { landscape lx gd(N = 4, T = 3) eta = 0 observe test_los predict order 2 }",
  'import "other.diag"',
  'import "gone.diag',
  "import",
  "/* a comment\n over lines */",
  "// a comment",
  "/* left open",
  "landscape l2",
  "train",
];
const others = { "other.diag": "diagram far = (0-1)(01)\nlandscape sea { weights h = 0 loss h^2 }" };
const separator = fc.constantFrom("\n", "\n\n", "\n\n", "\n", " ", "\r\n");
const file = fc
  .array(fc.tuple(fc.constantFrom(...pieces), separator), { minLength: 1, maxLength: 9 })
  .map((list) => list.map(([piece, gap]) => piece + gap).join(""));
const inserted = fc.oneof(
  fc.constantFrom(
    "",
    "x",
    "{",
    "}",
    '"',
    "/*",
    "*/",
    "//",
    "\n",
    "->",
    " ",
    "=",
    ",",
    "(",
    "diagram ",
    "train ",
  ),
  fc.constantFrom(...pieces).map((piece) => `${piece}\n`),
);
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(12), inserted });

test("editing gives what opening the edited text gives", async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.array(change, { minLength: 1, maxLength: 6 }), async (start, changes) => {
      const { main } = await Editor.of(start, others);
      let text = start;
      for (const { at, removed, inserted } of changes) {
        const offset = Math.floor(at * text.length);
        text = text.slice(0, offset) + inserted + text.slice(offset + removed);
        await main.type(text);
        const { main: fresh } = await Editor.of(text, others);
        expect(everything(main)).toEqual(everything(fresh));
      }
    }),
    { numRuns: fewTimes(12, 25) },
  );
});

test("declarations away from the edit keep their trees and their values", async () => {
  const parts = Array.from({ length: 9 }, (_, index) => `diagram d${index} { a, b -> o${index} }\n`);
  const { main } = await Editor.of(parts.join(""));
  const before = [...main.document.parseResult.value.declarations];
  const checker = main.editor.diag.validation.DeclarationChecker;
  const values = before.map((declaration) => checker.check(declaration).value);
  parts[4] = "diagram d4 {\n  a, b, c -> o4\n}\n";
  await main.type(parts.join(""));
  const after = main.document.parseResult.value.declarations;
  const same = after.map((declaration, index) => declaration === before[index]);
  expect(same).toEqual([true, true, true, false, false, false, true, true, true]);
  expect(checker.check(after[0]!).value).toBe(values[0]);
  expect(checker.check(after[8]!).value).toMatchObject({
    name: "d8",
    range: { start: { line: 10, character: 8 } },
  });
  expect(after[8]!.$cstNode!.text).toBe("diagram d8 { a, b -> o8 }");
});
