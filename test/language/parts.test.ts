import { expect, test } from "vitest";
import { expectProblems } from "./workspace.js";

test("a node in two parts", async () => {
  const { diagnostics, diagrams } = await expectProblems(
    "diagram d { a, b, c -> out part P = {a, b} part {«a», c} }",
    [["error two-parts", /`a` is in two parts/]],
  );
  expect(diagnostics[0]!.related).toHaveLength(1);
  expect(diagrams.size).toBe(0);
});

test("a node twice in a part", () =>
  expectProblems("diagram d { a, b -> out part {a, b, «a»} }", [["error two-parts", /twice/]]));

test("two parts of one name", () =>
  expectProblems("diagram d { a, b, c, e -> out part P = {a, b} part «P» = {c, e} }", [
    ["error duplicate-name", /part is called `P`/],
  ]));

test("a part and a node may have one name", () =>
  expectProblems("diagram d { a, b -> out part a = {a, b} }", []));

test("the root shares no part, but with the mark `train`", async () => {
  await expectProblems("diagram d { a, b -> out part {a, «out»} }", [
    ["error root-in-part", /train diagram/],
  ]);
  await expectProblems("diagram d { a, b -> out part {out} }", []);
  const { diagrams } = await expectProblems("train diagram d { a, b -> out part {a, out} }", []);
  expect(diagrams.get("d")).toMatchObject({ train: true, multiEpoch: false });
});

test("marks stand in either order, each once", async () => {
  const { diagrams } = await expectProblems(
    "train multi_epoch diagram d { a, b -> out } multi_epoch train diagram e { a -> out } train «train» diagram f { a, b, c -> out }",
    [["error syntax", /`train` stands twice/]],
  );
  expect(diagrams.get("d")).toMatchObject({ train: true, multiEpoch: true });
  expect(diagrams.get("e")).toMatchObject({ train: true, multiEpoch: true });
});
