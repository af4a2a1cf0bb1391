import type { DeviceDescription } from "../../device/index.js";
import { judgeFunctions } from "./functions.js";
import { Constants, type TensorNamespace } from "./namespace.js";
import type { TensorEngine, TensorSizes, TensorWays } from "./tensor-program.js";

/** tfjs, ready to compute. */
export interface OpenedTensors {
  readonly engine: TensorEngine;
  readonly description: DeviceDescription;
  /** Rejects when the device is gone; absent when it cannot go without this process. */
  readonly lost?: Promise<never>;
}

/**
 * Makes tfjs's back end `backend` the one that computes, and finds out which of its functions are accurate.
 * @throws Error of one line when it cannot.
 */
export async function openTensors(
  tf: TensorNamespace,
  backend: string,
  sizes: TensorSizes,
  describe: () => DeviceDescription,
  ways?: TensorWays,
): Promise<OpenedTensors> {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) {
    throw new Error(`tfjs's ${backend} backend does not start on this machine`);
  }
  await tf.ready();
  const constants = new Constants(tf);
  const { functions, composed } = await judgeFunctions(tf, constants);
  const { facts, ...description } = describe();
  return {
    engine: { tf, functions, constants, sizes, ...(ways && { ways }) },
    description: {
      ...description,
      facts: [
        ...facts,
        ["Node", process.version],
        ["functions composed for accuracy", composed.length === 0 ? "none" : composed.join(", ")],
      ],
    },
  };
}
