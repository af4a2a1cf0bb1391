import { describe, expect, test } from "vitest";
import { Evaluator, missingNumbers } from "../../../src/evaluate/index.js";
import { landscapeOf, normal } from "../landscape/read.js";

const displacement = { name: "displacement", weights: [0, 1] } as const;
const order = (most: number) => ({ kind: "order", order: most }) as const;

describe("numbers that are not there", () => {
  const steep = landscapeOf("30*u^2/2 + v^2/2 + x*u + x*v/1000", { u: 1, v: 1 }, [normal("x")]);
  const evaluator = new Evaluator(steep, { order: 2 });
  const evaluate = (T: number) =>
    evaluator.evaluate({
      spacetime: { optimiser: "gd", parameters: { N: 2, T } },
      eta: 0.1,
      observable: displacement,
      selection: order(2),
      sum: "exact",
    });
  const labels = ["displacement(u)", "displacement(v)"];

  test("an entry that overflows leaves its neighbour as it is", () => {
    // k = -2 along u: (-2)^T leaves the doubles at T = 1024.
    const { total, terms } = evaluate(2001);
    expect(total[0]).toBe(Number.NEGATIVE_INFINITY);
    expect(total[1]).toBeCloseTo(0.9 ** 2001 - 1, 12);
    expect(terms[1]!.value[1]).toBeCloseTo(-1, 12);
  });

  test("are named, with the terms that overflow and what to do", () => {
    const found = missingNumbers(evaluate(2001), labels);
    expect(found.total).toBe(
      "the total of displacement(u) is less than a double can hold (-1.8e308): its term (0-1)(01) overflows; " +
        "lower eta, the order or the number of updates",
    );
    expect(found.others).toEqual([]);
    expect(missingNumbers(evaluate(10), labels)).toEqual({ others: [] });
  });

  test("coefficients that overflow beside a total that does not are named too", () => {
    const huge = landscapeOf("1e150*u + u^2/4 + x*u", { u: 0 }, [normal("x")]);
    const found = missingNumbers(
      new Evaluator(huge, { order: 2 }).evaluate({
        spacetime: { optimiser: "gd", parameters: { N: 1, T: 1e9 } },
        eta: 1,
        observable: { name: "test_loss", weights: [] },
        selection: order(1),
        sum: "exact",
      }),
      ["test_loss"],
    );
    expect(found.total).toBeUndefined();
    expect(found.others).toEqual([
      "in the series, the coefficient of eta^1 of test_loss is less than a double can hold (-1.8e308)",
    ]);
  });
});

describe("descent that diverges by its learning rate", () => {
  const lineOf = (loss: string, eta: number, T = 10) => {
    const landscape = landscapeOf(loss, { u: 0, v: 0 }, [normal("x")]);
    return new Evaluator(landscape, { order: 2 }).divergence(eta, {
      optimiser: "gd",
      parameters: { N: 2, T },
    });
  };

  test("is said above eta h = 2, and not below, with the rate that would not", () => {
    for (const h of [0.3, 2, 50]) {
      const loss = `${h}*u^2/2 + v^2/10 + x*u + x*v`;
      expect(lineOf(loss, 1.99 / h)).toBeUndefined();
      const line = lineOf(loss, 2.01 / h)!;
      expect(line).toContain("descent diverges: eta*h = 2.01 is more than 2 along u,");
      expect(line).toContain(`eta below ${Number((2 / h).toPrecision(6))} would not`);
      expect(line).not.toContain("\n");
    }
  });

  test("names mixed directions by their weights", () => {
    expect(lineOf("u^2 + v^2 + 1.9*u*v + x*u", 1)).toContain("along 0.71 u + 0.71 v,");
    expect(lineOf("u^2 + v^2 - 1.9*u*v + x*u", 1)).toContain("along 0.71 u - 0.71 v,");
    expect(lineOf("3*u^2 + 4*v^2 + x*u + x*v", 1)).toContain("along v (and 1 more),");
  });

  test("is not said of a direction at rest, of negative curvature, or of one update", () => {
    expect(lineOf("1e17*u^2/2 + v^2/2 + x*v", 0.1)).toBeUndefined();
    expect(lineOf("-u^2 + x*u", 5)).toBeUndefined();
    expect(lineOf("u^2 + x*u", 5, 1)).toBeUndefined();
  });
});

test("what is not there at all adds nothing beside what overflows", () => {
  // Along u everything grows past the doubles, but no noise and no slope meets it in v's displacement.
  const landscape = landscapeOf("30*u^2/2 + v^2/2 + x*v + y*u", { u: 0, v: 1 }, [normal("x"), normal("y")]);
  const evaluator = new Evaluator(landscape, { order: 3 });
  const { total } = evaluator.evaluate({
    spacetime: { optimiser: "gd", parameters: { N: 2, T: 5000 } },
    eta: 0.1,
    observable: { name: "displacement", weights: [1] },
    selection: order(3),
    sum: "exact",
  });
  expect(total[0]).toBeCloseTo(-1, 12);
});

test("learning rates near 2/h keep their digits over many updates", () => {
  // (eta²/2) h C ((1 − k^T)/(1 − k))²/N, where k^T is nothing after so long.
  for (const h of [1.9999999, 1.99999999999]) {
    const landscape = landscapeOf(`${h}*u^2/2 + x*u`, { u: 0 }, [normal("x")]);
    const evaluator = new Evaluator(landscape, { order: 2 });
    const { total } = evaluator.evaluate({
      spacetime: { optimiser: "sgd", parameters: { N: 2e12 + 2, E: 1, B: 1, shuffle: "same" } },
      eta: 1,
      observable: { name: "test_loss", weights: [] },
      selection: order(2),
      sum: "exact",
    });
    // Σ k^{2t} = (1 − k^{2T}) / (h (2 − h)), and 2 − h is exact.
    const left = Math.exp(2 * (2e12 + 2) * Math.log1p(h - 2));
    const expected = (h / 2) * ((1 - left) / (h * (2 - h)));
    expect(Math.abs(total[0]! / expected - 1)).toBeLessThan(1e-12);
  }
});
