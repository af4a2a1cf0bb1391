import { describe, expect, test } from "vitest";
import { kronrodPair } from "../../../src/landscape/adaptive/index.js";
import {
  checkExpansion,
  type DataSource,
  type Expansion,
  expandLandscape,
  expectedLoss,
  finiteForm,
  LandscapeError,
  withZeroLogarithms,
} from "../../../src/landscape/index.js";
import { discrete, landscapeOf, normal, read, uniform } from "./read.js";

/** The mean of the one feature that multiplies the weight `u`, and its variance. */
function feature(text: string, data: readonly DataSource[], partSize = 2): Expansion {
  return expandLandscape(landscapeOf(`u*(${text})`, { u: 0 }, data), { order: 2, partSize });
}
const mean = (expansion: Expansion): number => expansion.cumulant([1]);
const variance = (expansion: Expansion): number => expansion.cumulant([1, 1]);

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(LandscapeError);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

/** To so many digits, relative to what is wanted. */
function close(found: number, wanted: number, digits = 10): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(10 ** -digits * Math.max(Math.abs(wanted), 1e-300));
}

/** Weights `u0 … u{count−1}`, each times its own function of the data. */
function manyFeatures(count: number, special: number, text: string): [string, Record<string, number>] {
  const terms = Array.from({ length: count }, (_, i) =>
    i === special ? `u${i}*${text}` : `u${i}*cos(x*${i + 1}/40)`,
  );
  return [terms.join(" + "), Object.fromEntries(terms.map((_, i) => [`u${i}`, 0]))];
}

/** `E 1/(c² + (x − m)²)` for a standard normal datum, by `1/(c² + y²) = ∫ e^{−ct} cos(y t) dt / c` and Boole's rule. */
function lorentzian(c: number, m: number): number {
  const f = (t: number): number => Math.exp(-c * t - (t * t) / 2) * Math.cos(m * t);
  const h = 0.01;
  let total = 0;
  for (let k = 0; k < 250; k++) {
    const t = 4 * k * h;
    total += 7 * f(t) + 32 * f(t + h) + 12 * f(t + 2 * h) + 32 * f(t + 3 * h) + 7 * f(t + 4 * h);
  }
  return (total * 2 * h) / 45 / c;
}

describe("many functions of the data", () => {
  test.each([3, 12, 20, 21, 29])(
    "a narrow one among 30, at place %i, is as right as if it were alone",
    (place) => {
      const [loss, weights] = manyFeatures(30, place, "1/(0.01 + (x - 0.2)^2)");
      const expansion = expandLandscape(landscapeOf(loss, weights, [normal("x")]), { order: 1, partSize: 2 });
      close(expansion.cumulant([1 + place]), lorentzian(0.1, 0.2));
      close(expansion.cumulant([1 + place]), 11.38047, 6);
      const other = (place + 7) % 30;
      close(expansion.cumulant([1 + other]), Math.exp(-(((other + 1) / 40) ** 2) / 2));
    },
  );

  test.each([0, 5, 20, 39])("one of 40 without an expectation, at place %i, is refused", (place) => {
    const [loss, weights] = manyFeatures(40, place, "exp(x^2/1.5)");
    const landscape = landscapeOf(loss, weights, [normal("x")]);
    expect(message(() => expandLandscape(landscape, { order: 1, partSize: 2 }))).toMatch(
      /x ~ normal\(0, 1\)/,
    );
  });
});

