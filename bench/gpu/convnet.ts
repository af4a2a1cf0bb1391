/** Trials of the paper's convnet by tfjs on a GPU. There is no rival's program for it yet, and no GPU that it was tried on. */
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { planTrials } from "../../src/simulate/difference.js";
import type { Figure } from "../figure.js";
import { convnetRequest, testPoints, updates } from "../networks/request.js";

const trials = 2 ** 12;
const what = `the paper's convnet, T = ${updates}, ${testPoints} test points, tfjs on a GPU`;

export async function convnetFigure(rounds: number): Promise<Figure> {
  try {
    const { engine, description } = await openBundled("webgpu");
    if (description.software) {
      return { what, measured: `not measured: the machine's adapter is a program (${description.name})` };
    }
    const request = await convnetRequest(trials);
    const simulation = new TensorSimulation(engine, { trials: planTrials(request), seed: request.seed });
    const never = new AbortController().signal;
    await simulation.run({ first: 0, trials }, never);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      await simulation.run({ first: 0, trials }, never);
      times.push((performance.now() - began) / 1000);
    }
    simulation.dispose();
    const rate = (trials / Math.min(...times)).toFixed(0);
    return {
      what,
      measured: `${rate} trials/s on ${description.name}, best of ${rounds}; JAX: not measured`,
    };
  } catch (error) {
    return { what, measured: `not measured: ${(error as Error).message.split("\n")[0]}` };
  }
}
