import { describe, expect, test } from "vitest";
import { controlledRequest, everyWay, metric, net, observed, points, sgd } from "./enumerated.js";

/** What is taken off a trial's numbers, beside a program of its own: losses by hand, derivatives by differences. */

const [size, eta] = [8, 0.1];
const start = net.weights.flatMap((weight) => [...weight.start]);
/** Of each entry: two by two numbers of A, two of a and two of b. */
const factors = ["A", "A", "A", "A", "a", "a", "b", "b"].map(
  (name) => metric.find(({ weight }) => weight === name)?.factor ?? 1,
);

function lossOf(w: readonly number[], { x, y, z }: (typeof points)[number]): number {
  const unit = (row: number) => Math.tanh(w[2 * row]! * x[0]! + w[2 * row + 1]! * x[1]! + w[4 + row]!);
  const error = w[6]! * unit(0) + w[7]! * unit(1) - y;
  return (z * error * error) / 2;
}

const meanLoss = (w: readonly number[]) =>
  points.reduce((sum, point) => sum + point.probability * lossOf(w, point), 0);
const functionOf = (w: readonly number[]) => w[1]! * w[7]! + w[4]!;

const moved = (w: readonly number[], direction: readonly number[], by: number) =>
  w.map((value, entry) => value + by * direction[entry]!);
/** Central differences of fourth order. */
function along(
  f: (w: readonly number[]) => number,
  w: readonly number[],
  direction: readonly number[],
): number {
  const step = 2e-3;
  const at = (by: number) => f(moved(w, direction, by * step));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
}
const units = Array.from({ length: size }, (_, entry) =>
  Array.from({ length: size }, (__, other) => (entry === other ? 1 : 0)),
);
const slope = (f: (w: readonly number[]) => number, w: readonly number[]) =>
  units.map((unit) => along(f, w, unit));
const raised = (covector: readonly number[]) => covector.map((value, entry) => factors[entry]! * value);

/** What the update with each number takes off, the points' rows being told update by update. */
function takenOff(
  number: string,
  batches: readonly (readonly number[])[],
  training: readonly number[],
  test: readonly number[],
): number {
  const path = [start];
  for (const _ of batches) {
    path.push(moved(path.at(-1)!, raised(slope(meanLoss, path.at(-1)!)), -eta));
  }
  const end = path.at(-1)!;
  let trial: readonly number[] = start;
  for (const batch of batches) {
    const mean = (w: readonly number[]) =>
      batch.reduce((sum, row) => sum + lossOf(w, points[row]!), 0) / batch.length;
    trial = moved(trial, raised(slope(mean, trial)), -eta);
  }
  const followed = { function: functionOf, weight: (w: readonly number[]) => w[2]! }[number] ?? meanLoss;
  let back = slope(followed, end);
  let sum = 0;
  for (let update = batches.length - 1; update >= 0; update--) {
    const [place, batch] = [path[update]!, batches[update]!];
    const mean = along(meanLoss, place, raised(back));
    for (const row of batch) {
      const own = along((w) => lossOf(w, points[row]!), place, raised(back));
      sum -= (eta * (own - mean)) / batch.length;
    }
    const before = back;
    const bend = units.map((unit) => along((w) => along(meanLoss, w, raised(before)), place, unit));
    back = before.map((value, entry) => value - eta * bend[entry]!);
  }
  if (number === "train" || number === "gap") {
    const off = training.reduce((all, row) => all + lossOf(end, points[row]!) - meanLoss(end), 0);
    const ofTraining = off / training.length;
    sum = number === "train" ? sum + ofTraining : -ofTraining;
  }
  if (number === "test" || number === "gap") {
    const distance = trial.map((value, entry) => value - end[entry]!);
    for (const row of test) {
      const own = (w: readonly number[]) => lossOf(w, points[row]!);
      const ofPoint = own(end) + along(own, end, distance) - own(start);
      const ofAll = meanLoss(end) + along(meanLoss, end, distance) - meanLoss(start);
      sum += (ofPoint - ofAll) / test.length;
    }
  }
  return sum;
}

const spacetimes = [
  { spacetime: sgd({ N: 3 }), batches: (rows: readonly number[]) => rows.map((row) => [row]) },
  {
    spacetime: sgd({ E: 2 }),
    batches: (rows: readonly number[]) => [...rows, ...rows].map((row) => [row]),
  },
  {
    spacetime: { optimiser: "gd", parameters: { N: 2, T: 3 } },
    batches: (rows: readonly number[]) => [rows, rows, rows],
  },
];

describe.each(spacetimes)("in $spacetime.optimiser $spacetime.parameters", ({ spacetime, batches }) => {
  const { ways, plain, controlled } = everyWay(
    controlledRequest({ spacetime, testPoints: 1, hasMetric: true, eta }),
  );

  test.each(observed.map(({ label }, number) => ({ label, number })))(
    "what is taken off $label is what differences say",
    ({ label, number }) => {
      for (const way of [7, 58, 101, ways.length - 1]) {
        const { training, test } = ways[way]!;
        const expected = takenOff(label, batches(training), training, test);
        expect(plain[number]![way]! - controlled[number]![way]!).toBeCloseTo(expected, 8);
      }
    },
  );
});
