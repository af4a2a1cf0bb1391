import type { Random } from "./random.js";

/** A file in which nothing is wrong but perhaps its meaning: declarations as the grammar has them. */
export function soundFile(random: Random): string {
  const diagrams = random.several(0, 4, (index) => `d${index}`);
  const landscapes = random.several(1, 2, (index) => `l${index}`);
  return [
    ...diagrams.map((name) => diagram(random, name)),
    ...landscapes.map((name) => landscape(random, name)),
    ...random.several(0, 2, (index) => verify(random, `v${index}`, random.of(landscapes), diagrams)),
  ].join("\n");
}

function diagram(random: Random, name: string): string {
  const size = 2 + random.upTo(7);
  const parent = (child: number): number => child + 1 + random.below(size - child - 1);
  const mark = random.of(["", "", "", "train ", "multi_epoch ", "train multi_epoch "]);
  if (random.chance(0.4)) {
    const label = (node: number): number =>
      node < size - 1 && random.chance(0.5) ? random.below(size - 1) : node;
    const groups = new Map<number, number[]>();
    for (let node = 0; node < size; node++) {
      const key = label(node);
      groups.set(key, [...(groups.get(key) ?? []), node]);
    }
    const partition = [...groups.values()].map((group) => group.join("")).join("-");
    const edges = Array.from({ length: size - 1 }, (_, child) => `${child}${parent(child)}`).join("-");
    return `${mark}diagram ${name} = (${partition})(${edges})`;
  }
  const nodes = random.of([
    ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
    ["θ1", "weights", "order", "N", "größe", "_", "sum", "x", "toString"],
  ]);
  const edges = Array.from({ length: size - 1 }, (_, child) => `${nodes[child]} -> ${nodes[parent(child)]}`);
  const parts = random.several(0, 2, () => {
    const members = nodes.slice(0, size - 1).filter(() => random.chance(0.4));
    return members.length === 0 ? "" : `part ${random.of(["", "S = ", "part = "])}{${members.join(", ")}}`;
  });
  return `${mark}diagram ${name} {\n  ${[...edges, ...parts].join("\n  ")}\n}`;
}

function landscape(random: Random, name: string): string {
  const weights = random.several(1, 2, (index) => `w${index}`);
  const hyper = random.chance(0.2) ? ["hyper h = 1 in [0, 5/2]", "hyper in = -1/2 in [-(2), 0]"] : [];
  const data = random.several(0, 2, (index) => `x${index}`);
  const lines = [
    `weights ${[...weights.map((weight) => `${weight} = ${constant(random)}`), ...hyper].join(", ")}`,
    ...(data.length === 0
      ? []
      : [`data ${data.map((datum) => `${datum} ~ ${distribution(random)}`).join(", ")}`]),
    ...(random.chance(0.3) ? [`param p = ${constant(random)}`] : []),
    ...(random.chance(0.3) ? [`let k = ${expression(random, [...weights, ...data], 2)}`] : []),
  ];
  const symbols = [
    ...weights,
    ...weights,
    ...(hyper.length === 0 ? [] : ["h", "in"]),
    ...data,
    ...(lines.some((line) => line.startsWith("let")) ? ["k"] : []),
  ];
  return `landscape ${name} {\n  ${lines.join("\n  ")}\n  loss ${expression(random, symbols, 3)}\n}`;
}

const constant = (random: Random): string =>
  random.of(["0", "1", "0.5", "-1/3", "log(2)", "pi/4", "2^0.5", "1e-3", "-(2)", "1e9", "1e-300"]);

function distribution(random: Random): string {
  return random.of([
    "normal(0, 1)",
    "normal(1/2, 0.1)",
    "normal(0, 0)",
    "uniform(-1, 1)",
    "uniform(0, 1e3)",
    "bernoulli(1/3)",
    "discrete(-1: 2/3, 2: 1/3)",
    "discrete(0: 1)",
    "discrete(1: 1/4, 2: 1/4, 5: 1/2)",
  ]);
}

function expression(random: Random, symbols: readonly string[], depth: number): string {
  const inner = (): string => expression(random, symbols, depth - 1);
  if (depth === 0 || random.chance(0.15)) {
    return random.chance(0.75) ? random.of(symbols) : random.of(["1", "2", "0.5", "pi", "3", "e"]);
  }
  return random.of<() => string>([
    () => `${inner()} + ${inner()}`,
    () => `${inner()} - ${inner()}`,
    () => `${inner()} * ${inner()}`,
    () => `(${inner()} - ${inner()})^2 / 2`,
    () => `(${inner()})^${random.of(["2", "3", "2", "0.5", "-1", "(1/3)"])}`,
    () => `(${inner()}) / (1 + (${inner()})^2)`,
    () =>
      `${random.of(["exp", "sin", "cos", "tanh", "softplus", "sigmoid", "log", "sqrt", "abs", "logcosh", "erf"])}(${inner()})`,
    () => `-${random.of(symbols)}`,
    () => `logsumexp(${inner()}, ${inner()})`,
  ])();
}

function verify(random: Random, name: string, of: string, diagrams: readonly string[]): string {
  const small = (): string => String(1 + random.below(3));
  const spacetime = random.of<() => string>([
    () => `gd(N = ${small()}, T = ${small()}${random.chance(0.2) ? ", penalty = stic" : ""})`,
    () => `sgd(N = ${small()}, E = ${small()}, B = 1)`,
    () => `sgd(2, 2, ${random.of(["1", "2"])}, shuffle = ${random.of(["same", "reshuffled"])})`,
  ])();
  const predict =
    diagrams.length > 0 && random.chance(0.3)
      ? diagrams.filter(() => random.chance(0.6)).join(" + ") || diagrams[0]
      : `${random.of(["order", "series"])} ${random.below(3)}`;
  const lines = [
    `landscape ${of}`,
    spacetime,
    `eta = ${random.of(["0.1", "1/100, 0.2", "1e-6"])}`,
    `observe ${random.of(["test_loss", "train_loss", "gen_gap", "displacement", "displacement(w0)", "test_loss, displacement", "variance(w0)", "covariance(w0, test_loss), displacement"])}`,
    ...(random.chance(0.8) ? [`predict ${predict}`] : []),
    ...(random.chance(0.2) ? [`sum = ${random.of(["exact", "integral"])}`] : []),
    ...(random.chance(0.2) ? ["measure = total"] : []),
    ...(random.chance(0.2) ? [`metric w0: ${random.of(["2", "1/3", "sqrt(2), w0: 1"])}`] : []),
    ...(random.chance(0.2) ? [`trials = ${10 + random.below(100)}`, "seed = 7"] : []),
  ];
  return `verify ${name} {\n  ${lines.join("\n  ")}\n}`;
}
