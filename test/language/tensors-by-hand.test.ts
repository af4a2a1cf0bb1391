import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Evaluator } from "../../src/evaluate/index.js";
import type { Landscape } from "../../src/landscape/index.js";
import { analyzeText, diskReader } from "../../src/language/index.js";
import type { SimulatedSpecification } from "../../src/verify/specification.js";
import { simulated, written } from "../written.js";

// Each landscape of tensors beside the same loss spelled out in scalars by hand: both have the same numbers.

const folder = fileURLToPath(new URL("../../examples/tensors/", import.meta.url));

async function landscapeOf(body: string): Promise<Landscape> {
  const text = `landscape l { ${body} }`;
  const { diagnostics, landscapes } = await analyzeText(text, {
    path: `${folder}l.diag`,
    reader: diskReader,
  });
  expect(diagnostics).toEqual([]);
  return written(landscapes.get("l"));
}

interface Case {
  readonly tensors: string;
  /** The same of the scalars, but for the weights, which it has the names of. */
  readonly scalars: string;
  readonly weights: readonly string[];
}

const matrix = (name: string) => ["00", "01", "10", "11"].map((place) => `${name}${place}`);
const vector = (name: string, length: number) => Array.from({ length }, (_, i) => `${name}${i}`);

const cases: Readonly<Record<string, Case>> = {
  "a dense net": {
    tensors: `data x[2], y from "points.csv"
      weights A[2, 2] = randn(1), a[2] = 1/4, B[2] = randn(2)
      let h = tanh(xavier(A) @ x + a)
      loss squared_error(B @ h, y)`,
    weights: [...matrix("A"), ...vector("a", 2), ...vector("B", 2)],
    scalars: `data x1, x2, y from "points.csv"
      let h0 = tanh((A00*x1 + A01*x2) / sqrt(2) + a0)
      let h1 = tanh((A10*x1 + A11*x2) / sqrt(2) + a1)
      loss (B0*h0 + B1*h1 - y)^2 / 2`,
  },
  "softmax regression with weight decay": {
    tensors: `param decay = 1/10
      data x[2], label from "classes.csv"
      weights W[3, 2] = randn(3), b[3] = 0
      loss cross_entropy(W @ x + b, label) + decay * sum(square(W))`,
    weights: ["W00", "W01", "W10", "W11", "W20", "W21", ...vector("b", 3)],
    scalars: `data length, width, kind from "classes.csv"
      let z0 = W00*length + W01*width + b0
      let z1 = W10*length + W11*width + b1
      let z2 = W20*length + W21*width + b2
      let zero = (kind - 1)*(kind - 2)/2
      let one = kind*(2 - kind)
      let two = kind*(kind - 1)/2
      loss logsumexp(z0, z1, z2) - zero*z0 - one*z1 - two*z2
        + (W00^2 + W01^2 + W10^2 + W11^2 + W20^2 + W21^2)/10`,
  },
  "a convolution": {
    tensors: `data image[3, 3, 1], upright from "images.csv"
      weights K[2, 2, 1, 1] = randn(4), c[4] = randn(5)
      let h = tanh(conv(image, xavier(K)))
      let score = c @ flatten(h)
      loss softplus(score) - upright * score`,
    weights: [...matrix("K"), ...vector("c", 4)],
    scalars: `data p00, p01, p02, p10, p11, p12, p20, p21, p22, upright from "images.csv"
      let h0 = tanh((K00*p00 + K01*p01 + K10*p10 + K11*p11) / 2)
      let h1 = tanh((K00*p01 + K01*p02 + K10*p11 + K11*p12) / 2)
      let h2 = tanh((K00*p10 + K01*p11 + K10*p20 + K11*p21) / 2)
      let h3 = tanh((K00*p11 + K01*p12 + K10*p21 + K11*p22) / 2)
      let score = c0*h0 + c1*h1 + c2*h2 + c3*h3
      loss softplus(score) - upright*score`,
  },
  attention: {
    tensors: `data words[2, 2], y from "words.csv"
      weights Q[2, 2] = randn(6), V[2] = randn(7)
      let scores = (words @ Q) @ transpose(words) / sqrt(2)
      loss squared_error(mean(softmax(scores) @ (words @ V)), y)`,
    weights: [...matrix("Q"), ...vector("V", 2)],
    scalars: `data a0, a1, b0, b1, y from "words.csv"
      let qa0 = a0*Q00 + a1*Q10  let qa1 = a0*Q01 + a1*Q11
      let qb0 = b0*Q00 + b1*Q10  let qb1 = b0*Q01 + b1*Q11
      let saa = (qa0*a0 + qa1*a1) / sqrt(2)  let sab = (qa0*b0 + qa1*b1) / sqrt(2)
      let sba = (qb0*a0 + qb1*a1) / sqrt(2)  let sbb = (qb0*b0 + qb1*b1) / sqrt(2)
      let va = a0*V0 + a1*V1  let vb = b0*V0 + b1*V1
      let ra = sigmoid(saa - sab)*va + sigmoid(sab - saa)*vb
      let rb = sigmoid(sba - sbb)*va + sigmoid(sbb - sba)*vb
      loss ((ra + rb)/2 - y)^2 / 2`,
  },
  dropout: {
    tensors: `data x[2], y from "points.csv" take 3
      data keep[2] ~ bernoulli(0.8)
      weights A[2, 2] = randn(8), B[2] = randn(9)
      loss squared_error(B @ (keep * tanh(A @ x) / 0.8), y)`,
    weights: [...matrix("A"), ...vector("B", 2)],
    scalars: `data x1, x2, y from "points.csv" take 3
      data k0 ~ bernoulli(0.8), k1 ~ bernoulli(0.8)
      loss (B0*k0*tanh(A00*x1 + A01*x2)/0.8 + B1*k1*tanh(A10*x1 + A11*x2)/0.8 - y)^2 / 2`,
  },
  "a skip connection and shared weights": {
    tensors: `data x[2], y from "points.csv"
      weights A[2, 2] = randn(12), B[2] = randn(13)
      let once = x + tanh(A @ x)
      let twice = once + tanh(A @ once)
      loss squared_error(B @ twice, y)`,
    weights: [...matrix("A"), ...vector("B", 2)],
    scalars: `data x1, x2, y from "points.csv"
      let u0 = x1 + tanh(A00*x1 + A01*x2)  let u1 = x2 + tanh(A10*x1 + A11*x2)
      let w0 = u0 + tanh(A00*u0 + A01*u1)  let w1 = u1 + tanh(A10*u0 + A11*u1)
      loss (B0*w0 + B1*w1 - y)^2 / 2`,
  },
};

