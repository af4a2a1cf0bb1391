import { largeLandscape } from "../../../../src/evaluate/index.js";
import { expectedLoss, trainingLoss, weightDisplacement } from "../../../../src/observables/index.js";
import { type Descent, type SpaceTime, sidesOf } from "../../../../src/optimisers/index.js";
import { wholly } from "../../../../src/simulate/controls/whole.js";
import { otherTrials, planTrials, simulateDifference } from "../../../../src/simulate/difference.js";
import { measureTrials } from "../../../../src/simulate/kernel.js";
import type { LargeRequest, SimulatedNumber } from "../../../../src/simulate/request.js";
import {
  DoubleLanes,
  type DoubleTensor,
  findPathControls,
  type PathControls,
  TensorKernel,
  type TensorPlan,
} from "../../../../src/simulate/tensors/index.js";
import type { TrainingData } from "../../../../src/simulate/training-data.js";
import {
  add,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  numbers,
  rowsOf,
  times,
  weight,
} from "../../tensors/make.js";
import { tanh } from "../../tensors/networks.js";

/** A net so small that all that its trials can meet may be tried, one after the other. */
const images = 3;
const values = numbers(2 * images, 5);
const targets = numbers(images, 6);
/** What each loss is multiplied by, drawn beside the rows of the table. */
const outcomes = [
  { value: 0.5, probability: 0.75 },
  { value: 2, probability: 0.25 },
];
const hidden = tanh(add(matrixProduct(weight("A", 2, 2), datum("x", 2)), weight("a", 2)));
export const net = landscapeOf(
  times(call("squared_error", [matrixProduct(weight("b", 2), hidden), datum("y")]), datum("z")),
  { A: [2, 2], a: [2], b: [2] },
  [
    rowsOf(images, { x: { shape: [2], values }, y: { shape: [], values: targets } }),
    { kind: "independent", name: "z", shape: [], entry: { kind: "finite", name: "z", outcomes } },
  ],
);
export const metric = [
  { weight: "A", factor: 2 },
  { weight: "b", factor: 0.5 },
];

/** All that a point can be: rows of the table, then these with the next outcome. */
export const points = outcomes.flatMap((outcome) =>
  Array.from({ length: images }, (_, image) => ({
    probability: outcome.probability / images,
    drawn: [image, outcome.value],
    x: [values[2 * image]!, values[2 * image + 1]!],
    y: targets[image]!,
    z: outcome.value,
  })),
);

const one = (label: string, ...combination: SimulatedNumber["combination"]): SimulatedNumber => ({
  label,
  combination,
});
const symbol = (name: string) => ({ kind: "symbol" as const, name });
/** Losses, their gap, a function of the weights and an entry of them. */
export const observed: readonly SimulatedNumber[] = [
  one("test", { factor: 1, quantity: expectedLoss }),
  one("train", { factor: 1, quantity: trainingLoss }),
  one("gap", { factor: 1, quantity: expectedLoss }, { factor: -1, quantity: trainingLoss }),
  one("function", {
    factor: 1,
    quantity: {
      kind: "weight_function",
      function: {
        name: "f",
        value: {
          kind: "sum",
          terms: [{ kind: "product", factors: [symbol("A[0, 1]"), symbol("b[1]")] }, symbol("a[0]")],
        },
      },
    },
  }),
  one("weight", { factor: 1, quantity: weightDisplacement(2) }),
];

export function sgd(parameters: Readonly<Record<string, number | string>>): Descent {
  return { optimiser: "sgd", parameters: { N: 2, E: 1, B: 1, shuffle: "same", ...parameters } };
}

/** Numbers, and each less its control. */
function both(own: readonly SimulatedNumber[]): readonly SimulatedNumber[] {
  return [
    ...own,
    ...own.map((number, control) => ({ ...number, label: `${number.label} less its control`, control })),
  ];
}

export interface Enumerated {
  readonly spacetime: SpaceTime;
  readonly testPoints?: number;
  readonly hasMetric?: boolean;
  readonly eta?: number;
}

