import { describe, expect, test } from "vitest";
import type { DataSource, Landscape } from "../../../src/landscape/index.js";
import { numbersOf } from "../../../src/observables/index.js";
import { descentPrograms } from "../../../src/simulate/descent.js";
import { DescentExpansion } from "../../../src/simulate/expansion.js";
import { lossesOf } from "../../../src/simulate/losses.js";
import { instructionsOf, measurableOrder, mostInstructions } from "../../../src/simulate/measurable-order.js";
import { landscapeOf } from "../landscape/read.js";

const spacetime = { optimiser: "sgd", parameters: { N: 4, E: 1, B: 1, shuffle: "same" } };
const normal = (name: string): DataSource => ({
  kind: "continuous",
  name,
  distribution: "normal",
  parameters: [0, 1],
});

function lastOf(landscape: Landscape, name: string, order = 3, keepsCurvature = true): number {
  const weights = name === "displacement" ? [0] : [];
  const numbers = numbersOf({ name, weights }, landscape);
  return measurableOrder({ landscape, spacetime, numbers }, { order, keepsCurvature });
}

/** A regression of many weights, on a few rows of data. */
function regression(weights: number): Landscape {
  const names = Array.from({ length: weights }, (_, i) => `w${i}`);
  const columns = names.map((_, i) => `x${i}`);
  return landscapeOf(
    `log(1 + exp(${names.map((name, i) => `${name}*${columns[i]}`).join(" + ")}))`,
    Object.fromEntries(names.map((name) => [name, 0.01])),
    [
      {
        kind: "rows",
        names: columns,
        values: Float64Array.from({ length: 3 * weights }, (_, i) => Math.sin(i * i * 1.3 + i)),
      },
    ],
  );
}

describe("the last order that is measured", () => {
  test("is the one that is asked for where weights are few", () => {
    const gauss = landscapeOf("(h + x^2 * exp(-h)) / 2", { h: 0 }, [normal("x")]);
    expect(lastOf(gauss, "test_loss")).toBe(3);
    expect(lastOf(gauss, "gen_gap", 6)).toBe(6);
    expect(lastOf(gauss, "displacement", 0)).toBe(0);
  });

  test("is lower where weights are many, by counted instructions", () => {
    const wide = regression(105);
    expect(lastOf(wide, "displacement")).toBe(1);
    // without the curvature a step costs no more than the products of the gradient's series
    expect(lastOf(wide, "displacement", 3, false)).toBe(3);
    const count = (order: number) => {
      const losses = lossesOf(wide);
      const expansion = new DescentExpansion(losses, { order, keepsCurvature: true });
      return instructionsOf(
        descentPrograms(losses, { form: "instructions", step: 0.1, batch: 1, expansion }).descent,
      );
    };
    expect(count(1)).toBeLessThanOrEqual(mostInstructions);
    expect(count(2)).toBeGreaterThan(mostInstructions);
  });

  test("of a test loss is lower than of a displacement, since it has all monomials of the weights", () => {
    const landscape = regression(50);
    expect(lastOf(landscape, "displacement")).toBe(3);
    expect(lastOf(landscape, "test_loss")).toBe(2);
  });

  test("stops where the loss has no power series", () => {
    expect(lastOf(landscapeOf("abs(w)^3 + x*w", { w: 0 }, [normal("x")]), "displacement")).toBe(2);
    expect(lastOf(landscapeOf("w^2.5 + x*w", { w: 1 }, [normal("x")]), "displacement")).toBe(3);
  });
});
