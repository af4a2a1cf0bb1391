import { expect, test } from "vitest";
import { expectProblems, textAt } from "./workspace.js";

test("a path that meets a part twice", async () => {
  const text = "diagram d { a, b -> j -> k -> out part P = {a, c, k} part {b, e} c, e -> j }";
  const { diagnostics, diagrams } = await expectProblems(
    "diagram d { a, b -> j -> k -> out part P = {«a», «c», k} part {b, e} c, e -> j }",
    [
      ["error path-condition", /`a` and `k` are both in part `P`.*multi_epoch/],
      ["error path-condition", /`c` and `k`/],
    ],
  );
  const related = diagnostics[0]!.related!;
  expect(related[0]!.message).toContain("a -> j -> k");
  expect(related.slice(1).map(({ range }) => textAt(text, range))).toEqual(["a, b -> j", "j -> k"]);
  expect(diagnostics[0]!.data).toEqual({ nodes: ["a", "k"], part: "P", path: ["a", "j", "k"] });
  // It is a diagram all the same, whose formula may be asked for.
  expect(diagrams.has("d")).toBe(true);
});

test("it is a warning in a diagram marked multi_epoch", () =>
  expectProblems("multi_epoch diagram d { a -> b -> out part {«a», b} }", [
    ["warning path-condition", /one part/],
  ]));

test("the root of a train diagram stands after all updates", () =>
  expectProblems("train diagram d { a, b -> c -> out part {a, out} }", []));

test("one path in the order of the text meets a part three times", () =>
  expectProblems("diagram d { a -> b -> c -> out part {«a», «b», c} }", [
    ["error path-condition", /`a` and `b`/],
    ["error path-condition", /`b` and `c`/],
  ]));

test("a link is warned of at its first mention", async () => {
  const { diagnostics } = await expectProblems("diagram d { a -> «m» -> out }", [
    ["warning reducible", /contract it to `a -> out`/],
  ]);
  expect(diagnostics[0]!.data).toEqual({ link: "m", child: "a", parent: "out" });
});

test("a node of degree 2 in a larger part is no link, and the root is exempt", () =>
  expectProblems("diagram d { a -> m -> out b -> out part {m, b} } diagram e { a, b -> out }", []));

test("a node of degree 2 in a written part by itself is a link", () =>
  expectProblems("diagram d { a -> «m» -> out part {m} }", [["warning reducible"]]));

test("isomorphic declarations", async () => {
  const { diagnostics } = await expectProblems(
    "diagram d { a, b -> c -> out part {a, b} } diagram «e» { y -> z  w -> y  v -> y  part {v, w} } diagram f { a, b, c -> out part {a, b} }",
    [["info same-diagram", /`e` is the same diagram as `d`/]],
  );
  expect(diagnostics[0]!.related).toHaveLength(1);
});