/** In each of these descents, the series to order 3 is compared. */
const descents = [
  "sgd(N = 3, E = 1, B = 1)",
  "sgd(N = 2, E = 2, B = 1, shuffle = reshuffled)",
  "gd(N = 2, T = 2)",
];

/** Every observable; what covaries are weights of one number. */
function observables(weights: readonly string[], entry: (index: number) => string, radius: string): string {
  const [first, last] = [entry(0), entry(weights.length - 1)];
  return `test_loss, train_loss, gen_gap, displacement, variance(test_loss), variance(${last}), covariance(${first}, ${last}), radius = ${radius}, product = ${first} * ${last}`;
}

async function verifiesOf(body: string, observed: string): Promise<readonly SimulatedSpecification[]> {
  const verifies = descents.map(
    (descent, index) =>
      `verify v${index} { landscape l ${descent} eta = 0.1 observe ${observed} predict series 3 }`,
  );
  const text = `landscape l { ${body} } ${verifies.join("\n")}`;
  const { diagnostics, verifies: found } = await analyzeText(text, {
    path: `${folder}l.diag`,
    reader: diskReader,
  });
  expect(diagnostics).toEqual([]);
  return [...found.values()].map(simulated);
}

describe.each(Object.entries(cases))("%s", (_, { tensors, scalars, weights }) => {
  test("has the same numbers in tensors and in scalars", async () => {
    const network = await landscapeOf(tensors);
    const starts = network.weights.map(({ start }, index) => `${weights[index]} = ${start}`);
    expect(starts.length).toBe(weights.length);
    const name = weights[0]![0]!;
    const own = weights.filter((weight) => weight.startsWith(name));
    const ofTensors = await verifiesOf(
      tensors,
      observables(weights, (index) => network.weights[index]!.name, `sum(square(${name}))`),
    );
    const ofScalars = await verifiesOf(
      `weights ${starts.join(", ")} ${scalars}`,
      observables(weights, (index) => weights[index]!, own.map((weight) => `${weight}^2`).join(" + ")),
    );
    expect(ofTensors.length).toBe(descents.length);
    for (const [index, verify] of ofTensors.entries()) {
      const other = ofScalars[index]!;
      const evaluators = [verify, other].map(({ landscape }) => new Evaluator(landscape, { order: 3 }));
      for (const [place, observable] of verify.observables.entries()) {
        const [one, two] = evaluators.map((evaluator, side) => {
          const { spacetime, etas, observables: all } = side === 0 ? verify : other;
          return evaluator.evaluate({
            spacetime,
            eta: etas[0]!,
            observable: all[place]!,
            selection: { kind: "series", order: 3 },
            sum: "exact",
          });
        });
        const what = `${descents[index]}, ${observable.name}`;
        expect(one!.series.length, what).toBe(4);
        for (const [order, coefficients] of one!.series.entries()) {
          coefficients.forEach((coefficient, number) => {
            const expected = two!.series[order]![number]!;
            expect(Math.abs(coefficient - expected), `${what}, order ${order}`).toBeLessThanOrEqual(
              1e-9 * Math.max(1, Math.abs(expected)),
            );
          });
        }
      }
    }
  });
});
