import { afterEach, describe, expect, test, vi } from "vitest";
import type * as DataLaw from "../../src/simulate/controls/data-law.js";
import { controlsOf, type SimulationRequest } from "../../src/simulate/index.js";
import { landscapeOf, normal } from "../unit/landscape/read.js";

/** What is added to every point of the law of data for controls of degree 3. */
const wrong = vi.hoisted(() => ({ shift: 0 }));

vi.mock("../../src/simulate/controls/data-law.js", async (original) => {
  const actual = await original<typeof DataLaw>();
  return {
    ...actual,
    batchLaw: (...[landscape, features, batch, degree]: Parameters<typeof actual.batchLaw>) => {
      const law = actual.batchLaw(landscape, features, batch, degree);
      const shift = degree === 3 ? wrong.shift : 0;
      return law && { ...law, values: law.values.map((points) => points.map((point) => point + shift)) };
    },
  };
});

afterEach(() => {
  wrong.shift = 0;
});

const expectedLoss = { kind: "expected_loss" } as const;

function requestOf(loss: string, starts: Record<string, number>, N: number): SimulationRequest {
  return {
    landscape: landscapeOf(loss, starts, [normal("x")]),
    spacetime: { optimiser: "sgd", parameters: { N, E: 1, B: 1, shuffle: "same" } },
    eta: 0.05,
    numbers: [{ label: "loss", combination: [{ factor: 1, quantity: expectedLoss }] }],
    trials: 100,
    seed: 2,
  };
}

describe("which controls are chosen", () => {
  const gauss = requestOf("(h + x^2*exp(-h))/2", { h: 0 }, 6);

  test("good ones, of the highest degree where that pays", () => {
    expect(controlsOf(gauss)!.degree).toBe(4);
  });

  test("of a quadratic the cheapest that leaves nothing", () => {
    expect(controlsOf(requestOf("w^2/2 + x*w", { w: 1 }, 6))!.degree).toBe(2);
  });

  test("none where two degrees do not mean the same, since then the law of the data is wrong", () => {
    wrong.shift = 1e-3;
    expect(controlsOf(gauss)).toBeUndefined();
  });

  test("none of a number that does not vary, beside one that does", () => {
    const request = requestOf("v^2/2 + (h + x^2*exp(-h))/2", { v: 1, h: 0 }, 4);
    const fit = controlsOf({
      ...request,
      numbers: [
        { label: "v", combination: [{ factor: 1, quantity: { kind: "weight_displacement", weight: 0 } }] },
        ...request.numbers,
      ],
    })!;
    const first = 1 + 2 * fit.box.length;
    const count = (fit.rows[0]!.length - first) / 2;
    for (const row of fit.rows) {
      expect(new Set(row.slice(first, first + count))).toEqual(new Set([0]));
      expect(new Set(row.slice(first + count)).size).toBeGreaterThan(2);
    }
  });
});
