import { describe, expect, test } from "vitest";
import { automorphismCount, enumerateDiagrams, formatShortForm } from "../../../src/diagram/index.js";
import { Evaluator } from "../../../src/evaluate/index.js";
import type { Observable } from "../../../src/observables/index.js";
import { type Descent, scheduleOf } from "../../../src/optimisers/index.js";
import { listEmbeddings } from "../../../src/spacetime/index.js";
import { discrete, landscapeOf, normal } from "../landscape/read.js";

const landscapes = [
  // Away from a minimum, skewed, with one weight; and two weights that the Hessian mixes.
  landscapeOf("(h + x^2*exp(-h))/2 + x*h", { h: 0.4 }, [discrete("x", { "-1": 0.3, 0.5: 0.5, 2: 0.2 })]),
  landscapeOf("u^2*v/3 + x*u*v + x^2*sin(u)/2 + v^2 + u*v", { u: 0.3, v: -0.6 }, [normal("x", 0.2, 0.8)]),
];

const spacetimes: Descent[] = [
  { optimiser: "sgd", parameters: { N: 4, E: 1, B: 2, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 3, E: 2, B: 1, shuffle: "same" } },
  { optimiser: "gd", parameters: { N: 2, T: 3 } },
  { optimiser: "gdc", parameters: { N: 3, T: 2 } },
];

const observables: Observable[] = [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: [0] },
];

describe("contributions of embeddings", () => {
  test.each(spacetimes)("add up to the sum by transfer matrices, in %o", (spacetime) => {
    for (const landscape of landscapes) {
      const evaluator = new Evaluator(landscape, { order: 3 });
      const known = spacetime.optimiser === "gdc" ? 2 : 3;
      for (let edges = 1; edges <= known; edges++) {
        for (const { diagram, automorphisms } of enumerateDiagrams(edges, { rootInPart: true })) {
          const list = listEmbeddings(diagram, scheduleOf(spacetime));
          const embeddings = Array.from({ length: Number(list.total) }, (_, index) => list.at(BigInt(index)));
          for (const observable of observables) {
            const name = `${formatShortForm(diagram)} ${observable.name}`;
            const request = { spacetime, eta: 0.3, observable };
            const found = evaluator.contributions(diagram, automorphisms, embeddings, request);
            const selection = { kind: "diagrams", diagrams: [{ name, diagram }] } as const;
            const [, term] = evaluator.terms({ ...request, sum: "exact", selection });
            const total = found.reduce((sum, [one]) => sum + one!, 0);
            const size = found.reduce((sum, [one]) => sum + Math.abs(one!), 0);
            expect(Math.abs(total - term!.value[0]!), name).toBeLessThanOrEqual(1e-12 * size);
          }
        }
      }
    }
  });

  test("are G K^(T−t−1) η G with a sign, for the diagram of one edge", () => {
    // l = ½ a (w − 1)² + x w, so that G = −a at w = 0 and H = a.
    const landscape = landscapeOf("(w - 1)^2 * 3/2 + x*w", { w: 0 }, [normal("x")]);
    const diagram = { parents: [1, -1], parts: [0, 1] };
    const spacetime: Descent = { optimiser: "sgd", parameters: { N: 5, E: 1, B: 1, shuffle: "same" } };
    const evaluator = new Evaluator(landscape, { order: 1 });
    const list = listEmbeddings(diagram, scheduleOf(spacetime));
    const found = evaluator.contributions(
      diagram,
      automorphismCount(diagram)!,
      Array.from({ length: 5 }, (_, index) => list.at(BigInt(index))),
      { spacetime, eta: 0.1, observable: { name: "test_loss", weights: [] } },
    );
    found.forEach(([value], t) => {
      expect(value).toBeCloseTo(-9 * 0.1 * 0.7 ** (4 - t), 12);
    });
  });

  test("are refused where they would take too long", () => {
    const evaluator = new Evaluator(landscapes[0]!, { order: 1 });
    const request = {
      spacetime: spacetimes[0]!,
      eta: 0.1,
      observable: { name: "test_loss", weights: [] },
    } as const;
    const chain = { parents: [1, 2, -1], parts: [0, 1, 2] };
    expect(() => evaluator.contributions(chain, 1, [{ times: [0, 1, 2] }], request)).toThrow(
      /^a diagram of 2 edges is too large; at most 1 fit this evaluation$/,
    );
  });
});