describe("what is narrow is not missed", () => {
  test.each([2e-4, 1e-5])("a bump of width %d, wherever it is", (width) => {
    for (const place of [0.3, -1.7123, 2.9]) {
      const text = `exp(-((x - ${place})/${width})^2/2)`;
      const spread = 1 + width * width;
      const wanted = (width / Math.sqrt(spread)) * Math.exp((-place * place) / 2 / spread);
      close(mean(feature(text, [normal("x")])), wanted);
      close(mean(feature(`tanh(0*u + ${text}) - tanh(${text}) + ${text}`, [normal("x")])), wanted);
      // the same in a uniform datum, where nothing else tells where it is
      close(mean(feature(text, [uniform("x", -4, 4)])), (width * Math.sqrt(2 * Math.PI)) / 8);
    }
  });

  test("a bump that only a derivative has", () => {
    const landscape = landscapeOf("tanh(u*exp(-((x - 0.3)/0.0002)^2/2)) + u*x", { u: 0 }, [normal("x")]);
    const expansion = expandLandscape(landscape, { order: 2, partSize: 2 });
    const spread = 1 + 4e-8;
    close(mean(expansion), (2e-4 / Math.sqrt(spread)) * Math.exp(-0.045 / spread));
  });

  test("a peak in two data that do not separate", () => {
    const text = "1/((1 - 0.97*exp(-(y - 1.2)^2*4))^2 + (x - 0.2)^2)";
    // over y by the trapezoidal rule, which is exact to exp(−2π · 0.09/h) with poles 0.09 from the line
    const h = 0.01;
    let wanted = 0;
    for (let k = -800; k <= 800; k++) {
      const y = k * h;
      const c = 1 - 0.97 * Math.exp(-((y - 1.2) ** 2) * 4);
      wanted += (h * lorentzian(c, 0.2) * Math.exp((-y * y) / 2)) / Math.sqrt(2 * Math.PI);
    }
    const found = mean(feature(text, [normal("x"), normal("y")]));
    close(found, wanted, 8);
    close(found, 2.44335, 5);
  });

  test("analytic but narrow in weight and datum", () => {
    const root = expandLandscape(landscapeOf("sqrt(1e-4 + (u - x)^2)", { u: 0 }, [normal("x")]), {
      order: 4,
      partSize: 2,
    });
    // E sqrt(c² + x²) = (c/√(2π)) e^{c²/4} … by its defining integral: x = c sinh s
    let wanted = 0;
    for (let k = -6000; k <= 6000; k++) {
      const s = k / 800;
      const x = 0.01 * Math.sinh(s);
      wanted += (1e-4 * Math.cosh(s) ** 2 * Math.exp((-x * x) / 2)) / 800;
    }
    close(root.loss, wanted / Math.sqrt(2 * Math.PI), 9);
    // its derivatives by u are those of the smoothed function: E f''(x) = E (x² − 1) f(x)
    let second = 0;
    for (let k = -6000; k <= 6000; k++) {
      const s = k / 800;
      const x = 0.01 * Math.sinh(s);
      second += ((x * x - 1) * 1e-4 * Math.cosh(s) ** 2 * Math.exp((-x * x) / 2)) / 800;
    }
    close(root.cumulant([2]), second / Math.sqrt(2 * Math.PI), 9);
    const logarithm = expandLandscape(landscapeOf("log(x^2 + u^2)", { u: 0.02 }, [normal("x")]), {
      order: 2,
      partSize: 2,
    });
    close(logarithm.cumulant([1]), 2 * 0.02 * lorentzian(0.02, 0), 9);
  });
});

