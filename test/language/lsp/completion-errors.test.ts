import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fewTimes } from "../../times.js";
import { analyze } from "../workspace.js";
import { Editor } from "./editor.js";

// What is offered makes no error where it is put, and what is not offered would.

async function offered(marked: string, files: Record<string, string> = {}): Promise<string[]> {
  const offset = marked.indexOf("|");
  const { main } = await Editor.of(marked.replace("|", ""), files);
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position: main.document.textDocument.positionAt(offset),
  });
  return list!.items.map(({ label }) => label);
}

/** How many errors a text has, none of them of its syntax. */
async function errorsIn(text: string): Promise<number> {
  const { diagnostics } = await analyze(text);
  expect(diagnostics.filter(({ code }) => code === "syntax").map(({ message }) => message)).toEqual([]);
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

/** A tree of nodes `n0 … nk`, each with a later parent, some of them in parts. */
const diagram = fc
  .record({
    parents: fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }),
    parts: fc.array(fc.nat(2), { minLength: 7, maxLength: 7 }),
    marks: fc.constantFrom("", "train ", "multi_epoch ", "train multi_epoch "),
    partFirst: fc.boolean(),
  })
  .map(({ parents, parts, marks, partFirst }) => {
    const size = parents.length + 1;
    const nodes = Array.from({ length: size }, (_, index) => `n${index}`);
    const edges = parents.map(
      (parent, child) => `n${child} -> n${child + 1 + (parent % (size - child - 1))}`,
    );
    const members = (part: number) => nodes.filter((_, node) => parts[node] === part);
    return { nodes, edges, marks, partFirst, first: members(1).slice(0, 1), second: members(2).slice(0, 2) };
  });

describe("nodes", () => {
  const choice = fc.constantFrom(
    "part",
    "part alone",
    "parent",
    "parent of the root",
    "parent in a list",
    "child",
  );
  test("are offered exactly where they make no error", async () => {
    await fc.assert(
      fc.asyncProperty(diagram, choice, async ({ nodes, edges, marks, partFirst, first, second }, place) => {
        const others = second.length > 0 ? `part {${second.join(", ")}}` : "";
        const root = nodes.at(-1)!;
        const here: Record<string, string> = {
          part: `part {${[...first, "|"].join(", ")}}`,
          "part alone": "part P = {|}",
          parent: "kid -> |",
          "parent of the root": `${root} -> |`,
          "parent in a list": "kid, sister -> |",
          child: `| -> ${nodes[0]}`,
        };
        const lines = partFirst ? [here[place]!, ...edges, others] : [...edges, others, here[place]!];
        const marked = `${marks}diagram d {\n  ${lines.join("\n  ")}\n}`;
        // Text that is broken elsewhere is looked at in the same way.
        const broken = marked.replace(/\}$/, "");
        const labels = await offered(marked);
        expect(await offered(broken)).toEqual(labels);
        const body = [...edges, others].join("\n");
        fc.pre(
          (await errorsIn(
            `${marks}diagram d { ${body} ${first.length > 0 ? `part {${first[0]}}` : ""} }`,
          )) === 0,
        );
        for (const node of nodes) {
          // A root that is alone in a part is no error, but another node could not join it.
          if (node === root && place.startsWith("part") && !marks.includes("train")) {
            expect(labels).not.toContain(node);
            continue;
          }
          const isFree = (await errorsIn(marked.replace("|", node))) === 0;
          expect([node, labels.includes(node)]).toEqual([node, isFree]);
        }
      }),
      { numRuns: fewTimes(20, 40) },
    );
  });

  test.each([
    ["diagram d { a, b -> out part {|} }", ["a", "b"]],
    ["train diagram d { a, b -> out part {|} }", ["a", "b", "out"]],
    ["diagram d { a, b, c -> out part {a, b} part {c, |} }", []],
    ["diagram d { a -> j -> out part {a, |} }", []],
    ["multi_epoch diagram d { a -> j -> out part {a, |} }", ["j"]],
    ["diagram d { a, b -> out part {a |} }", []],
    ["diagram d { a, b -> out part | }", []],
    ["diagram d { a, b -> out part S| = {a} }", []],
    ["diagram d { a, b -> out part S = | }", []],
    ["diagram d { a -> b -> | }", []],
    ["diagram d { a -> b  c -> b| }", ["a", "b"]],
    ["diagram d { a -> b, | }", []],
    ["diagram d { a, | -> b c -> e }", ["e"]],
    ["diagram d { part {a, |", []],
    ["diagram d { a, b -> out part {a, |", ["b"]],
    ["diagram d { a, b -> out part {a, | \ndiagram e { p -> q }", ["b"]],
  ])("%s", async (marked, expected) => {
    expect((await offered(marked)).filter((label) => label !== "part")).toEqual(expected);
  });
});

