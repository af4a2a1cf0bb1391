import type { EstimatingEvaluator } from "../../evaluate/index.js";
import type { MoreHandlers } from "../device-process.js";
import {
  carryOut,
  type EstimateJob,
  type EstimateTask,
  evaluatorOfJob,
  roundingOf,
} from "../estimates/job.js";
import { carriersOn } from "./carrier.js";
import type { OpenedTensors } from "./opened.js";

export const loadMethod = "estimates/load";
export const workMethod = "estimates/work";

/** What the process that carries tensors out does for estimates: in single precision, but for sums. */
export function estimateHandlers(opened: () => OpenedTensors | undefined): MoreHandlers {
  let work:
    | {
        readonly evaluator: EstimatingEvaluator;
        readonly job: EstimateJob;
        readonly rounding: () => number;
      }
    | undefined;
  return {
    [loadMethod]: async (parameters) => {
      const tensors = opened();
      if (tensors === undefined) {
        throw new Error("the tensors' device was not opened");
      }
      // The parent that forked this process is of the same version.
      const job = parameters as EstimateJob;
      const carrierOf = carriersOn(tensors.engine);
      const rounding = () => roundingOf(job, carrierOf);
      work = { evaluator: evaluatorOfJob(job, carrierOf), job, rounding };
      return null;
    },
    [workMethod]: async (task) => {
      if (work === undefined) {
        throw new Error("nothing was loaded to estimate");
      }
      return carryOut(work.evaluator, work.job.asked, task as EstimateTask, work.rounding);
    },
  };
}
