/**
 * What enumeration and evaluation cost. Every figure is the least of several runs in this process,
 * so that a busy machine disturbs it little; ratios compare figures of one run.
 */
import { enumerateDiagrams } from "../../src/diagram/index.js";
import {
  type DirectionalLandscape,
  directionalValuation,
  type EvaluationRequest,
  Evaluator,
  isWritten,
} from "../../src/evaluate/index.js";
import type { Landscape } from "../../src/landscape/index.js";
import { analyzeText } from "../../src/language/index.js";
import { type SpaceTime, scheduleOf } from "../../src/optimisers/index.js";
import { planEmbeddings } from "../../src/spacetime/index.js";
import { linearNet } from "../../test/unit/evaluate/linear-net.js";
import { type Figure, leastTime, milliseconds, timeOnce } from "../figure.js";

async function landscapeOf(body: string): Promise<Landscape> {
  const file = await analyzeText(`landscape bench { ${body} }`);
  const landscape = file.landscapes.get("bench");
  if (landscape === undefined || !isWritten(landscape)) {
    throw new Error(file.diagnostics.map(({ message }) => message).join("; "));
  }
  return landscape;
}

const oneEpoch = (N: number): SpaceTime => ({
  optimiser: "sgd",
  parameters: { N, E: 1, B: 1, shuffle: "same" },
});

const request = (spacetime: SpaceTime, order: number): EvaluationRequest => ({
  spacetime,
  eta: 0.1,
  observable: { name: "test_loss", weights: [] },
  selection: { kind: "order", order },
  sum: "exact",
});

const archimedes =
  "weights u = 0, v = 0, z = 0 data x ~ normal(0, 1) " +
  "loss (u^2 + v^2 + (cos(z)*u + sin(z)*v)^2) / 2 + x * (cos(z - pi/4)*u + sin(z - pi/4)*v)";

/** Twenty weights, each joined to the next by a sine, a squared error and an exponential. */
function twentyWeights(): string {
  const indices = Array.from({ length: 20 }, (_, i) => i);
  const starts = indices.map((i) => `w${i} = ${((i % 5) - 2) / 10}`).join(", ");
  const terms = indices.map(
    (i) => `(w${i}*x - y)^2/10 + sin(w${i}*w${(i + 1) % 20} + x)/5 + exp(0.3*w${i})*y/5`,
  );
  return `weights ${starts} data x ~ normal(0, 1), y ~ uniform(-1, 1) loss ${terms.join(" + ")}`;
}

/** All diagrams of three edges without tensors, beside the derivatives along directions that they ask for and nothing else. */
function withoutTensors(): Figure[] {
  const start = Float64Array.from({ length: 3000 }, (_, i) => Math.cos(i) / 40);
  const rows = Array.from({ length: 100 }, (_, i) => ({ x: Math.sin(i), y: Math.cos(3 * i) }));
  const diagrams = [...enumerateDiagrams(3)].map(({ diagram }) => ({
    diagram,
    plan: planEmbeddings(diagram, scheduleOf({ optimiser: "gd", parameters: { N: 10, T: 10 } })),
  }));
  const net = linearNet(start, rows);
  const value = ({ loss }: DirectionalLandscape) => {
    const valuation = directionalValuation({ ...net, loss }, { order: 3 });
    for (const { diagram, plan } of diagrams) {
      valuation.contract(diagram, plan, 0, "loss");
    }
  };
  const asked: (() => Float64Array)[] = [];
  const keep = (ask: () => Float64Array) => {
    asked.push(ask);
    return ask();
  };
  const { loss } = net;
  value({
    ...net,
    loss: {
      ...loss,
      gradients: (count, directions) => keep(() => loss.gradients(count, directions)),
      rowGradients: (own, directions) => keep(() => loss.rowGradients(own, directions)),
    },
  });
  const seconds = leastTime(9, () => value(net));
  const alone = leastTime(9, () => {
    for (const ask of asked) {
      ask();
    }
  });
  return [
    {
      what: `the ${diagrams.length} diagrams of three edges, 3,000 weights, 100 rows, without tensors`,
      measured: milliseconds(seconds),
    },
    {
      what: "    as a multiple of the derivatives along directions that they ask for",
      measured: (seconds / alone).toFixed(2),
      goal: "≤ 4",
      met: seconds / alone <= 4,
    },
  ];
}

/** Issue rows (a) to (c). Memory is the process's peak so far, so the largest case comes first. */
export async function benchEvaluation(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const large = await landscapeOf(twentyWeights());
  const seconds = timeOnce(() => {
    new Evaluator(large, { order: 3 }).evaluate(request(oneEpoch(100), 3));
  });
  figures.push({
    what: "order 3 with 20 weights, derivatives and all",
    measured: milliseconds(seconds),
    goal: "< 5 s",
    met: seconds < 5,
  });
  const epochs = timeOnce(() => {
    new Evaluator(large, { order: 3 }).evaluate(
      request({ optimiser: "sgd", parameters: { N: 100, E: 3, B: 1, shuffle: "same" } }, 3),
    );
  });
  figures.push({
    what: "the same over three epochs (generalised diagrams too)",
    measured: milliseconds(epochs),
    goal: "< 5 s",
    met: epochs < 5,
  });
  const peak = process.resourceUsage().maxRSS / 1024;
  figures.push({
    what: "peak memory so far",
    measured: `${peak.toFixed(0)} MiB`,
    goal: "< 1 GiB",
    met: peak < 1024,
  });

  const start = await landscapeOf(archimedes);
  const evaluator = new Evaluator(start, { order: 4 });
  const at = (T: number) => leastTime(15, () => void evaluator.evaluate(request(oneEpoch(T), 4)));
  const [short, long] = [at(100), at(1_000_000)];
  figures.push(
    {
      what: "order 4 on Archimedes, T = 10²",
      measured: milliseconds(short),
      goal: "< 150 ms",
      met: short < 0.15,
    },
    {
      what: "order 4 on Archimedes, T = 10⁶",
      measured: milliseconds(long),
      goal: "< 150 ms",
      met: long < 0.15,
    },
    {
      what: "ratio of the two",
      measured: (long / short).toFixed(2),
      goal: "≤ 1.5",
      met: long / short <= 1.5,
    },
  );
  const gauss = await landscapeOf("weights h = 0.3 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2");
  for (const [name, spacetime] of [
    ["one epoch, T = 100", oneEpoch(100)],
    ["gradient descent, T = 100", { optimiser: "gd", parameters: { N: 10, T: 100 } }],
  ] as const) {
    const time = timeOnce(() => void new Evaluator(gauss, { order: 6 }).evaluate(request(spacetime, 6)));
    figures.push({
      what: `order 6 on Gauss, ${name}`,
      measured: milliseconds(time),
      goal: "< 3 s",
      met: time < 3,
    });
  }
  for (const edges of [6, 7, 8]) {
    for (const [name, filter] of [
      ["all", {}],
      ["irreducible, path condition", { irreducible: true, pathCondition: true }],
    ] as const) {
      let count = 0;
      const time = leastTime(5, () => {
        count = 0;
        for (const _ of enumerateDiagrams(edges, filter)) {
          count++;
        }
      });
      figures.push({
        what: `enumeration, ${edges} edges, ${name}`,
        measured: `${milliseconds(time)} for ${count.toLocaleString("en-US")}`,
      });
    }
  }
  // Last, so that rows before it find the process as earlier builds do.
  figures.push(...withoutTensors());
  return figures;
}
