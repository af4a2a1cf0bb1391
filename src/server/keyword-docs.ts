import { tensorFormats } from "../data/index.js";
import { distributions, exampleData, exampleDistribution } from "../landscape/distributions/index.js";
import {
  codes,
  defaultObservable,
  exampleOfFunction,
  namesInWords,
  namesTakingWeights,
  namesWithRootInPart,
  observableNames,
  observableRecords,
} from "../observables/index.js";

// What the words of the language mean, as Markdown: one table for hovers and for completion.

import { signatureOf } from "../language/semantics/tensors/arguments.js";
import { normalStart } from "../language/semantics/tensors/kind.js";
import {
  exampleOf,
  formatSpaceTime,
  gradientDescent,
  optimisers,
  spaceTimeOf,
  stochasticGradientDescent,
} from "../optimisers/index.js";
import { tensorFunctions } from "../tensors/index.js";

/** How a reader of data is written: `idx("images", "labels")`. */
export function readerSignature({
  name,
  parameters,
  repeats,
}: Pick<(typeof tensorFormats)[number], "name" | "parameters" | "repeats">): string {
  return `${name}(${parameters.map((parameter) => `"${parameter}"`).join(", ")}${repeats ? ", …" : ""})`;
}

function example(...lines: string[]): string {
  return ["```diag", ...lines, "```"].join("\n");
}

/** Of the optimisers, of their parameters, and of the options of those. */
function ofOptimisers(): Record<string, string> {
  const parameters = optimisers.flatMap((record) => record.parameters);
  const options = parameters.flatMap((parameter) => (parameter.kind === "choice" ? parameter.options : []));
  return Object.fromEntries([
    ...optimisers.map((record) => [
      record.name,
      `${record.documentation} Behind \`-\` it is taken off another descent: one trial does both with the same random numbers.\n\n${example(formatSpaceTime(spaceTimeOf(record, record.example)))}`,
    ]),
    ...[...parameters, ...options].map(({ name, documentation: text }) => [name, text]),
  ]);
}

