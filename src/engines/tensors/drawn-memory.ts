import { SimulationError } from "../../compile/error.js";
import { layoutOf } from "../../simulate/kernel.js";
import type { TrialsShape } from "../../simulate/simulation-plan.js";

/** Training data that are kept as doubles, in bytes: drawn for a while ahead, or all of them when they are needed again. */
const mostDrawnBytes = 2 ** 25;
const mostStoredBytes = 2 ** 28;
/** What one trial may need of it at most. */
const mostBytesOfTrial = 2 ** 30;

/** Of how many trials training data may be kept together. @throws SimulationError of one line when those of one are too large. */
export function mostDrawnAtOnce(plan: TrialsShape): number {
  const bytesOfTrial = layoutOf(plan).places * Math.max(1, plan.data) * 8;
  if (bytesOfTrial > mostBytesOfTrial) {
    const [what, size] = plan.stored ? ["N", plan.points] : ["B", plan.batch];
    const fitting = Math.floor(size * (mostBytesOfTrial / bytesOfTrial));
    throw new SimulationError(
      `${what} = ${size} needs ${Math.ceil(bytesOfTrial / 2 ** 20)} MiB for a trial's training data, of which ` +
        `${mostBytesOfTrial / 2 ** 20} MiB may be used; ${what} = ${fitting} would fit`,
    );
  }
  return (plan.stored ? mostStoredBytes : mostDrawnBytes) / bytesOfTrial;
}
