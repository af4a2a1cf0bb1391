import fc from "fast-check";
import { expect, test } from "vitest";
import { formatShortForm, makeDiagram, parseShortForm } from "../../src/diagram/index.js";
import { readShortForm } from "../../src/language/index.js";
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
  ["diagram d = (01-2)«(»02-12", "error syntax"],
])("%s", async (text, kind) => {
  await expectProblems(text, [[kind]]);
});

test("the path condition and links are placed within it", async () => {
  await expectProblems("diagram d = (0-«1»-«2»-3)(01-12-23)", [["warning reducible"], ["warning reducible"]]);
  await expectProblems("diagram d = («0»1-2)(01-12)", [["error path-condition"]]);
});

/** Random diagrams of up to 40 nodes, the last one the root. */
const trees = fc
  .integer({ min: 1, max: 40 })
  .chain((size) =>
    fc.tuple(
      fc.array(fc.nat(1000), { minLength: size, maxLength: size }),
      fc.array(fc.nat(9), { minLength: size, maxLength: size }),
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

/** A short form as an author may write it: dots where none are needed, white space, numbers and groups in any order. */
function written(
  { parents, parts }: { readonly parents: readonly number[]; readonly parts: readonly number[] },
  { dots, space, seed }: { readonly dots: boolean; readonly space: string; readonly seed: number },
): string {
  const mixed = <T>(list: readonly T[]): T[] =>
    list
      .map((item, index) => ({ item, key: (Math.imul(seed + index + 1, 0x9e3779b1) >>> 0) % 1009 }))
      .sort((one, other) => one.key - other.key)
      .map(({ item }) => item);
  const dot = dots || parents.length > 10 ? `${space}.${space}` : space;
  const dash = `${space}-${space}`;
  const groups = [...new Set(parts)].map((part) =>
    parts.flatMap((one, node) => (one === part ? [node] : [])),
  );
  const edges = parents.slice(0, -1).map((parent, node) => [node, parent]);
  const list = (all: number[][]) => all.map((numbers) => numbers.join(dot)).join(dash);
  return `(${space}${list(mixed(groups.map(mixed)))}${space})${space}(${space}${list(mixed(edges))}${space})`;
}

const style = fc.record({
  dots: fc.boolean(),
  space: fc.constantFrom("", " ", "\n  ", "\t"),
  seed: fc.nat(1000),
});

test("what is written in the short form is read back by every reader", async () => {
  await fc.assert(
    fc.asyncProperty(trees, style, async (diagram, how) => {
      for (const form of [formatShortForm(diagram), written(diagram, how)]) {
        const { diagrams } = await analyze(`multi_epoch diagram d = ${form}`);
        expect(diagrams.get("d")?.diagram.parents).toEqual(diagram.parents);
        // Parts go by number in a diagram, in whatever order they are written.
        expect(diagrams.get("d")?.diagram.parts).toEqual(diagram.parts);
        expect(parseShortForm(form)).toEqual(diagram);
        for (const given of [form, `\\sdia{c${form}}`, ` $ c ${form}.$`]) {
          expect(readShortForm(given)).toMatchObject({ diagram });
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("what is no short form is none for every reader, for the same reason", async () => {
  // One character of a sound form changed, added or lost.
  const spoiled = fc
    .tuple(trees, fc.nat(1000), fc.constantFrom("", ".", "-", "0", "7", " ", ".1", "--"), fc.boolean())
    .map(([diagram, at, put, isInserted]) => {
      const form = formatShortForm(diagram);
      const inner = [...form].flatMap((character, index) => (/[()]/.test(character) ? [] : [index]));
      const place = inner[at % inner.length]!;
      return form.slice(0, place) + put + form.slice(isInserted ? place : place + 1);
    })
    .filter((form) => /^\([\d. -]*\d[\d. -]*\)/.test(form));
  await fc.assert(
    fc.asyncProperty(spoiled, async (form) => {
      const { diagrams, diagnostics } = await analyze(`train multi_epoch diagram d = ${form}`);
      const read = readShortForm(form);
      const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
      if ("problem" in read) {
        expect(errors).toContain(read.problem.replace(/^at character \d+: /, ""));
        expect(() => parseShortForm(form)).toThrow();
      } else {
        expect(diagrams.get("d")?.diagram).toEqual(read.diagram);
        expect(parseShortForm(form)).toEqual(read.diagram);
      }
    }),
    { numRuns: 150 },
  );
});