const documentation: Readonly<Record<string, string>> = {
  import: `Makes the declarations of another file visible. The path is relative to this file. Imports are not passed on.

${example('import "./landscapes.diag"')}`,
  diagram: `Declares a diagram: a rooted tree whose nodes are grouped into parts. Edges run from the leaves to the root, which is the test measurement; nodes of one part share a datapoint.

${example("diagram drift {", "  a, b -> j -> out", "  part {a, b}", "}", "diagram pair = (01-2)(02-12)   // the short form: partition, then edges")}`,
  train: `Marks a diagram whose root may share a part with other nodes. Only ${namesInWords(codes(namesWithRootInPart()), "and")} have such diagrams.

${example("train diagram overfitting { a -> test  part {a, test} }")}`,
  multi_epoch: `Marks a diagram for several epochs or for \`${gradientDescent.name}\`, where a path from a leaf to the root may meet a part twice. Doing so is then a warning, not an error.

${example("multi_epoch diagram echo { a, b -> j -> out  part {a, j} }")}`,
  part: `Groups nodes that share a datapoint. Its name is optional; a node in no part is a part by itself. In formulas a part is a cumulant of the derivatives at its nodes.

${example("part S = {a, b, c}")}`,
  landscape: `Declares a landscape: a loss, its weights with the point where descent starts, and the distribution of the data. In a \`verify\` it chooses the landscape.

${example("landscape gauss {", "  weights h = 0", `  data x ~ ${exampleDistribution}`, "  loss (h + x^2 * exp(-h)) / 2", "}")}`,
  weights: `The weights of the landscape, each with the value at which descent starts: a constant expression. A weight with a shape is a tensor, all of whose entries start there, at normals (\`randn\`) or at what a file holds.

${example("weights u = 1, v = log(2)", "weights A[3, 2] = randn(1), b[3] = 0")}`,
  hyper: `Marks a weight that is none of the model's, such as how strong a penalty is. Descent steps it with \`eta\` like the others, and then puts it back to its interval, which is not smooth: nothing is predicted where there is one.

${example("weights t = 1, hyper lambda = 0 in [0, 10]")}`,
  in: `Begins the interval of a \`hyper\` weight: two constant expressions, the lower one first.

${example("weights t = 1, hyper lambda = 0 in [0, 10]")}`,
  param: `A constant of the landscape, made of numbers and of the params above it.

${example("param a = 1/2")}`,
  let: `Names a subexpression for the lines below it: of weights, data, params and the lets above it.

${example("let h = tanh(w*x + b)", "loss (v*h - y)^2 / 2")}`,
  data: `What is drawn for each datapoint. Variables are independent of each other; rows of a file are equally probable.

${example(`data ${exampleData}`, 'data a, b from "points.csv"')}`,
  from: `Takes data from the rows of files. Of a table of numbers (CSV) a header names the columns; without one they are named in order, and columns with shapes are taken by their places. Other files have readers: ${codes(tensorFormats.map(({ name }) => name)).join(", ")}. Behind \`=\` a weight starts at an array of a file.

${example('data a, b from "points.csv"', 'data x[4], y from "table.csv" take 100', 'data image[28, 28, 1], label from idx("images.gz", "labels.gz")', 'weights A[3, 2] = from "start.npy", B[2] = from "start.safetensors" "B"')}`,
  take: `Keeps so many rows of files, from the first: a whole number.

${example('data x[4], y from "table.csv" take 100')}`,
  [normalStart]: `Weights start at independent standard normals, entry by entry, of a stream with a number: the same on every machine.

${example("weights A[3, 2] = randn(1), B[2] = randn(2)")}`,
  ...Object.fromEntries(
    tensorFormats.map(({ name, title, documentation: text, parameters, repeats }) => [
      name,
      `${title}: ${text}\n\n${example(`data … from ${readerSignature({ name, parameters, repeats })}`)}`,
    ]),
  ),
  loss: `The loss at one datapoint: an expression in weights, data, params and lets. A product needs its \`*\`.

${example("loss (h + x^2 * exp(-h)) / 2")}`,
  verify: `Declares a verification: a prediction by diagrams, to be compared with simulated descent.

${example("verify gauss_excess {", "  landscape gauss", `  ${exampleOf(stochasticGradientDescent)}`, "  eta = 0.05, 0.1", `  observe ${defaultObservable.name}`, "  predict order 3", "}")}`,
  ...ofOptimisers(),
  eta: `The learning rates η, positive: one run each.

${example("eta = 0.025, 0.05, 0.1")}`,
  observe: `What to predict and to measure: one or more of ${codes(observableNames()).join(", ")}. Also functions of the weights, each under a name of its own.

${example(`observe ${[defaultObservable.name, ...namesTakingWeights().map((name) => `${name}(u)`), exampleOfFunction].join(", ")}`)}`,
  ...Object.fromEntries(
    observableRecords.map((record) => [
      record.name,
      [record.documentation, ...(record.example === undefined ? [] : [example(record.example)])].join("\n\n"),
    ]),
  ),
  predict: `How to predict: by all irreducible diagrams up to an order, by the Taylor series in η, or by named diagrams.

${example("predict order 3", "predict series 4", "predict skew + pair")}`,
  order: `All irreducible diagrams of at most so many edges, as rvalues.

${example("predict order 3")}`,
  series: `All diagrams of at most so many edges, as uvalues: the Taylor polynomial in η.

${example("predict series 4")}`,
  sum: `How times are summed: \`exact\` sums over discrete time (the default), \`integral\` replaces the sums by integrals.

${example("sum = integral")}`,
  exact: "Sums over discrete times, exactly. The default.",
  integral: "Integrals over continuous time in place of the sums.",
  measure: `What trials measure: left out, all that a verdict takes; with \`total\` only the observable itself, which the prediction's total is compared with.

${example("measure = total")}`,
  with: `Runs over a param of the landscape: all learning rates for each of its values, with everything that it is in.

${example("with H = 0.01, 0.1, 1")}`,
  metric: `The inverse metric: steps are along \`eta\` times it times the gradient, \`η^{μν} = eta·m^{μν}\`. Symmetric and positive definite, rows and columns in the order of the weights; its diagonal, or some entries of it, may stand alone. Without it, it is the identity.

${example("metric [2, 1/4; 1/4, 1]", "metric diag(2, 1)", "metric u: 2")}`,
  total:
    "Measures the observable alone, without its orders: cheaper, and the verdict allows for the next two orders.",
  trials: `How many descents to simulate; otherwise the command decides.

${example("trials = 200000")}`,
  seed: `Where the random numbers begin: a whole number from 0. The same seed gives the same run.

${example("seed = 1")}`,
  test_points: `How many fresh points of the data stand for the expected loss in each trial, on a landscape of tensors: the loss at the start, exactly, and how far that of these points has gone, in mean. Left out: all rows where these are cheap, otherwise as many as make the variance for a given time least.

${example("test_points = 10")}`,
  samples: `How many rows of the data are drawn for each expectation of a series on tensors that is estimated, 64 at least. The prediction then has a standard error, which the verdict adds to the measurement's. Left out: a series is exact where that is cheap, otherwise as many rows as make each entry good to about a hundredth.

${example("samples = 4096")}`,
  ...Object.fromEntries(distributions.map(({ name, documentation: text }) => [name, text])),
};

