import { describe, expect, it as test } from "vitest";
import { type DataSource, expandLandscape, SampledLoss } from "../../../src/landscape/index.js";
import { unsettled } from "../../../src/landscape/sections.js";
import { drawnFrom } from "../compile/drawn.js";
import { landscapeOf, sourceOf as source } from "./read.js";

/** What evaluation finds, and what finer and finer rules find as the loss at the end of a trial. */
function means(loss: string, data: DataSource): readonly number[] {
  const landscape = landscapeOf(loss, { w: 0 }, [data]);
  const part = new SampledLoss(landscape, landscape.loss, [0]);
  const settled = part.settle([0], part.coarsest, { left: 1e9 });
  return [expandLandscape(landscape, { order: 0, partSize: 1 }).loss, settled?.estimate.value ?? Number.NaN];
}

/** Expectations in closed form, or to sixteen digits by mpmath. */
const known: readonly (readonly [DataSource, string, number])[] = [
  [source("laplace", 0, 1), "cos(x)", 1 / 2],
  [source("laplace", 1, 2), "cos(x)", Math.cos(1) / 5],
  [source("laplace", 0, 0.5), "exp(x)", 1 / (1 - 0.25)],
  [source("laplace", 0, 1), "abs(x)", 1],
  [source("laplace", 0.3, 1), "abs(x)", 0.3 + Math.exp(-0.3)],
  [source("laplace", 2000, 1), "(x - 2000)^4", 24],
  [source("exponential", 1), "cos(x)", 1 / 2],
  [source("exponential", 2), "exp(x)", 2],
  [source("exponential", 2), "exp(-3*x)", 2 / 5],
  [source("exponential", 1), "log(x)", -0.5772156649015329],
  [source("exponential", 1), "sqrt(x)", Math.sqrt(Math.PI) / 2],
  [source("exponential", 1), "abs(x - 1)", 2 / Math.E],
  [source("gamma", 0.5, 1), "cos(x)", 2 ** -0.25 * Math.cos(Math.PI / 8)],
  [source("gamma", 2.5, 1), "exp(x/3)", 1.5 ** 2.5],
  [source("gamma", 3, 2), "1/x", 1 / 4],
  [source("gamma", 0.25, 1), "exp(-x)", 2 ** -0.25],
  [source("gamma", 400, 1), "exp(-x/10)", 1.1 ** -400],
  [source("gamma", 2, 3), "log(x)", Math.log(3) + 1 - 0.5772156649015329],
  [source("lognormal", 0, 1), "x^4", Math.exp(8)],
  [source("lognormal", 1, 2), "x^3", Math.exp(3 + 18)],
  [source("lognormal", 0, 1), "x^2.5", Math.exp(3.125)],
  [source("lognormal", 0.5, 1), "1/x", 1],
  [source("lognormal", 0, 1), "log(x)^2", 1],
  [source("lognormal", 0, 0.5), "cos(x)", 0.40018015545751623],
  [source("lognormal", 0, 1), "exp(-x)", 0.38175646475548336],
  [source("lognormal", 1, 2), "log(1 + x)", 1.6424953695288338],
  [source("student_t", 5), "x^4", 25],
  [source("student_t", 3), "x^2", 3],
  [source("student_t", 2.5), "x^2", 5],
  [source("student_t", 5), "log(1 + x^2)", 0.6484469906139048],
  [source("student_t", 3), "sqrt(1 + x^2)", 1.618636199788885],
  [source("student_t", 2.5), "softplus(x)", 0.9663652328187314],
  [source("student_t", 3), "abs(x)", (2 * Math.sqrt(3)) / Math.PI],
  [source("student_t", 1), "log(1 + x^2)", 2 * Math.LN2],
];