describe("kinks and roots of the data", () => {
  const x = [normal("x")];
  const unit = [uniform("x", 0, 1)];
  const root2pi = Math.sqrt(2 / Math.PI);
  const gammaHalf = Math.sqrt(Math.PI);
  const euler = 0.5772156649015329;
  test.each<[string, DataSource[], number, number]>([
    ["abs(x)", x, root2pi, 1 - 2 / Math.PI],
    ["cbrt(x)", x, 0, (2 ** (1 / 3) * 1.128787029908126) / gammaHalf],
    ["log(abs(x))", x, -(euler + Math.LN2) / 2, Math.PI ** 2 / 8],
    [
      "abs(x)^2.5",
      x,
      (2 ** 1.25 * 0.9190625268488832) / gammaHalf,
      2 ** 3.5 / gammaHalf - ((2 ** 1.25 * 0.9190625268488832) / gammaHalf) ** 2,
    ],
    ["abs(x)^3", x, 2 * root2pi, 15 - 8 / Math.PI],
    ["sqrt(x)", unit, 2 / 3, 1 / 2 - 4 / 9],
    ["log(x)", unit, -1, 1],
    ["x^(3/2)", unit, 2 / 5, 1 / 4 - 4 / 25],
    ["-log(x)", unit, 1, 1],
    ["x^(-0.3)", unit, 1 / 0.7, 1 / 0.4 - 1 / 0.49],
    ["log(1 - x)", unit, -1, 1],
    ["log(x - 100)", [uniform("x", 100, 101)], -1, 1],
    ["log(x/(1 - x))", unit, 0, Math.PI ** 2 / 3],
    ["atanh(x)", [uniform("x", -1, 1)], 0, Math.PI ** 2 / 12],
    ["asin(x)", [uniform("x", -1, 1)], 0, Math.PI ** 2 / 4 - 2],
    ["x^(-0.4)", unit, 1 / 0.6, 5 - 1 / 0.36],
    ["abs(x - 0.7)", unit, (0.49 + 0.09) / 2, (0.343 + 0.027) / 3 - 0.29 ** 2],
    ["x*log(x)", unit, -1 / 4, 2 / 27 - 1 / 16],
    ["sqrt(abs(x - 1))", [uniform("x", 0, 2)], 2 / 3, 1 / 2 - 4 / 9],
  ])("%s", (text, data, wantedMean, wantedVariance) => {
    const expansion = feature(text, data);
    if (wantedMean === 0) {
      expect(Math.abs(mean(expansion))).toBeLessThan(1e-12);
    } else {
      close(mean(expansion), wantedMean);
    }
    close(variance(expansion), wantedVariance, 9);
    // with the weight squared beside it
    const squared = expandLandscape(landscapeOf(`(${text})*u^2/2`, { u: 1 }, data), {
      order: 2,
      partSize: 1,
    });
    close(squared.cumulant([2]) + 2, wantedMean + 2);
  });

  test("a kink across two data", () => {
    const expansion = feature("abs(x - z)", [normal("x"), normal("z")]);
    close(mean(expansion), 2 / Math.sqrt(Math.PI));
    close(variance(expansion), 2 - 4 / Math.PI);
  });

  test.each(["1/abs(x)", "1/x^2", "exp(x^2/2)", "exp(exp(x))", "exp(x^4/1000)", "1/(x - 0.3)"])(
    "%s has none",
    (text) => {
      message(() => mean(feature(text, x)));
    },
  );

  test("a kink that moves with a weight, as far as derivatives go", () => {
    const cube = landscapeOf("abs(u - x)^3", { u: 0.4 }, x);
    const expansion = expandLandscape(cube, { order: 3, partSize: 2 });
    // E|x|³ and its derivatives at 0 with x ~ normal(0.4, 1)
    const phi = Math.exp(-0.08) / Math.sqrt(2 * Math.PI);
    const erf = 0.31084348322064836; // P(|z| < 0.4)
    close(expansion.cumulant([2]), 6 * (2 * phi + 0.4 * erf));
    close(expansion.cumulant([3]), 6 * erf);
    expect(message(() => expandLandscape(cube, { order: 4, partSize: 2 }))).toMatch(/no fourth derivative/);
    expect(
      message(() => expandLandscape(landscapeOf("abs(u - x)", { u: 0 }, x), { order: 2, partSize: 1 })),
    ).toMatch(/abs of weights and the datum x together has no second derivative/);
  });

  test("a power of abs at 0 has the derivatives that it has", () => {
    const at = (text: string, order: number): Expansion =>
      expandLandscape(landscapeOf(text, { u: 0 }), { order, partSize: 1 });
    expect(at("abs(u)^2.5 + u", 2).cumulant([1])).toBe(1);
    expect(at("abs(u)^2.5 + u^2", 2).cumulant([2])).toBe(2);
    expect(at("abs(u)^3", 2).cumulant([2])).toBe(0);
    expect(at("abs(u)^4", 4).cumulant([4])).toBe(24);
    expect(message(() => at("abs(u)^3", 3))).toMatch(/derivative of order 3/);
    expect(message(() => at("abs(u)", 2))).toMatch(/derivative of order 1/);
  });
});

