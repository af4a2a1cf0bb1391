import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import type { LargeRequest } from "../../src/simulate/request.js";
import { convnet } from "../convnet.js";

const images = 50;
/** Of a trial, with a point each. */
export const updates = 10;
export const testPoints = 10;

/** Trials of the paper's convnet on images of stripes. */
export async function convnetRequest(trials = 1): Promise<LargeRequest> {
  const landscape = await convnet(images);
  return {
    landscape,
    spacetime: { optimiser: "sgd", parameters: { N: updates, E: 1, B: 1, shuffle: "same" } },
    eta: 0.01,
    numbers: numbersOf(defaultObservable, landscape),
    testPoints,
    trials,
    seed: 1,
  };
}
