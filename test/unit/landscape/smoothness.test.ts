import { describe, expect, test } from "vitest";
import { EvaluationError, Evaluator } from "../../../src/evaluate/index.js";
import type { Expression } from "../../../src/landscape/expression.js";
import {
  type DataSource,
  type Landscape,
  LandscapeError,
  leastDegree,
  roughnessOf,
} from "../../../src/landscape/index.js";
import "../../seeded.js";
import fc from "fast-check";
import { discrete, landscapeOf, normal, uniform } from "./read.js";

/** Whether an evaluation that takes derivatives of an order refuses the loss since it is not finite or not smooth. */
function isRefused(landscape: Landscape, order: number): boolean {
  try {
    new Evaluator(landscape, { order });
    return false;
  } catch (error) {
    if (error instanceof LandscapeError) {
      return /is not finite|has no \w+ derivative/.test(error.message);
    }
    if (error instanceof EvaluationError) {
      return false;
    }
    throw error;
  }
}

const functions = ["abs", "sqrt", "log", "cbrt", "exp", "asin", "acosh", "tanh", "log1p", "square"] as const;

/** A loss of two weights and a datum in which starts and data at 0 and 1 are often where something is not smooth. */
function randomLoss(random: () => number, depth: number): string {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  if (depth === 0) {
    return pick(["u", "v", "x", "u", "v", "1", "0.5", "2"]);
  }
  const inner = () => randomLoss(random, depth - 1 - Math.floor(random() * 2) * Math.min(1, depth - 1));
  switch (Math.floor(random() * 7)) {
    case 0:
      return `(${inner()} + ${inner()})`;
    case 1:
      return `(${inner()} - ${inner()})`;
    case 2:
      return `${inner()} * ${inner()}`;
    case 3:
      return `(${inner()}) / (${inner()})`;
    case 4:
      return `(${inner()})^${pick(["2", "3", "0.5", "1.5", "2.5", "(-1)"])}`;
    case 5:
      return `abs(${inner()})^${pick(["1.5", "2", "3", "2.5"])}`;
    default: {
      const name = pick(functions);
      return name === "square" ? `(${inner()})^2` : `${name}(${inner()})`;
    }
  }
}

const starts = [0, 1, -1, 0.5, 0];
const finite: readonly (readonly DataSource[])[] = [
  [discrete("x", { "-1": 0.5, 0: 0.25, 2: 0.25 })],
  [discrete("x", { 1: 0.5, "-2": 0.5 })],
  [{ kind: "rows", names: ["x"], values: [0, 1, 2, 3, -4] }],
];
const continuous: readonly (readonly DataSource[])[] = [[normal("x")], [uniform("x", 1, 2)]];

/** Numbers below 1, the same in every run. */
function numbers(): () => number {
  const all = fc.sample(fc.noBias(fc.integer({ min: 0, max: 999_999 })), 20_000);
  let next = 0;
  return () => all[next++ % all.length]! / 1e6;
}

describe("a loss that has not the derivatives that evaluations take", () => {
  test("is found before it is evaluated where data are few, and nowhere else", () => {
    const random = numbers();
    let rough = 0;
    let smooth = 0;
    let missed = 0;
    for (let round = 0; round < 250; round++) {
      const at = () => starts[Math.floor(random() * starts.length)]!;
      // averages over continuous data take a hundred times as long
      const among = round % 10 === 0 ? continuous : finite;
      const data = among[Math.floor(random() * among.length)]!;
      const text = `x * u + ${randomLoss(random, 3)}`;
      const landscape = landscapeOf(text, { u: at(), v: at() }, data);
      const order = 1 + Math.floor(random() * (among === finite ? 3 : 2));
      const found = roughnessOf(landscape, Math.max(order, leastDegree));
      const refused = isRefused(landscape, order);
      const told = JSON.stringify({ text, weights: landscape.weights, data, order, found });
      if (found !== undefined) {
        expect(refused, `warned of, and evaluated: ${told}`).toBe(true);
        rough++;
      } else if (!refused) {
        smooth++;
      } else {
        missed++;
        expect(data[0]!.kind, `refused without a warning: ${told}`).toBe("continuous");
      }
    }
    expect(rough).toBeGreaterThan(50);
    expect(smooth).toBeGreaterThan(50);
    expect(missed).toBeLessThan(rough / 10);
  });

  test("is found in a table of a million rows by a few of them", () => {
    const values = new Float64Array(1_000_000).fill(3);
    values[999_999] = 0;
    const table: DataSource = { kind: "rows", names: ["x"], values };
    expect(roughnessOf(landscapeOf("sqrt(u) * x", { u: 0 }, [table]), 2)).toMatchObject({ degree: 1 });
    expect(roughnessOf(landscapeOf("u^2 * x", { u: 0 }, [table]), 2)).toBeUndefined();
    expect(roughnessOf(landscapeOf("u^2 * x + log(x - 3)", { u: 0 }, [table]), 2)).toMatchObject({
      degree: 0,
    });
  });

  test("is left to the evaluation where it is very large", () => {
    const argument: Expression = { kind: "symbol", name: "u" };
    const terms = Array.from(
      { length: 30_000 },
      (): Expression => ({ kind: "call", name: "sqrt", argument }),
    );
    const loss: Expression = { kind: "sum", terms };
    const landscape: Landscape = { name: "large", weights: [{ name: "u", start: 0 }], data: [], loss };
    expect(roughnessOf(landscape, 2)).toBeUndefined();
  });
});
