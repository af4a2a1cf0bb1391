import { describe, expect, test } from "vitest";
import { expandLandscape, expectedLoss, LandscapeError } from "../../../src/landscape/index.js";
import { hermiteRule, legendreRule, trapezoidRule } from "../../../src/landscape/quadrature.js";
import { discrete, landscapeOf, normal, uniform } from "./read.js";

/** Boole's rule on a fine mesh: a quadrature of its own for smooth functions. */
function integrate(f: (x: number) => number, low: number, high: number, panels: number): number {
  const h = (high - low) / (4 * panels);
  let total = 0;
  for (let i = 0; i < panels; i++) {
    const x = low + 4 * i * h;
    total += 7 * f(x) + 32 * f(x + h) + 12 * f(x + 2 * h) + 32 * f(x + 3 * h) + 7 * f(x + 4 * h);
  }
  return (total * 2 * h) / 45;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const normalMean = (f: (x: number) => number): number => integrate((x) => density(x) * f(x), -13, 13, 4000);

describe("quadrature", () => {
  test.each([1, 2, 5, 12, 40, 120])("Gauss–Hermite of %i points has a normal's moments", (size) => {
    const { points, weights } = hermiteRule(size);
    let wanted = 1;
    for (let degree = 0; degree <= Math.min(2 * size - 1, 40); degree += 2) {
      const found = points.reduce((sum, x, i) => sum + weights[i]! * x ** degree, 0);
      expect(found / wanted).toBeCloseTo(1, 12);
      wanted *= degree + 1;
    }
  });

  test.each([1, 3, 8, 30, 96])("Gauss–Legendre of %i points integrates powers", (size) => {
    const { points, weights } = legendreRule(size);
    for (let degree = 0; degree <= Math.min(2 * size - 1, 40); degree += 2) {
      const found = points.reduce((sum, x, i) => sum + weights[i]! * x ** degree, 0);
      expect(found).toBeCloseTo(1 / (degree + 1), 14);
    }
  });

  test("the trapezoidal rule has a normal's characteristic function", () => {
    const { points, weights } = trapezoidRule(0.25, 12);
    const found = points.reduce((sum, x, i) => sum + weights[i]! * Math.cos(2 * x), 0);
    expect(found).toBeCloseTo(Math.exp(-2), 15);
  });
});

describe("expectations", () => {
  test("polynomials in normal and uniform data are exact", () => {
    expect(expectedLoss(landscapeOf("w*x^6 + x^3", { w: 2 }, [normal("x", 1, 2)]), [2])).toBeCloseTo(
      // E(1+2z)^6 = 1 + 15·4 + 15·16·3 + 64·15; E(1+2z)^3 = 1 + 3·4
      2 * (1 + 60 + 720 + 960) + 13,
      9,
    );
    expect(expectedLoss(landscapeOf("w + y^4", { w: 1 }, [uniform("y", -1, 3)]), [1])).toBeCloseTo(
      1 + (3 ** 5 + 1) / 20,
      12,
    );
  });

  test("exponentials: every cumulant of exp(a x) in closed form", () => {
    const a = 0.7;
    const expansion = expandLandscape(landscapeOf("w*exp(0.7*x)", { w: 1 }, [normal("x")]), {
      order: 1,
      partSize: 4,
    });
    const m = (k: number): number => Math.exp((k * k * a * a) / 2);
    const g = expansion.derivative([0]);
    const central3 = m(3) - 3 * m(2) * m(1) + 2 * m(1) ** 3;
    expect(expansion.cumulant([g]) / m(1)).toBeCloseTo(1, 12);
    expect(expansion.cumulant([g, g]) / (m(2) - m(1) ** 2)).toBeCloseTo(1, 11);
    expect(expansion.cumulant([g, g, g]) / central3).toBeCloseTo(1, 11);
  });

  test("poles near the real line", () => {
    // E 1/(x² + c²) = √(π/2)/c · exp(c²/2) · erfc(c/√2); at c = 0.2 the pole is near
    const c = 0.2;
    const wanted = integrate((s) => Math.exp(-(s * s) / 2 - c * s), 0, 60, 4000) / c;
    expect(expectedLoss(landscapeOf("1/(x^2 + w^2)", { w: c }, [normal("x")]), [c]) / wanted).toBeCloseTo(
      1,
      12,
    );
  });

  test("uniform data: logarithms", () => {
    expect(expectedLoss(landscapeOf("1/(x + w)", { w: 1.05 }, [uniform("x", -1, 1)]), [1.05])).toBeCloseTo(
      Math.log(2.05 / 0.05) / 2,
      12,
    );
  });

  test("logistic regression on one feature, with its cumulants", () => {
    const landscape = landscapeOf("log(1 + exp(-y*w*x)) + 0.05*w^2", { w: 1.3 }, [
      normal("x", 0.5, 1),
      discrete("y", { "1": 0.7, "-1": 0.3 }),
    ]);
    const expansion = expandLandscape(landscape, { order: 2, partSize: 3 });
    const mean = (f: (x: number, y: number) => number): number =>
      normalMean((z) => 0.7 * f(z + 0.5, 1) + 0.3 * f(z + 0.5, -1));
    const gradient = (x: number, y: number): number => (-y * x) / (1 + Math.exp(y * 1.3 * x)) + 0.13;
    const curvature = (x: number): number => {
      const s = 1 / (1 + Math.exp(-1.3 * x));
      return x * x * s * (1 - s) + 0.1;
    };
    expect(expansion.loss).toBeCloseTo(mean((x, y) => Math.log1p(Math.exp(-y * 1.3 * x))) + 0.05 * 1.69, 12);
    const G = mean(gradient);
    const H = mean(curvature);
    expect(expansion.cumulant([1])).toBeCloseTo(G, 12);
    expect(expansion.cumulant([2])).toBeCloseTo(H, 12);
    expect(expansion.cumulant([1, 1])).toBeCloseTo(
      mean((x, y) => (gradient(x, y) - G) ** 2),
      12,
    );
    expect(expansion.cumulant([1, 2])).toBeCloseTo(
      mean((x, y) => (gradient(x, y) - G) * (curvature(x) - H)),
      12,
    );
    expect(expansion.cumulant([1, 1, 2])).toBeCloseTo(
      mean((x, y) => (gradient(x, y) - G) ** 2 * (curvature(x) - H)),
      12,
    );
  });

  test("logistic regression on two features: only the component along w matters", () => {
    const [a, b] = [0.8, -0.6];
    const expansion = expandLandscape(
      landscapeOf("log(1 + exp(-(a*x + b*z)))", { a, b }, [normal("x"), normal("z")]),
      { order: 2, partSize: 2 },
    );
    // |w| = 1; in the frame of w, s = w·x and t across it are standard normal
    const slope = (s: number): number => -1 / (1 + Math.exp(s));
    expect(expansion.loss).toBeCloseTo(
      normalMean((s) => Math.log1p(Math.exp(-s))),
      12,
    );
    const along = normalMean((s) => s * slope(s));
    expect(expansion.cumulant([1])).toBeCloseTo(a * along, 12);
    const across = normalMean((s) => slope(s) ** 2);
    const squared = normalMean((s) => s * s * slope(s) ** 2) - along ** 2;
    // x = a s − b t, z = b s + a t
    expect(expansion.cumulant([1, 1])).toBeCloseTo(a * a * squared + b * b * across, 12);
    expect(expansion.cumulant([1, 2])).toBeCloseTo(a * b * (squared - across), 12);
  });
});

describe("what cannot be done is said in one line", () => {
  const message = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(LandscapeError);
      const { message: text } = error as Error;
      expect(text).not.toContain("\n");
      expect(text).toContain("landscape test: ");
      return text;
    }
    throw new Error("nothing was thrown");
  };
  const options = { order: 2, partSize: 2 };

  test("a loss that is not finite at the start", () => {
    expect(message(() => expandLandscape(landscapeOf("log(h) + h^2", { h: 0 }), options))).toMatch(
      /the loss is not finite at h = 0; start elsewhere/,
    );
    expect(message(() => expandLandscape(landscapeOf("1/h", { h: 0 }), options))).toMatch(/not finite/);
  });

  test("a derivative that is not", () => {
    expect(message(() => expandLandscape(landscapeOf("sqrt(h)", { h: 0 }), options))).toMatch(
      /a derivative of order 1 of the loss is not finite at h = 0/,
    );
    expect(message(() => expandLandscape(landscapeOf("abs(h)", { h: 0 }), options))).toMatch(/derivative/);
  });

  test("a datum for which it is not, with its value", () => {
    const landscape = landscapeOf("log(h + x)", { h: 1 }, [discrete("x", { "1": 0.5, "-2": 0.5 })]);
    expect(message(() => expandLandscape(landscape, options))).toMatch(/not finite at h = 1, x = -2/);
    const open = landscapeOf("log(h + x)", { h: 1 }, [normal("x")]);
    expect(message(() => expandLandscape(open, options))).toMatch(/not finite at h = 1, x = -/);
  });

  test("an expectation that diverges", () => {
    const first = landscapeOf("h*exp(x^2)", { h: 1 }, [normal("x")]);
    expect(message(() => expandLandscape(first, options))).toMatch(/x ~ normal\(0, 1\) does not settle/);
    const second = landscapeOf("h*exp(0.3*x^2)", { h: 1 }, [normal("x")]);
    const expansion = expandLandscape(second, options);
    expect(message(() => expansion.cumulant([1, 1]))).toMatch(/products of 2 derivatives/);
    // while its mean exists: (1 − 0.6)^(−1/2)
    expect(expansion.loss).toBeCloseTo(1 / Math.sqrt(0.4), 11);
  });

  test("a kink that moves over the data", () => {
    expect(
      message(() => expandLandscape(landscapeOf("abs(h - x)", { h: 0 }, [normal("x")]), options)),
    ).toMatch(/abs of weights and the datum x/);
  });

  test("too many derivatives, or points", () => {
    const weights = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`w${i}`, 0]));
    expect(message(() => expandLandscape(landscapeOf("w0", weights), { order: 6, partSize: 2 }))).toMatch(
      /up to order 3 they fit/,
    );
    const names = Array.from({ length: 9 }, (_, i) => `x${i}`);
    const linear = names.map((name, i) => `w${i}*${name}`).join(" + ");
    const nine = landscapeOf(
      `log(1 + exp(${linear}))`,
      Object.fromEntries(names.map((_, i) => [`w${i}`, 0.1])),
      names.map((name) => normal(name)),
    );
    expect(message(() => expandLandscape(nine, options))).toMatch(/needs [\d,]+ points .* fit/);
  });

  test("the wrong number of weights", () => {
    expect(message(() => expectedLoss(landscapeOf("h", { h: 0 }), [1, 2]))).toMatch(/2 values for 1 weights/);
  });
});