describe("expectations", () => {
  test.each(known)("%j of %s", (data, loss, expected) => {
    for (const found of means(loss, data)) {
      expect(Math.abs(found / expected - 1)).toBeLessThan(2e-12);
    }
  });

  test.each([
    [source("exponential", 1), "exp(1.5*x)", "x ~ exponential\\(1\\)"],
    [source("exponential", 1), "1/x", "x ~ exponential\\(1\\)"],
    [source("laplace", 0, 1), "exp(x)", "x ~ laplace\\(0, 1\\)"],
    [source("lognormal", 0, 1), "exp(x)", "x ~ lognormal\\(0, 1\\)"],
    [source("lognormal", 0, 0.5), "exp(x^2)", "x ~ lognormal\\(0, 0.5\\)"],
    [source("student_t", 5), "x^5 + x^6", "x ~ student_t\\(5\\)"],
    [source("student_t", 1), "sqrt(1 + x^2)", "x ~ student_t\\(1\\)"],
    [source("student_t", 30), "exp(x)", "x ~ student_t\\(30\\)"],
  ])("that do not exist are refused by name: %j of %s", (data, loss, name) => {
    expect(() => means(loss, data)).toThrow(
      new RegExp(
        `expectation of the loss.* over ${name},? (?:whose moments from order \\d+ on are no numbers, )?(?:does not settle|settles to \\S+ of its size only)`,
      ),
    );
  });

  test("of waves under a heavy tail", () => {
    const landscape = landscapeOf("cos(x)", { w: 0 }, [source("student_t", 5)]);
    const found = expandLandscape(landscape, { order: 0, partSize: 1 }).loss;
    expect(found).toBeCloseTo((1 + Math.sqrt(5) + 5 / 3) * Math.exp(-Math.sqrt(5)), 11);
  });

  test("of waves under tails too heavy for them are refused with what is in the way", () => {
    const refusal = (reached: number) => unsettled("l", "x ~ student_t(1)", 1, reached).message;
    expect(refusal(1e-8)).toMatch(
      /oscillates too fast for tails so heavy; let the loss grow or oscillate more slowly, take lighter tails/,
    );
    expect(refusal(1e-11)).toMatch(
      /takes too long to be known.*let the loss oscillate more slowly in heavy tails/,
    );
  });

  test("that are not needed are no reason to refuse", () => {
    // E e^(2x) does not exist, E e^x does.
    const landscape = landscapeOf("w*exp(0.6*x)", { w: 1 }, [source("exponential", 1)]);
    const expansion = expandLandscape(landscape, { order: 1, partSize: 2 });
    expect(expansion.cumulant([1])).toBeCloseTo(2.5, 10);
    expect(() => expansion.cumulant([1, 1])).toThrow(/products of 2 derivatives.*x ~ exponential\(1\)/);
  });
});

/** Quantiles at probabilities (word + 1/2) / 2^32, from closed forms or scipy. */
const words = [0, 2 ** 20, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 2 ** 8];
const shares = words.map((word) => (word + 0.5) / 2 ** 32);

const studentHalf = [
  -7.588925257056451e18, -1725520.1827761398, 4.316854004984191e-10, 1.553773975649351, 29062868390732.457,
];
const studentFive = [
  -152.12918446376926, -8.016100162025861, 3.066735226165317e-10, 0.7266868442148873, 43.659721739168425,
];
const studentForty = [
  -8.39418982142697, -3.7964270787046517, 2.936392696765603e-10, 0.6806727175362791, 6.426276660904122,
];
const gammaTenth = [
  2.77656708195196e-100, 4.568875573099136e-37, 0.0005933911058425699, 0.035306358130150026,
  12.075541824273309,
];
const gammaHalf = [
  1.0644129937770517e-20, 4.681342464227428e-8, 0.2274682116833337, 0.6616518487910084, 14.690003148098256,
];
const gammaMore = [
  0.00017181293618592072, 0.059019594192631225, 2.175730095972527, 3.3128398826194694, 20.989410284650816,
];
const gammaThousand = [
  812.4416533651887, 893.431604896086, 999.6666864361912, 1021.1436879189451, 1176.5518772826285,
];

describe("what is drawn", () => {
  test.each([
    [source("laplace", 1, 2), shares.map((u) => 1 + 2 * (u < 0.5 ? Math.log(2 * u) : -Math.log(2 - 2 * u)))],
    [source("exponential", 4), shares.map((u) => -Math.log(u) / 4)],
    [source("gamma", 0.1, 1), gammaTenth],
    [source("gamma", 0.5, 2), gammaHalf.map((x) => 2 * x)],
    [source("gamma", 2.5, 1), gammaMore],
    [source("gamma", 1000, 1), gammaThousand],
    [source("student_t", 0.5), studentHalf],
    [source("student_t", 1), shares.map((u) => (u < 0.5 ? -1 : 1) / Math.tan(Math.PI * Math.min(u, 1 - u)))],
    [source("student_t", 5), studentFive],
    [source("student_t", 40), studentForty],
  ])("is the quantile: %j", (data, expected) => {
    drawnFrom(data, words).forEach((x, i) => {
      // The normal deviate itself has an absolute error of 1e-10, which shows at its middle.
      expect(Math.abs(x - expected[i]!)).toBeLessThan(1e-8 * Math.abs(expected[i]!) + (i === 2 ? 1e-9 : 0));
    });
  });
});