/** What a word of the language means, as Markdown; nothing for other words. */
export function keywordDocumentation(word: string): string | undefined {
  return Object.hasOwn(documentation, word) ? documentation[word] : undefined;
}

/** Every word that {@link keywordDocumentation} explains. */
export const documentedWords: readonly string[] = Object.keys(documentation);

/** A function or constant that expressions may use. */
export interface ExpressionName {
  readonly name: string;
  /** How it is written: `log(a, b)`, or the name of a constant. */
  readonly signature: string;
  /** What it is, in one line of Markdown. */
  readonly documentation: string;
}

export const expressionFunctions: readonly ExpressionName[] = [
  ["exp", "exp(a)", "The exponential function."],
  ["expm1", "expm1(a)", "`exp(a) - 1`, accurate for small `a`."],
  ["log", "log(a)", "The natural logarithm; `log(a, b)` is the logarithm of `a` to the base `b`."],
  ["log1p", "log1p(a)", "`log(1 + a)`, accurate for small `a`."],
  ["log2", "log2(a)", "The logarithm to the base 2."],
  ["log10", "log10(a)", "The logarithm to the base 10."],
  ["sqrt", "sqrt(a)", "The square root."],
  ["cbrt", "cbrt(a)", "The cube root, also of negative numbers."],
  ["sin", "sin(a)", "The sine of an angle in radians."],
  ["cos", "cos(a)", "The cosine of an angle in radians."],
  ["tan", "tan(a)", "The tangent of an angle in radians."],
  ["asin", "asin(a)", "The inverse sine."],
  ["acos", "acos(a)", "The inverse cosine."],
  ["atan", "atan(a)", "The inverse tangent."],
  ["sinh", "sinh(a)", "The hyperbolic sine."],
  ["cosh", "cosh(a)", "The hyperbolic cosine."],
  ["tanh", "tanh(a)", "The hyperbolic tangent."],
  ["asinh", "asinh(a)", "The inverse hyperbolic sine."],
  ["acosh", "acosh(a)", "The inverse hyperbolic cosine."],
  ["atanh", "atanh(a)", "The inverse hyperbolic tangent."],
  ["abs", "abs(a)", "The absolute value."],
  ["softplus", "softplus(a)", "`log(1 + exp(a))`."],
  ["sigmoid", "sigmoid(a)", "`1 / (1 + exp(-a))`."],
  ["logcosh", "logcosh(a)", "`log(cosh(a))`."],
  ["logsumexp", "logsumexp(a, b, …)", "`log(exp(a) + exp(b) + …)`, of any number of arguments."],
  ["erf", "erf(a)", "The error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `a`."],
  ["square", "square(a)", "`a^2`."],
  ["cube", "cube(a)", "`a^3`."],
  ["pow", "pow(a, b)", "`a^b`."],
].map(([name, signature, text]) => ({ name: name!, signature: signature!, documentation: text! }));

/** Functions of tensors, beside {@link expressionFunctions} or instead of those of the same name. */
export const tensorExpressionFunctions: readonly ExpressionName[] = tensorFunctions.map((record) => ({
  name: record.name,
  signature: signatureOf(record),
  documentation: [
    record.documentation,
    ...record.constants.map(({ name, documentation: text }) => `\`${name}\`: ${text}.`),
  ].join(" "),
}));

export const expressionConstants: readonly ExpressionName[] = [
  ["pi", "π ≈ 3.14159"],
  ["PI", "π ≈ 3.14159"],
  ["tau", "2π ≈ 6.28319"],
  ["e", "The base of the natural logarithm, ≈ 2.71828"],
  ["E", "The base of the natural logarithm, ≈ 2.71828"],
  ["phi", "The golden ratio, ≈ 1.61803"],
  ["LN2", "The natural logarithm of 2, ≈ 0.693147"],
  ["LN10", "The natural logarithm of 10, ≈ 2.30259"],
  ["LOG2E", "The logarithm of e to the base 2, ≈ 1.44270"],
  ["LOG10E", "The logarithm of e to the base 10, ≈ 0.434294"],
  ["SQRT2", "The square root of 2, ≈ 1.41421"],
  ["SQRT1_2", "The square root of 1/2, ≈ 0.707107"],
].map(([name, text]) => ({ name: name!, signature: name!, documentation: text! }));
