import { describe, expect, test } from "vitest";
import { parseShortForm } from "../../../src/diagram/index.js";
import type { VerifySpecification } from "../../../src/verify/index.js";
import { Outlooks } from "../../../src/verify/outlook.js";
import { landscapeOf, normal, uniform } from "../landscape/read.js";

const quadratic = landscapeOf("(w - x)^2 / 2", { w: 0.5 }, [normal("x", 0, 1)]);
const testLoss = { name: "test_loss", weights: [] } as const;

function specificationOf(more: Partial<VerifySpecification>): VerifySpecification {
  return {
    name: "v",
    landscape: quadratic,
    spacetime: { optimiser: "sgd", parameters: { N: 10, E: 1, B: 1, shuffle: "same" } },
    etas: [0.1],
    observables: [testLoss],
    prediction: { kind: "order", order: 1 },
    sum: "exact",
    ...more,
  };
}

const outlook = (
  more: Partial<VerifySpecification>,
  eta: number,
  observable = specificationOf(more).observables[0]!,
) => new Outlooks(specificationOf(more)).of(observable, 0, eta);

describe("the learning rate that would do", () => {
  test("is where the next two orders are a quarter of what is predicted", () => {
    // p_1 = −η S_1 / 4 and p_2 = η² (S_1² / 4 + S_2) / 2, S_k = Σ (1 − η)^(kt) over ten updates; p_3 = 0.
    const S = (power: number, eta: number) =>
      Array.from({ length: 10 }, (_, time) => (1 - eta) ** (power * time)).reduce((sum, one) => sum + one, 0);
    const excess = (eta: number) =>
      (eta ** 2 * (S(1, eta) ** 2 / 4 + S(2, eta))) / 2 - (eta * S(1, eta)) / 16;
    let [low, high] = [1e-3, 1];
    for (let halving = 0; halving < 50; halving++) {
      const middle = (low + high) / 2;
      [low, high] = excess(middle) > 0 ? [low, middle] : [middle, high];
    }
    const rate = outlook({}, 0.5).rate(1)!;
    expect(rate).toBeLessThanOrEqual(low);
    expect(rate).toBeGreaterThan(0.99 * low);
  });

  test("of a series goes by powers of the learning rate", () => {
    // (K^20 / 4 + η² Σ K^2t) / 2 with K = 1 − η: −2.5 η + 28.75 η² − 187.5 η³.
    const exact = (Math.sqrt(28.75 ** 2 + 4 * 187.5 * (2.5 / 4)) - 28.75) / (2 * 187.5);
    const rate = outlook({ prediction: { kind: "series", order: 1 } }, 0.5).rate(1)!;
    expect(rate).toBeLessThanOrEqual(exact);
    expect(rate).toBeGreaterThan(0.99 * exact);
  });

  test("is none where all orders are 0, though rounding is left of what cancels", () => {
    const skewed = landscapeOf("w/10 + x*w + x*w^2/3", { w: 0.5 }, [uniform("x", -1, 1)]);
    const difference = {
      first: { optimiser: "sgd", parameters: { N: 10, E: 1, B: 1, shuffle: "same" } },
      minus: { optimiser: "gdc", parameters: { N: 10, T: 10 } },
    } as const;
    const displacement = { name: "displacement", weights: [0] };
    const its = outlook(
      {
        ...{ landscape: skewed, spacetime: difference, observables: [displacement] },
        prediction: { kind: "series", order: 2 },
      },
      0.025,
    );
    expect(its.rate(1e-4)).toBeUndefined();
    expect(its.order()).toBeUndefined();
  });

  test("is found from the remainder where orders are beyond what can be evaluated", () => {
    // exp(x² / 3) has an expectation, √3, and its square has none: order 2 is not known, and order 1 of the series is −10 η G²
    // with G = √3 + 1.
    const heavy = landscapeOf("w * exp(x^2 / 3) + w^2", { w: 0.5 }, [normal("x", 0, 1)]);
    const its = outlook({ landscape: heavy, prediction: { kind: "series", order: 1 } }, 0.1);
    const exact = ((10 * (Math.sqrt(3) + 1) ** 2) / 4) * (0.1 ** 2 / 5);
    expect(its.rate(5)).toBeLessThanOrEqual(exact);
    expect(its.rate(5)).toBeGreaterThan(0.99 * exact);
    expect(its.order()).toBeUndefined();
  });

  test("is none where nothing is predicted, and then there is an order that is", () => {
    const zero = outlook({ prediction: { kind: "order", order: 0 } }, 0.01);
    expect(zero.rate(0.1)).toBeUndefined();
    expect(zero.order()).toBe(1);
    // What is symmetric goes nowhere, to no order.
    const still = landscapeOf("w^2 / 2 + x * w", { w: 0 }, [uniform("x", -1, 1)]);
    const nowhere = outlook({ landscape: still, observables: [{ name: "displacement", weights: [0] }] }, 0.1);
    expect(nowhere.rate(0.1)).toBeUndefined();
    expect(nowhere.order()).toBeUndefined();
  });

  test("is not looked for beyond some seconds' work", () => {
    const weights = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`w${index}`, 0.1]));
    const names = Object.keys(weights);
    const large = landscapeOf(`(${names.join(" + ")} - x)^2 / 2`, weights, [normal("x", 0, 1)]);
    const its = outlook({ landscape: large, prediction: { kind: "order", order: 3 } }, 0.1);
    expect(its.rate(1)).toBeUndefined();
    expect(its.order()).toBeUndefined();
  });
});

describe("what a prediction by names lacks", () => {
  const named = (...forms: readonly string[]): Partial<VerifySpecification> => ({
    prediction: {
      kind: "diagrams",
      diagrams: forms.map((form) => ({ name: form, diagram: parseShortForm(form) })),
    },
  });

  test("is what else is there at an order", () => {
    // Of order 2 there are the square of the mean step and the noise.
    const its = outlook(named("(01-2)(02-12)"), 0.1);
    expect(its.lacking(1)).toEqual(["(0-1)(01)"]);
    expect(its.lacking(2)).toEqual(["(0-1-2)(02-12)"]);
    expect(its.lacking(0)).toEqual([]);
  });

  test("is nothing where all is named, however it is written", () => {
    const its = outlook(named("(1-0)(01)", "(01-2)(02-12)", "(0-1-2)(02-12)"), 0.1);
    expect(its.lacking(1)).toEqual([]);
    expect(its.lacking(2)).toEqual([]);
  });

  test("is nothing where all diagrams are predicted", () => {
    expect(outlook({}, 0.1).lacking(1)).toEqual([]);
  });
});
