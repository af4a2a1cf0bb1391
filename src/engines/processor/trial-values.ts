import { setImmediate as nextTurn } from "node:timers/promises";
import type { AnyPlan } from "../../simulate/any-plan.js";
import type { TellingKernel } from "../../simulate/kernel.js";
import type { AnyRequest } from "../../simulate/request.js";
import { largestChunk } from "../wasm/addresses.js";
import type { Simulates } from "./job.js";

/** `Engine.trialValues` by a kernel on the thread of who asks, who has a turn now and then. @param simulate has it do some. */
export async function valuesOf(
  kernel: TellingKernel,
  plan: AnyPlan,
  request: AnyRequest,
  signal: AbortSignal | undefined,
  simulate: Simulates,
): Promise<readonly (readonly number[])[]> {
  const values = plan.columns.map((): number[] => []);
  const first = request.firstTrial ?? 0;
  for (let done = 0; done < request.trials && !signal?.aborted; ) {
    // As in a run, chunks end at multiples of their size: trials side by side have one high word.
    const room = largestChunk - ((first + done) % largestChunk);
    const some = Math.min(room, request.trials - done);
    simulate(first + done, first + done + some, () => false);
    plan.columns.forEach(({ center }, column) => {
      values[column]!.push(...kernel.values(column, 0, some).map((value) => value - center));
    });
    done += some;
    await nextTurn();
  }
  return values;
}