describe("expectations that are asked for", () => {
  test("a mean that exists is found where the variance does not", () => {
    const expansion = feature("exp(x^2/4)", [normal("x")], 3);
    close(mean(expansion), Math.SQRT2, 9);
    expect(message(() => variance(expansion))).toMatch(/products of 2 derivatives/);
  });

  test("each power as far as it exists", () => {
    // E exp(k c z²) = (1 − 2 k c)^{−1/2}
    const expansion = expandLandscape(landscapeOf("exp(w*0.12*z^2)", { w: 1 }, [normal("z")]), {
      order: 2,
      partSize: 5,
    });
    const moment = (k: number): number => (1 - 0.24 * k) ** -0.5;
    close(expansion.loss, moment(1), 9);
    close(expansion.cumulant([0, 0]), moment(2) - moment(1) ** 2, 9);
    close(expansion.cumulant([0, 0, 0]), moment(3) - 3 * moment(2) * moment(1) + 2 * moment(1) ** 3, 8);
    message(() => expansion.cumulant([0, 0, 0, 0, 0]));
  });

  test("large values far out, where they are what matters", () => {
    // E cosh(x)^n = 2^{−n} Σ C(n, k) e^{(n − 2k)²/2}
    let wanted = 0;
    let binomial = 1;
    for (let k = 0; k <= 20; k++) {
      wanted += binomial * Math.exp((20 - 2 * k) ** 2 / 2);
      binomial = (binomial * (20 - k)) / (k + 1);
    }
    close(expectedLoss(landscapeOf("w*cosh(x)^20", { w: 1 }, [normal("x")]), [1]), wanted / 2 ** 20);
  });

  test("weights of very different sizes beside one another", () => {
    const landscape = landscapeOf("log(1 + exp(-(w*q + c)))", { w: 1e-4, c: 0.1 }, [uniform("q", 500, 3000)]);
    const expansion = expandLandscape(landscape, { order: 3, partSize: 4 });
    const average = (f: (q: number) => number): number => {
      let total = 0;
      for (let k = 0; k < 20_000; k++) {
        total += f(500 + (2500 * (k + 0.5)) / 20_000);
      }
      return total / 20_000;
    };
    const slope = (q: number): number => -1 / (1 + Math.exp(1e-4 * q + 0.1));
    close(expansion.cumulant([2]), average(slope), 8);
    close(
      expansion.cumulant([1, 1]),
      average((q) => (q * slope(q)) ** 2) - average((q) => q * slope(q)) ** 2,
      7,
    );
  });

  // series of one update, −G², ½ E g² H, …, by quadrature with 40 digits
  test.each([
    ["log(exp(w*x) + exp(v*x))", { w: 1, v: -1 }, 30, 23.94747056, 286.21740872, 2.45610454],
    [
      "log(exp(w*x) + exp(v*x) + exp(c*x))",
      { w: 1, v: -1, c: 0.5 },
      30,
      23.97281621,
      285.16490363,
      41.10924969,
    ],
    ["log(exp(w*x) + exp(v*x))", { w: 1, v: -1 }, 5000, 3989.42286964, 7957746.8928, 410.146064],
  ] as const)("%s from %o over normal(0, %d)", (text, weights, deviation, loss, squared, second) => {
    const { loss: written, ...rest } = landscapeOf(text, weights, [normal("x", 0, deviation)]);
    const expansion = expandLandscape({ ...rest, loss: finiteForm(written) }, { order: 2, partSize: 3 });
    close(expansion.loss, loss, 9);
    const names = Object.keys(weights).map((_, k) => k);
    const first = names.map((k) => expansion.derivative([k]));
    close(
      first.reduce((sum, id) => sum + expansion.cumulant([id]) ** 2, 0),
      squared,
      9,
    );
    let half = 0;
    for (const k of names) {
      for (const l of names) {
        const product =
          expansion.cumulant([first[k]!, first[l]!]) +
          expansion.cumulant([first[k]!]) * expansion.cumulant([first[l]!]);
        half += (product * expansion.cumulant([expansion.derivative([k, l])])) / 2;
      }
    }
    close(half, second, 8);
  });

  test.each(["log(1 + exp(w*x))", "log(cosh(w*x))", "1/(1 + exp(-w*x))", "tanh(w*x)", "erf(w*x)"])(
    "%s over data of any width, to every power",
    (text) => {
      for (const deviation of [1, 30, 3000]) {
        const { loss: written, ...rest } = landscapeOf(`(${text})/1000 + w^2/2`, { w: 1 }, [
          normal("x", 0, deviation),
        ]);
        const expansion = expandLandscape({ ...rest, loss: finiteForm(written) }, { order: 4, partSize: 4 });
        // the slope of the mean is the mean of the slope
        const narrow = expandLandscape(
          { ...rest, loss: finiteForm(written) },
          { order: 1, partSize: 1, at: [1 + 1e-4] },
        );
        const before = expandLandscape(
          { ...rest, loss: finiteForm(written) },
          { order: 1, partSize: 1, at: [1 - 1e-4] },
        );
        close((narrow.loss - before.loss) / 2e-4, expansion.cumulant([1]), 6);
        expect(expansion.cumulant([1, 1, 1, 1])).toSatisfy(Number.isFinite);
      }
    },
  );

  test("what small terms of a log of a sum add to derivatives is not lost beside a large one", () => {
    const slopes = (text: string, scale: number): number[] => {
      const data = [discrete("x", { [String(-scale)]: 0.25, [String(scale / 2)]: 0.75 })];
      const { loss: written, ...rest } = landscapeOf(text, { w: 1 }, data);
      const expansion = expandLandscape({ ...rest, loss: finiteForm(written) }, { order: 3, partSize: 3 });
      return [2, 3].map((id) => expansion.cumulant([id]));
    };
    for (const text of ["logsumexp(w*x, 0, -2*w*x)", "log(1 + exp(w*x) + exp(2*w*x))"]) {
      for (const scale of [1400, 20_000]) {
        for (const slope of slopes(text, scale)) {
          expect(Math.abs(slope)).toBeLessThan(1e-80);
        }
      }
    }
    // l'' = x² (p₁ + 4 p₂ − (p₁ + 2 p₂)²), of which with x = ±60, ±30 only the largest and the next term matter
    const [second] = slopes("log(1 + exp(w*x) + exp(2*w*x))", 60);
    const next = Math.exp(-30);
    close(second!, 0.75 * 900 * (next / (1 + next) ** 2) + 0.25 * 3600 * Math.exp(-60), 9);
  });

  test.each([0, 1e8])("data far from 0 for their spread, descent starting at %d", (start) => {
    const expansion = expandLandscape(landscapeOf("(u - x)^2/2", { u: start }, [normal("x", 1e8, 1e-3)]), {
      order: 2,
      partSize: 3,
    });
    expect(expansion.cumulant([1])).toBe(start - 1e8);
    close(variance(expansion), 1e-6, 12);
    const around = expandLandscape(
      landscapeOf("cos(u*(x - 5e6))", { u: 1 }, [uniform("x", 5e6 - 1, 5e6 + 1)]),
      {
        order: 2,
        partSize: 1,
      },
    );
    close(around.loss, Math.sin(1), 12);
  });

  test("the logarithm of zero, times zero", () => {
    const isDatum = (name: string): boolean => name === "y";
    for (const text of [
      "y*log(y/p) + (1 - y)*log((1 - y)/(1 - p))",
      "-(y*log(p/y)) - (1 - y)*(log(1 - p) - log(1 - y))",
      "y*(log(y) - log(p)) + (1 - y)*(log1p(-y) - log(1 - p))",
      "sqrt(y)*log(y/p) - (y - 1)*log((1 - y)/(1 - p))",
    ]) {
      const landscape = landscapeOf(text, { p: 0.3 }, [discrete("y", { "1": 0.4, "0": 0.6 })]);
      const expansion = expandLandscape(
        { ...landscape, loss: withZeroLogarithms(landscape.loss, isDatum) },
        {
          order: 2,
          partSize: 2,
        },
      );
      close(expansion.loss, -0.4 * Math.log(0.3) - 0.6 * Math.log(0.7), 14);
      close(mean(expansion), -0.4 / 0.3 + 0.6 / 0.7, 14);
      close(expansion.cumulant([2]), 0.4 / 0.09 + 0.6 / 0.49, 14);
    }
    // a logarithm that nothing takes to zero stays what it was
    const other = read("y*log(p + 1) + log(y + 2)");
    expect(withZeroLogarithms(other, isDatum)).toBe(other);
  });

  test("what can be known of an expansion's size is said before it is begun", () => {
    const weights = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`w${i}`, 0.1]));
    const sum = Object.keys(weights)
      .map((name, i) => `${name}*cos(x*${i + 1}/9)`)
      .join(" + ");
    const landscape = landscapeOf(`tanh(${sum})`, weights, [normal("x")]);
    expect(message(() => checkExpansion(landscape, { order: 3, partSize: 4 }))).toMatch(
      /derivatives up to order 3 in 64 weights at once over x ~ normal\(0, 1\) takes too long; up to order 2 they fit/,
    );
    checkExpansion(landscape, { order: 2, partSize: 3 });
    // many weights that do not meet in one function are no obstacle
    checkExpansion(landscapeOf(sum, weights, [normal("x")]), { order: 6, partSize: 7 });
  });
});

describe("the embedded pair of rules", () => {
  test("integrates powers as high as it should, and no higher", () => {
    const { points, weights, coarse } = kronrodPair;
    const off = (rule: Float64Array, degree: number): number =>
      Math.abs(points.reduce((sum, x, i) => sum + rule[i]! * x ** degree, 0) - 2 / (degree + 1));
    for (let degree = 0; degree <= 22; degree += 2) {
      expect(off(weights, degree)).toBeLessThan(4e-15);
    }
    for (let degree = 0; degree <= 12; degree += 2) {
      expect(off(coarse, degree)).toBeLessThan(4e-15);
    }
    expect(off(weights, 24)).toBeGreaterThan(1e-12);
    expect(off(coarse, 14)).toBeGreaterThan(1e-8);
  });
});
