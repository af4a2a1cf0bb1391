import { expect, test } from "vitest";
import { analyze, expectProblems } from "./workspace.js";

test("a self-loop is a cycle at its edge", () =>
  expectProblems("diagram d { a -> b  «b -> b» }", [["error cycle", /itself/]]));

test("the edge that closes a cycle is named with its path", () =>
  expectProblems("diagram d { a -> b -> c  «c -> a» }", [["error cycle", "c -> a -> b -> c"]]));

test("a cycle apart from the tree is one error", () =>
  expectProblems("diagram d { x -> out  a -> b  «b -> a» }", [["error cycle"]]));

test("a second parent", async () => {
  const { diagnostics } = await expectProblems("diagram d { a -> b -> out  «a -> out» }", [
    ["error second-parent", /already has an edge to `b`/],
  ]);
  expect(diagnostics[0]!.related).toMatchObject([
    { range: { start: { character: 12 }, end: { character: 18 } } },
  ]);
  expect(diagnostics[0]!.data).toEqual({ node: "a", parent: "out", firstParent: "b" });
});

test("an edge written twice", () =>
  expectProblems("diagram d { a -> out  «a -> out» }", [["error second-parent", /written twice/]]));

test.each([
  ["a -> b, b -> c", ["a -> b", "b -> c"]],
  ["a -> b, b -> c, c -> d", ["a -> b", "b -> c", "c -> d"]],
  ["a -> c, b -> c", ["a -> c", "b -> c"]],
  ["a, b -> c -> d, e -> d", ["a, b -> c -> d", "e -> d"]],
  ["a -> b, c, d -> b", ["a -> b", "c, d -> b"]],
])("commas between edges are one error, which says what to write: %s", async (written, edges) => {
  const { diagnostics } = await analyze(`diagram d { ${written} }`);
  const [problem] = diagnostics;
  expect(diagnostics.map(({ code }) => code)).toEqual(["second-parent"]);
  const told = [...problem!.message.matchAll(/`([^`]+)`/g)].map(([, edge]) => edge!).slice(1);
  expect(told).toEqual(edges);
  // What is left to say of some is that they contract, which is said of trees alone.
  const { diagnostics: left } = await analyze(`diagram d { ${told.join(" ")} }`);
  const faultsOfTrees = ["second-parent", "cycle", "many-roots", "syntax"];
  expect(left.filter(({ code }) => faultsOfTrees.includes(code))).toEqual([]);
});

test("two nodes on the right of an arrow give two parents", () =>
  expectProblems("diagram d { «a -> b, c» b, c -> out }", [["error second-parent"]]));

test("each extra root is named; the root is the one that most nodes lead to", () =>
  expectProblems("diagram d { x -> «tset»  a, b -> test  c -> «other» }", [
    ["error many-roots", /tset.*did you mean `test`/],
    ["error many-roots", /`other -> test`/],
  ]));

test("a node without any edge", () =>
  expectProblems("diagram d { a, b -> out part {a, «bb»} }", [
    ["error many-roots", /no edge joins `bb`.*did you mean `b`/],
  ]));

test("a diagram of one node, and one of none", async () => {
  const { diagrams } = await expectProblems("diagram one { out }  diagram «none» { }", [
    ["error syntax", /has no node/],
  ]);
  expect(diagrams.get("one")?.diagram).toEqual({ parents: [-1], parts: [0] });
  expect(diagrams.has("none")).toBe(false);
});

test("edges may stand in any order", async () => {
  const { diagrams } = await analyze("diagram d { j -> out  c -> j  a, b -> c  part {b, a} }");
  const { diagram, nodeNames, partNames } = diagrams.get("d")!;
  expect(diagram.parents).toHaveLength(5);
  diagram.parents.forEach((parent, node) => {
    expect(parent === -1 ? node === 4 : parent > node).toBe(true);
  });
  const parentOf = (name: string): string | undefined => nodeNames[diagram.parents[nodeNames.indexOf(name)]!];
  expect(["a", "b", "c", "j", "out"].map(parentOf)).toEqual(["c", "c", "j", "out", undefined]);
  expect(diagram.parts[nodeNames.indexOf("a")]).toBe(diagram.parts[nodeNames.indexOf("b")]);
  expect(new Set(diagram.parts).size).toBe(4);
  expect(partNames).toHaveLength(4);
});