const declarations = `landscape bowl { weights w = 1, v = 0 data x ~ normal(0, 1) loss (w - x)^2 + v^2 }
diagram pair = (01-2)(02-12)
diagram couple { p, q -> r part {p, q} }
diagram drift { a, b -> j -> out part {a, b} }
diagram link { a -> m -> out }
diagram dot { out }
diagram broken { a -> b b -> a }
train diagram over { a -> t part {a, t} }
`;
const verify = (lines: string) => `${declarations}verify v {\n  ${lines.split("; ").join("\n  ")}\n}`;

test.each([
  ["observe test_loss; predict |", ["order", "series", "pair", "couple", "drift"]],
  ["observe test_loss; predict pair + |", ["drift"]],
  ["observe test_loss; predict | + drift", ["pair", "couple"]],
  ["observe displacement; predict |", ["order", "series", "drift"]],
  ["observe gen_gap; predict |", ["order", "series", "over"]],
  ["predict over; observe |", ["train_loss", "gen_gap"]],
  ["predict pair; observe test_loss, |", ["train_loss"]],
  [
    "predict order 2; observe test_loss, |, gen_gap",
    ["train_loss", "displacement", "variance", "covariance"],
  ],
  ["landscape bowl; observe displacement(w, |)", ["v"]],
  ["landscape bowl; observe displacement(|, v)", ["w"]],
  ["landscape bowl; observe displacement(w |)", []],
  ["landscape bowl; observe test_loss(|)", []],
  ["sgd(|)", ["N", "E", "B", "shuffle", "rate"]],
  ["sgd(10, |)", ["E", "B", "shuffle", "rate"]],
  ["sgd(N = 10, |, B = 1)", ["E", "shuffle", "rate"]],
  ["sgd(N = 10 |)", []],
  ["gd(N = (1 + 1), |", ["T", "rate", "penalty"]],
  ["gd(5, 5, |)", ["rate", "penalty"]],
  ["sgd(5, 1, 1) - |", ["sgd", "gd", "gdc", "ode", "sde"]],
  ["sgd(5, 1, 1) - gd(N = 5, |)", ["T", "rate", "penalty"]],
  ["sgd(5, |) - gd(N = 5, T = 2)", ["E", "B", "shuffle", "rate"]],
  ["sgd(5, 1, 1) - gd(|", ["N", "T", "rate", "penalty"]],
  [
    "landscape bowl; |; gd(N = 2, T = 3); eta = 0.1; trials = 10",
    ["observe", "predict", "sum", "measure", "metric", "seed"],
  ],
  ["landscape bowl; gd(N = 2, |", ["T", "rate"]],
  ["eta |", []],
  ["trials = |", []],
  ["predict order |", []],
  ["eta = (1 |", []],
  [
    "seed = 3 |",
    [
      "landscape",
      "sgd",
      "gd",
      "gdc",
      "ode",
      "sde",
      "eta",
      "observe",
      "predict",
      "sum",
      "measure",
      "metric",
      "trials",
    ],
  ],
])("in a verify: %s", async (lines, expected) => {
  expect(await offered(verify(lines))).toEqual(expected);
});

test.each([
  ["weights w = 0 loss w |", ["weights", "param", "let", "data"]],
  ["weights w = 0 | loss w", ["weights", "param", "let", "data"]],
  ["weights w = 0 let a = w let b = |", ["w", "a"]],
  ["weights w |", []],
  ["param q |", []],
  ["weights w = (1 |", []],
  ["data x |", ["from"]],
  ["data x ~ normal(0, 1), y |", []],
  ["data x ~ normal |", []],
  ["data x from |", ["idx", "cifar10", "npy", "csv"]],
  ["param a = 1 param b = | param c = 2 weights w = 0", ["a"]],
  ["param a = 1 param c = 2 weights w = |", ["randn", "from", "a", "c"]],
])("in a landscape: %s", async (body, expected) => {
  const labels = await offered(`landscape l { ${body} }`);
  const { constantNames } = await import("../../../src/language/semantics/constant.js");
  const { tensorFunctionNames } = await import("../../../src/language/semantics/tensors/expression.js");
  const others = new Set([...tensorFunctionNames, ...constantNames]);
  expect(labels.filter((label) => !others.has(label))).toEqual(expected);
});

test("behind a mark only a diagram and the other mark may stand", async () => {
  expect((await offered("train |")).sort()).toEqual(["diagram", "diagram (short form)", "multi_epoch"]);
  expect(await offered("train multi_epoch |")).toEqual(["diagram", "diagram (short form)"]);
});
