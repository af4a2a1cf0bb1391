import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evaluator, type Selection } from "../../../src/evaluate/index.js";
import {
  durationOf,
  formatSpaceTime,
  hasTrainingPoints,
  isFlow,
  sidesOf,
  updatesOf,
} from "../../../src/optimisers/index.js";
import { analyze } from "../../language/workspace.js";
import { type Example, type Measured, oneWeight, type Series, twoWeights } from "./carried.js";
import { descended } from "./descended.js";
import { diffused } from "./diffused.js";
import { carriedFlow, taylor } from "./flowed.js";
import { penalised } from "./penalised.js";

/** A descent as a file writes it, and what it does on every sequence of training points or deviates. */
interface Side {
  readonly text: string;
  readonly last: number;
  readonly points?: number;
  readonly of: (example: Example, length: number, eta: number | undefined) => Measured;
}

const byPoints = (text: string, N: number, E: number, B: number, rate = 1): Side => ({
  text,
  last: 3,
  points: N,
  of: (example, length, eta) => descended(example, { N, E, B, rate }, length, eta),
});

const sides: readonly Side[] = [
  byPoints("sgd(N = 3, E = 1, B = 1)", 3, 1, 1),
  byPoints("sgd(N = 3, E = 2, B = 1, rate = 1/2)", 3, 2, 1, 1 / 2),
  byPoints("sgd(N = 2, E = 2, B = 2)", 2, 2, 2),
  byPoints("gd(N = 3, T = 3)", 3, 3, 3),
  byPoints("gd(N = 2, T = 3, rate = 2)", 2, 3, 2, 2),
  {
    text: "gdc(N = 3, T = 3)",
    last: 2,
    of: (example, length, eta) => penalised(example, 3, 3, length, eta),
  },
  {
    text: "sde(T = 2, refine = 2)",
    last: 3,
    of: (example, length, eta) => diffused(example, 2, 2, length, eta),
  },
  {
    text: "ode(T = 3)",
    last: 3,
    of: (example, length, eta) => {
      const time = (series: Series) => series.map((one, d) => one * 3 ** d);
      if (eta !== undefined) {
        return carriedFlow(example, 3 * eta, length);
      }
      const { test: loss, moved } = taylor(example, length);
      return { test: time(loss), moved: moved.map(time) };
    },
  },
];

const eta = 0.2;

async function specified(example: Example, first: Side, minus: Side, observed: string) {
  const file = await analyze(
    `${example.text}\nverify v { landscape example  ${first.text} - ${minus.text}  eta = ${eta}  observe ${observed}  predict order 1 }`,
  );
  expect(file.diagnostics).toEqual([]);
  return file.verifies.get("v")!;
}

describe.each([
  ["one weight", oneWeight],
  ["two weights", twoWeights],
] as const)("a difference on %s", (_, example) => {
  test.each(["series", "order"] as const)(
    "has the %s of both descents on the same training points, one less the other",
    async (kind) => {
      const known = new Map<Side, Measured>();
      const expectedOf = (side: Side) => {
        const found = known.get(side) ?? side.of(example, side.last + 1, kind === "series" ? undefined : eta);
        known.set(side, found);
        return found;
      };
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...sides), fc.constantFrom(...sides), async (first, minus) => {
          const last = Math.min(first.last, minus.last);
          const sameSets = first.points !== undefined && first.points === minus.points;
          const observed = sameSets ? "test_loss, displacement, train_loss" : "test_loss, displacement";
          const { landscape, spacetime, observables } = await specified(example, first, minus, observed);
          const evaluator = new Evaluator(landscape, { order: last });
          const selection: Selection = { kind, order: last };
          const [one, other] = [expectedOf(first), expectedOf(minus)];
          const expected = [
            [one.test, other.test],
            ...one.moved.map((series, weight) => [series, other.moved[weight]!]),
            ...(sameSets ? [[one.train!, other.train!]] : []),
          ];
          const found = observables.map((observable) =>
            evaluator.evaluate({ spacetime, eta, observable, selection, sum: "exact" }),
          );
          for (let order = 0; order <= last; order++) {
            const numbers = found.flatMap(({ terms, series, total }) =>
              kind === "series"
                ? series[order]!
                : total.map((__, component) =>
                    terms
                      .filter(({ edges }) => edges === order)
                      .reduce((sum, { value }) => sum + value[component]!, 0),
                  ),
            );
            numbers.forEach((number, index) => {
              const [mine, theirs] = expected[index]!;
              expect(Math.abs(number - (mine![order]! - theirs![order]!))).toBeLessThan(2e-11);
            });
          }
        }),
        { numRuns: 24 },
      );
    },
  );
});

test("its contributions are those of each descent, one less the other, and a diagram that one lacks counts 0 there", async () => {
  const [sgd, , , gd] = sides;
  const { landscape, spacetime, observables } = await specified(twoWeights, sgd!, gd!, "test_loss");
  const evaluator = new Evaluator(landscape, { order: 3 });
  const selection: Selection = { kind: "order", order: 3 };
  const request = { eta, observable: observables[0]!, selection, sum: "exact" } as const;
  const terms = evaluator.terms({ ...request, spacetime });
  const [first, minus] = sidesOf(spacetime).map((side) => evaluator.terms({ ...request, spacetime: side! }));
  for (const { diagram, value, magnitude, embeddings, minusEmbeddings } of terms) {
    const [one, other] = [first, minus].map((all) => all!.find((term) => term.diagram === diagram));
    const values = [one, other].map((term) => term?.value[0] ?? 0);
    expect(value[0]).toBe(values[0]! - values[1]!);
    expect(magnitude![0]).toBe(Math.abs(values[0]!) + Math.abs(values[1]!));
    expect([embeddings, minusEmbeddings]).toEqual([one?.embeddings ?? 0, other?.embeddings ?? 0]);
  }
  expect(new Set(terms.map(({ diagram }) => diagram)).size).toBe(terms.length);
  // A path that meets a part twice is in gradient descent alone.
  const broken = terms.find(({ diagram }) => diagram === "(01-2)(01-12)")!;
  expect(broken.embeddings).toBe(0);
  expect(broken.minusEmbeddings).toBeGreaterThan(0);
  expect(terms.map(({ edges }) => edges)).toEqual(terms.map(({ edges }) => edges).toSorted((a, b) => a - b));
});

test("what is known of both descents is known of their difference", async () => {
  const read = async (text: string) => {
    const file = await analyze(
      `${oneWeight.text}\nverify v { landscape example  ${text}  eta = 0.1  observe test_loss  predict order 1 }`,
    );
    expect(file.diagnostics).toEqual([]);
    return file.verifies.get("v")!.spacetime;
  };
  const difference = await read("sgd(N = 4, E = 2, B = 1, rate = 1/3) - gd(N = 4, T = 3)");
  expect(formatSpaceTime(difference)).toBe("sgd(N = 4, E = 2, B = 1, rate = 1/3) - gd(N = 4, T = 3)");
  expect(durationOf(difference)).toBe("T = 8 updates and T = 3 updates");
  expect(updatesOf(difference)).toBe(11);
  expect([hasTrainingPoints(difference), isFlow(difference)]).toEqual([true, false]);
  const withFlow = await read("ode(T = 2) - gd(N = 4, T = 3)");
  expect([hasTrainingPoints(withFlow), isFlow(withFlow)]).toEqual([false, false]);
  expect(isFlow(await read("ode(T = 2) - ode(T = 3)"))).toBe(true);
  expect(durationOf(await read("ode(T = 2) - ode(T = 2)"))).toBe("a time of T = 2");
});
