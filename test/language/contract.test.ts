import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { analyze } from "./workspace.js";

const contract = readFileSync(new URL("fixtures/contract.diag", import.meta.url), "utf8");
const landscapes = `landscape imported { weights w = 1 loss w^2 }`;

test("the file of the contract has no problems", async () => {
  const result = await analyze(contract, { "landscapes.diag": landscapes });
  expect(result.diagnostics).toEqual([]);
  expect([...result.diagrams.keys()]).toEqual(["skew", "drift", "pair"]);
  expect([...result.landscapes.keys()]).toEqual(["gauss", "archimedes", "two_points", "imported"]);
  expect([...result.verifies.keys()]).toEqual(["gauss_excess"]);
});

test("its diagrams are what it draws", async () => {
  const { diagrams } = await analyze(contract, { "landscapes.diag": landscapes });
  expect(diagrams.get("skew")).toEqual({
    name: "skew",
    diagram: { parents: [3, 3, 3, -1], parts: [0, 0, 0, 1] },
    nodeNames: ["a", "b", "c", "test"],
    partNames: ["S", undefined],
    documentation:
      "Skewed noise couples to the third derivative at the test. Doc comments are shown on hover.",
    train: false,
    multiEpoch: false,
    range: { start: { line: 3, character: 8 }, end: { line: 3, character: 12 } },
  });
  expect(diagrams.get("drift")).toMatchObject({
    diagram: { parents: [2, 2, 3, -1], parts: [0, 0, 1, 2] },
    nodeNames: ["a", "b", "j", "out"],
    partNames: [undefined, undefined, undefined],
  });
  expect(diagrams.get("pair")).toMatchObject({
    diagram: { parents: [2, 2, -1], parts: [0, 0, 1] },
    nodeNames: ["0", "1", "2"],
  });
});

test("its verify is what it asks for", async () => {
  const { verifies, landscapes: known } = await analyze(contract, { "landscapes.diag": landscapes });
  expect(verifies.get("gauss_excess")).toEqual({
    name: "gauss_excess",
    landscape: known.get("gauss"),
    spacetime: { optimiser: "sgd", parameters: { N: 10, E: 1, B: 1, shuffle: "same" } },
    etas: [0.025, 0.05, 0.1],
    observables: [{ name: "test_loss", weights: [] }],
    prediction: { kind: "order", order: 3 },
    sum: "exact",
    trials: 200000,
  });
  expect(known.get("two_points")).toMatchObject({
    weights: [{ name: "t", start: 0.5 }],
    data: [
      {
        kind: "finite",
        name: "x",
        outcomes: [
          { value: -1, probability: 2 / 3 },
          { value: 2, probability: 1 / 3 },
        ],
      },
    ],
  });
});
