import { setImmediate as nextTurn } from "node:timers/promises";
import { type Kernel, simulateTrials } from "../../simulate/kernel.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import type { SimulationRequest } from "../../simulate/request.js";
import { largestChunk } from "../wasm/addresses.js";

/** A kernel that tells what each trial of its chunk measured. */
interface TellingKernel extends Kernel {
  /** A column of trials `from … to − 1`, NaN where one diverged. */
  values(column: number, from: number, to: number): readonly number[];
}

/** `Engine.trialValues` by a kernel on the thread of who asks, who has a turn now and then. */
export async function valuesOf(
  kernel: TellingKernel,
  plan: SimulationPlan,
  request: SimulationRequest,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly number[])[]> {
  const values = plan.columns.map((): number[] => []);
  const first = request.firstTrial ?? 0;
  for (let done = 0; done < request.trials && !signal?.aborted; ) {
    // As in a run, chunks end at multiples of their size: trials side by side have one high word.
    const room = largestChunk - ((first + done) % largestChunk);
    const some = Math.min(room, request.trials - done);
    simulateTrials(kernel, plan, first + done, first + done + some, () => false);
    plan.columns.forEach(({ center }, column) => {
      values[column]!.push(...kernel.values(column, 0, some).map((value) => value - center));
    });
    done += some;
    await nextTurn();
  }
  return values;
}
