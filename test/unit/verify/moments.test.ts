import { describe, expect, test } from "vitest";
import type { Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { Quantity } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { errorsExist, factorsOf } from "../../../src/verify/moments.js";

const once: SpaceTime = { optimiser: "sgd", parameters: { N: 4, E: 1, B: 1 } };
const often: SpaceTime = { optimiser: "gd", parameters: { N: 4, T: 4 } };

const quantities = {
  test: { kind: "expected_loss" },
  train: { kind: "training_loss" },
  moved: { kind: "weight_displacement", weight: 0 },
} satisfies Record<string, Quantity>;

async function existing(data: string, loss: string, spacetime: SpaceTime, name: keyof typeof quantities) {
  const { landscapes, diagnostics } = await analyzeText(
    `landscape one { weights u = 1 data x ~ ${data} loss ${loss} }`,
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const exist = errorsExist(landscapes.get("one") as Landscape, spacetime);
  const number = { combination: [{ factor: 1, quantity: quantities[name] }] };
  return [0, 1, 2, 3].map((order) => exist(number, order));
}

describe("the error of an order", () => {
  // Student's distribution with 5 degrees has moments below the fifth.
  test.each([
    // Gradient linear in x: order 2 has its fourth power; order 3 would have its sixth, but for the third derivative.
    ["student_t(5)", "(u - x)^2/2", once, "test", [true, true, true, true]],
    ["student_t(5)", "(u - x)^2/2 + u^3/6", once, "test", [true, true, true, false]],
    // A displacement has a square of slopes from order 3 on only, through another point's third derivative.
    ["student_t(5)", "(u - x)^2/2 + u^3/6", once, "moved", [true, true, true, true]],
    // Quadratic in x: order 1 has the fourth power, order 2 the eighth.
    ["student_t(5)", "u^2/2 + x^2*u", once, "test", [true, true, false, false]],
    ["student_t(5)", "u^2/2 + x^2*u", once, "moved", [true, true, true, false]],
    ["student_t(5)", "u^2/2 + x^2*u", often, "test", [true, true, false, false]],
    // A point's own slope is in its loss's first order twice.
    ["student_t(5)", "u^2/2 + x^2*u", once, "train", [true, false, false, false]],
    ["student_t(5)", "u^2/2 + x*u", once, "train", [true, true, true, false]],
    ["student_t(5)", "u^2/2 + x*u", often, "train", [true, true, true, true]],
    // Order 0 of the training loss has the loss itself, whatever its slope.
    ["student_t(3)", "u^2/2 + x^2", once, "train", [false, true, true, true]],
    ["student_t(3)", "u^2/2 + x^2", once, "test", [true, true, true, true]],
    // At the start the slope is x, and the second derivative has its square: order 3 has both.
    ["student_t(5)", "u^2/2 + x*u + x^2*(u - 1)^2", once, "test", [true, true, true, false]],
    // All moments of a lognormal distribution exist, E xᵏ = exp(k²/2).
    ["lognormal(0, 1)", "(u - x)^2/2 + u^3/6", once, "test", [true, true, true, true]],
    // E exp(a x²) exists for a < 1/2: twice 1/8, not four times.
    ["normal(0, 1)", "u^2/2 + exp(x^2/8)*u", once, "test", [true, true, false, false]],
    ["uniform(0, 1)", "u^2/2 + exp(x^2/8)*u", often, "train", [true, true, true, true]],
  ] as const)("of x ~ %s, %s, is finite where moments are", async (data, loss, spacetime, name, expected) => {
    expect(await existing(data, loss, spacetime, name)).toEqual(expected);
  });
});

describe("the factors that an order takes of one datum", () => {
  const there = () => true;

  test("are nodes that have their edges to themselves, where points are met once", () => {
    expect(factorsOf(3, "expected_loss", true, there)).toEqual(
      expect.arrayContaining([[1, 1, 1], [2, 1], [3]]),
    );
    expect(factorsOf(3, "weight_displacement", true, there)).toEqual([[3], [1, 1], [2]]);
    expect(factorsOf(1, "training_loss", true, there)).toEqual([[1], [1, 1]]);
  });

  test("are nodes of whole trees, where they are met again", () => {
    expect(factorsOf(2, "expected_loss", false, there)).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(factorsOf(2, "training_loss", false, there)).toEqual([
      [1, 2, 1],
      [2, 1, 1],
    ]);
  });
});