/** A request with controls of all that is observed. */
export function controlledRequest({
  spacetime,
  testPoints,
  hasMetric = false,
  eta = 0.1,
}: Enumerated): LargeRequest {
  const landscape = { ...largeLandscape(net, "it is tried so"), ...(hasMetric ? { metric } : {}) };
  const asked = { landscape, eta, seed: 1 };
  const found = sidesOf(spacetime).map((side): PathControls => {
    const options = {
      hasTestPoints: testPoints !== undefined,
      mostOperations: Number.POSITIVE_INFINITY,
    };
    return wholly(findPathControls({ ...asked, spacetime: side }, observed, options))!;
  });
  const [controls, minusControls] = found;
  return {
    ...asked,
    spacetime,
    numbers: both(observed),
    trials: 1,
    controls: controls!,
    ...(minusControls && { minusControls }),
    ...(testPoints === undefined ? {} : { testPoints }),
  };
}

/** One of all the ways in which a trial may go. */
export interface Way {
  readonly probability: number;
  /** The numbers of its training points and its test points, and which of the shuffles before the second epoch. */
  readonly training: readonly number[];
  readonly test: readonly number[];
  readonly swaps: boolean;
}

/** Has a kernel's trials meet what is said of them, a lane each. */
function feed(source: TrainingData, drawn: (lane: number) => readonly number[], lanes: number): void {
  source.draw = () => {
    for (let lane = 0; lane < lanes; lane++) {
      drawn(lane).forEach((point, place) => {
        points[point]!.drawn.forEach((value, column) => {
          source.values(place, column)[lane] = value;
        });
      });
    }
  };
}

function kernelThatMeets(plan: TensorPlan, ways: readonly Way[]): TensorKernel<DoubleTensor> {
  const kernel = new TensorKernel(plan, 1, new DoubleLanes(ways.length));
  const training: TrainingData = kernel["training"];
  feed(training, (lane) => ways[lane]!.training, ways.length);
  training.shuffle = () => {
    ways.forEach(({ swaps }, lane) => {
      for (let column = 0; swaps && column < 2; column++) {
        const [one, other] = [training.values(0, column), training.values(1, column)];
        [one[lane], other[lane]] = [other[lane]!, one[lane]!];
      }
    });
  };
  const source = kernel["test"]?.drawn?.source;
  if (source !== undefined) {
    feed(source, (lane) => ways[lane]!.test, ways.length);
  }
  return kernel;
}

/** What each observed number is, and what it is less its control, whichever way a trial goes. */
export function everyWay(request: LargeRequest): {
  readonly ways: readonly Way[];
  readonly plain: readonly (readonly number[])[];
  readonly controlled: readonly (readonly number[])[];
} {
  const { plan, other } = planTrials(request);
  const own = plan as TensorPlan;
  const tuples = (length: number): number[][] =>
    length === 0 ? [[]] : tuples(length - 1).flatMap((rest) => points.map((_, point) => [...rest, point]));
  const likely = (tuple: readonly number[]) =>
    tuple.reduce((product, point) => product * points[point]!.probability, 1);
  const isShuffled = own.reshuffled && own.epochs > 1;
  const ways = tuples(own.points).flatMap((training) =>
    tuples(request.testPoints ?? 0).flatMap((test) =>
      (isShuffled ? [false, true] : [false]).map((swaps) => ({
        probability: likely([...training, ...test]) / (isShuffled ? 2 : 1),
        training,
        test,
        swaps,
      })),
    ),
  );
  const kernel = kernelThatMeets(own, ways);
  if (other === undefined) {
    measureTrials(kernel, own, 0, ways.length, () => false);
  } else {
    const others = otherTrials(other, kernelThatMeets(other.of as TensorPlan, ways));
    simulateDifference(kernel, own, others, 0, ways.length, () => false);
  }
  const columns = request.numbers.map((_, column) => kernel.values(column, 0, ways.length));
  return { ways, plain: columns.slice(0, observed.length), controlled: columns.slice(observed.length) };
}
