import fc from "fast-check";
import { expect, test } from "vitest";
import { formatShortForm, makeDiagram } from "../../src/diagram/index.js";
import { analyze, expectProblems } from "./workspace.js";

const pair = { parents: [2, 2, -1], parts: [0, 0, 1] };

test.each([
  ["digits", "(01-2)(02-12)", pair],
  ["white space and comments", "( 0 1 /* part */ - 2 ) ( 0 2 - // edge\n 1 2 )", pair],
  ["dots", "(0.1-2)(0.2-1.2)", pair],
  ["dots apart", "( 0 . 1 - 2 )( 0.2 - 1 . 2 )", pair],
  ["no edges", "(0)()", { parents: [-1], parts: [0] }],
  [
    "children after parents",
    "(0-12-3)(12-03-20)".replace("12-03-20", "10-03-20"),
    { parents: [2, 2, 3, -1], parts: [0, 0, 1, 2] },
  ],
])("%s", async (_, form, expected) => {
  const { diagrams, diagnostics } = await analyze(`diagram d = ${form}`);
  expect(diagnostics).toEqual([]);
  expect(diagrams.get("d")?.diagram).toEqual(expected);
});

test("more than ten nodes", async () => {
  const { diagrams } = await analyze(
    "diagram d = (0.1-2-3.4-5-6-7-8-9-10-11)(0.11-1.11-2.11-3.11-4.11-5.11-6.11-7.11-8.11-9.11-10.11)",
  );
  expect(diagrams.get("d")?.diagram.parents).toEqual([...new Array(11).fill(11), -1]);
  expect(diagrams.get("d")?.diagram.parts).toEqual([0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test.each([
  ["diagram d = (0«1»-2)(02)", "error many-roots"],
  ["diagram d = (0-«1»-2)(01)", "error many-roots"],
  ["diagram d = (01-2-«1»)(02-12)", "error two-parts"],
  ["diagram d = (01-2)(02-12-«01»)", "error second-parent"],
  ["diagram d = (0-1-2)(01-«10»)", "error cycle"],
  ["diagram d = (0-1-2)(02-12-«20»)", "error many-roots"],
  ["diagram d = (01-2)(02-1«3»)", "error unresolved"],
  ["diagram d = («01-3»)(03-13)", "error syntax"],
  ["diagram d = (0-1«2»)(02-12)", "error root-in-part"],
  ["diagram d = (01-2)(02-«122»)", "error syntax"],
  ["diagram d = (0-«-»1)(01)", "error syntax"],
  ["diagram d = (01«-»)(01)", "error syntax"],
  ["diagram d = (01-2)(02-1«e»2)", "error syntax"],
  ["diagram d = (0.1-2)(0.2-«12»)", "error syntax"],
  ["diagram d = (0.1-2)(0.2-1.2«.»)", "error syntax"],
  ["diagram d = («»)()".replace("«»)", "«)»"), "error syntax"],
  ["diagram d = (01-2)(02-«12»", "error syntax"],
])("%s", async (text, kind) => {
  await expectProblems(text, [[kind]]);
});

test("the path condition and links are placed within it", async () => {
  await expectProblems("diagram d = (0-«1»-«2»-3)(01-12-23)", [["warning reducible"], ["warning reducible"]]);
  await expectProblems("diagram d = («0»1-2)(01-12)", [["error path-condition"]]);
});

test("what is written in the short form is read back", async () => {
  const trees = fc
    .integer({ min: 1, max: 14 })
    .chain((size) =>
      fc.tuple(
        fc.array(fc.nat(1000), { minLength: size, maxLength: size }),
        fc.array(fc.nat(4), { minLength: size, maxLength: size }),
      ),
    )
    .map(([choices, labels]) => {
      const size = choices.length;
      const parents = choices.map((choice, node) =>
        node === size - 1 ? -1 : node + 1 + (choice % (size - 1 - node)),
      );
      return makeDiagram(
        parents,
        labels.map((label, node) => (node === size - 1 ? -1 : label)),
      ).diagram;
    });
  await fc.assert(
    fc.asyncProperty(trees, async (diagram) => {
      const { diagrams } = await analyze(`multi_epoch diagram d = ${formatShortForm(diagram)}`);
      expect(diagrams.get("d")?.diagram).toEqual(diagram);
    }),
    { numRuns: 40 },
  );
});
