import { describe, expect, test } from "vitest";
import { EvaluationError, Evaluator, reachProblem, sizeProblem } from "../../../src/evaluate/index.js";
import { landscapeOf, normal } from "../landscape/read.js";

const highestNamed = (line: string) => Number(/order (\d+) is the highest that fits/.exec(line)![1]);

describe("limits of orders", () => {
  test("the order that is named fits, and the next one does not, whatever is evaluated beyond it", () => {
    for (const weights of [1, 2, 3, 5, 8, 13, 40, 64, 200, 500, 2000]) {
      for (const beyond of [0, 1, 2]) {
        const line = reachProblem(weights, { order: 99, beyond })!;
        const highest = highestNamed(line);
        expect(reachProblem(weights, { order: highest, beyond })).toBeUndefined();
        const next = reachProblem(weights, { order: highest + 1, beyond })!;
        expect(next).toMatch(
          new RegExp(`^order ${highest + 1} with ${weights.toLocaleString("en-US")} weights? takes about `),
        );
        expect(highestNamed(next)).toBe(highest);
        // What is evaluated beyond the user's order is not the user's to ask for.
        if (beyond > 0) {
          expect(highest).toBe(highestNamed(reachProblem(weights, { order: 99, beyond: 0 })!) - beyond);
          expect(next).toContain(`with the order ${highest + 1 + beyond} that the truncation estimate sums`);
        }
      }
    }
  });

  test("an order of a thousand million is answered as soon as one of a hundred", () => {
    const landscape = landscapeOf("x*u", { u: 0 }, [normal("x")]);
    const highest = (order: number) =>
      /order (\d+) is the highest that can be predicted|order (\d+) is the highest that fits/
        .exec(sizeProblem(landscape, { order, beyond: 1 })!)!
        .slice(1);
    expect(highest(1e9)).toEqual(highest(100));
  });

  test("diagrams by name are as many as are named", () => {
    // One diagram of 9 edges is little work, where all of them are too many.
    expect(reachProblem(2, { order: 9, beyond: 0, named: 1 })).toBeUndefined();
    expect(reachProblem(2, { order: 9, beyond: 0 })).toContain("is the highest that fits");
    expect(reachProblem(50, { order: 9, beyond: 0, named: 1 })).toMatch(/diagrams of up to 4 edges fit/);
    expect(reachProblem(2, { order: 9, beyond: 1, named: 1 })).toMatch(/diagrams of up to 7 edges fit/);
    expect(reachProblem(1, { order: 17, beyond: 0, named: 1 })).toBe(
      "17 edges are more than a sum over embeddings takes; diagrams of up to 16 edges fit",
    );
  });

  test("more weights than second derivatives can be held for fit no order", () => {
    expect(reachProblem(100_000, { order: 1, beyond: 0 })).toMatch(
      /^order 1 with 100,000 weights takes about 5·10\^9 derivatives of the loss; no order fits so many weights$/,
    );
  });

  test("an evaluator refuses by the same line", () => {
    const landscape = landscapeOf("x*u + u^2", { u: 0 }, [normal("x")]);
    const make = () => new Evaluator(landscape, { order: 10, beyond: 1 });
    expect(make).toThrow(EvaluationError);
    expect(make).toThrow(reachProblem(1, { order: 9, beyond: 1 })!);
  });
});
