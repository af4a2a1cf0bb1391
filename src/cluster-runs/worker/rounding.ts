import { setFlagsFromString } from "node:v8";
import { hasFusedInstruction } from "../../compile/fused.js";

/** Behind this flag Node 20 has the instruction that rounds a product and a sum at once; later ones have it and know no such flag. */
const flag = "--experimental-wasm-relaxed-simd";

/**
 * Has this process round as a run does where its Node alone stands against that: who sends a run and who does its tasks may have different
 * ones. To be called before anything asks how the machine rounds. What the processor cannot do it changes nothing of.
 * @param arithmetics what trials of the run are rounded by.
 */
export function roundAs(arithmetics: readonly string[]): void {
  if (arithmetics.some((one) => one.endsWith(" rounding once")) && !hasFusedInstruction()) {
    setFlagsFromString(flag);
  }
}
