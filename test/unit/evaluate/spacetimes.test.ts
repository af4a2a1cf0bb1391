import { describe, expect, test } from "vitest";
import { enumerateDiagrams } from "../../../src/diagram/index.js";
import { Evaluator, type SumMode } from "../../../src/evaluate/index.js";
import type { Observable } from "../../../src/observables/index.js";
import { type Descent, scheduleOf } from "../../../src/optimisers/index.js";
import { countEmbeddings, listEmbeddings } from "../../../src/spacetime/index.js";
import { discrete, landscapeOf, normal } from "../landscape/read.js";

const landscapes = [
  landscapeOf("x*h + h^2/2 + x^2*h^3/7", { h: 0.4 }, [discrete("x", { "-1": 0.3, 0.5: 0.5, 2: 0.2 })]),
  landscapeOf("u^2*v/3 + x*u*v + x^2*sin(u)/2 + v^2 + u*v", { u: 0.3, v: -0.6 }, [normal("x", 0.2, 0.8)]),
];

const observables: Observable[] = [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: [0] },
];

/** One space-time under its three names. */
function namesOf(N: number, T: number): Descent[] {
  return [
    { optimiser: "gd", parameters: { N, T } },
    { optimiser: "sgd", parameters: { N, E: T, B: N, shuffle: "same" } },
    { optimiser: "sgd", parameters: { N, E: T, B: N, shuffle: "reshuffled" } },
  ];
}

describe("sgd with B = N is gradient descent", () => {
  test.each([
    [1, 1],
    [3, 1],
    [2, 3],
    [4, 5],
  ])("in every number, N = %s and T = %s", (N, T) => {
    for (const landscape of landscapes) {
      const evaluator = new Evaluator(landscape, { order: 3 });
      for (const observable of observables) {
        for (const sum of ["exact", "integral"] as SumMode[]) {
          for (const kind of ["order", "series"] as const) {
            const [gd, ...others] = namesOf(N, T).map((spacetime) =>
              evaluator.evaluate({ spacetime, eta: 0.2, observable, selection: { kind, order: 3 }, sum }),
            );
            for (const other of others) {
              expect(other).toEqual(gd);
            }
          }
        }
      }
    }
  });

  test("in embeddings, each of them", () => {
    for (const { diagram } of enumerateDiagrams(3, { rootInPart: true })) {
      const [gd, ...others] = namesOf(2, 3).map(scheduleOf);
      const list = listEmbeddings(diagram, gd!);
      for (const other of others) {
        const its = listEmbeddings(diagram, other);
        expect(its.total).toBe(list.total);
        expect(countEmbeddings(diagram, other)).toBe(countEmbeddings(diagram, gd!));
        for (let index = 0n; index < list.total; index += 5n) {
          expect(its.at(index)).toEqual(list.at(index));
        }
      }
    }
  });
});

describe("integrals over times", () => {
  const drift = { parents: [2, 2, 3, -1], parts: [0, 0, 1, 2] };
  const landscape = landscapes[0]!;
  const evaluator = new Evaluator(landscape, { order: 3 });
  const termIn = (spacetime: Descent, sum: SumMode) =>
    evaluator.terms({
      spacetime,
      eta: 0.1,
      observable: { name: "displacement", weights: [0] },
      selection: { kind: "diagrams", diagrams: [{ name: "drift", diagram: drift }] },
      sum,
    })[1]!;

  test("are there where no whole times are", () => {
    const first = termIn({ optimiser: "sgd", parameters: { N: 1, E: 1, B: 1, shuffle: "same" } }, "integral");
    expect(termIn({ optimiser: "gd", parameters: { N: 1, T: 1 } }, "exact")).toMatchObject({
      embeddings: 0,
      value: [0],
    });
    expect(first.embeddings).toBe(0);
    // C, J and H by hand; the integral of two times before a third, each below 1.
    const H = 1 + (6 / 7) * 0.4 * (0.3 + 0.125 + 0.8);
    const J = (6 / 7) * (0.3 + 0.125 + 0.8);
    const outcomes = [
      [-1, 0.3],
      [0.5, 0.5],
      [2, 0.2],
    ] as const;
    const pull = (x: number) => x + 0.4 + (3 / 7) * x * x * 0.16;
    const mean = outcomes.reduce((sum, [x, p]) => sum + p * pull(x), 0);
    const C = outcomes.reduce((sum, [x, p]) => sum + p * (pull(x) - mean) ** 2, 0);
    const rate = 0.1 * H;
    let integral = 0;
    const steps = 20_000;
    for (let step = 0; step < steps; step++) {
      const s = (step + 0.5) / steps;
      integral += (((1 - Math.exp(-rate * s)) / rate) ** 2 * Math.exp(-rate * (1 - s))) / steps;
    }
    expect(first.value[0]! / ((-(0.1 ** 3) / 2) * C * J * integral)).toBeCloseTo(1, 8);
  });

  test("are among the terms of an order", () => {
    const request = {
      spacetime: { optimiser: "gd", parameters: { N: 1, T: 1 } },
      eta: 0.1,
      observable: { name: "displacement", weights: [0] },
      selection: { kind: "order", order: 3 },
    } as const;
    const integral = evaluator.evaluate({ ...request, sum: "integral" });
    const exact = evaluator.evaluate({ ...request, sum: "exact" });
    const found = integral.terms.find((term) => term.diagram === "(01-2-3)(02-12-23)")!;
    expect(found.value[0]).toBeLessThan(0);
    expect(integral.terms.length).toBeGreaterThan(exact.terms.length);
    expect(integral.total[0]).toBeCloseTo(
      integral.terms.reduce((sum, term) => sum + term.value[0]!, 0),
      15,
    );
  });
});
