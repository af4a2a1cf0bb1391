/**
 * Resident memory over a long estimate of the order 3 of a tanh convnet on 8 by 8 images. One estimate of more and more rows; what it holds is
 * printed as it goes, and at the end the slope of a line through the second half of it.
 */
import { rowWords } from "../../src/compile/index.js";
import { loadCarriers } from "../../src/engines/index.js";
import { directionalTensors, EstimatingEvaluator, type EvaluationRequest } from "../../src/evaluate/index.js";
import { defaultObservable } from "../../src/observables/index.js";
import { smallConvnet } from "../convnet.js";

const images = 1000;
/** More than there is time for: samples are the means of 64 draws of 64 rows each. */
const rows = 2 ** 22;
const mebibyte = 2 ** 20;

interface Reading {
  readonly seconds: number;
  readonly resident: number;
  readonly samples: number;
}

/** The slope of the straight line that is nearest to some readings, in MiB an hour. */
function slopeOf(readings: readonly Reading[]): number {
  const mean = (of: (one: Reading) => number) =>
    readings.reduce((sum, one) => sum + of(one), 0) / readings.length;
  const [time, resident] = [mean((one) => one.seconds), mean((one) => one.resident)];
  const along = readings.reduce((sum, one) => sum + (one.seconds - time) * (one.resident - resident), 0);
  const square = readings.reduce((sum, one) => sum + (one.seconds - time) ** 2, 0);
  return (3600 * along) / square / mebibyte;
}

const seconds = Number(process.argv[2]);
const began = performance.now();
const readings: Reading[] = [];
const { whole, name } = await smallConvnet(images);
// Threads have samples of large networks in single precision.
const isSingle = process.argv[3] === "single";
const directional = directionalTensors(whole!, isSingle ? { carrierOf: await loadCarriers() } : {});
const evaluator = new EstimatingEvaluator(
  { name, weights: directional.weights },
  directional,
  { order: 3 },
  { words: rowWords(0), samples: rows },
);
const request: EvaluationRequest = {
  spacetime: { optimiser: "sgd", parameters: { N: 10, E: 2, B: 1, shuffle: "same" } },
  eta: 0.01,
  observable: defaultObservable,
  selection: { kind: "series", order: 3 },
  sum: "exact",
};
const now = () => (performance.now() - began) / 1000;
// What a run takes in from its threads, one sample after the other.
for (const { first, end } of evaluator.rounds({ request })) {
  for (let sample = first; sample < end && now() < seconds; sample++) {
    evaluator.take(evaluator.workOut({ request }, evaluator.knownOf(sample), evaluator.lossOfRows));
    const last = readings.at(-1);
    if (last === undefined || now() - last.seconds >= seconds / 60) {
      const reading = { seconds: now(), resident: process.memoryUsage.rss(), samples: sample + 1 };
      readings.push(reading);
      console.log(
        `${reading.seconds.toFixed(0).padStart(6)} s  ${(reading.resident / mebibyte).toFixed(0).padStart(5)} MiB  ${reading.samples} samples`,
      );
    }
  }
  break;
}
const half = readings.slice(Math.floor(readings.length / 2));
console.log(`slope over the second half: ${slopeOf(half).toFixed(1)} MiB an hour`);
