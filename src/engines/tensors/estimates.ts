import * as v from "valibot";
import type { EstimatingEvaluator } from "../../evaluate/index.js";
import { type MoreHandlers, type ProcessLink, startDevice } from "../device-process.js";
import {
  answerSchema,
  CrewLost,
  carryOut,
  type EstimateJob,
  type EstimateTask,
  evaluatorOfJob,
  type OpenCrew,
} from "../estimates/index.js";
import { carriersOn } from "./carrier.js";
import type { TensorBackend } from "./engine.js";
import type { OpenedTensors } from "./opened.js";

const loadMethod = "estimates/load";
const workMethod = "estimates/work";

/** What the process that carries tensors out does for estimates: in single precision, but for sums. */
export function estimateHandlers(opened: () => OpenedTensors | undefined): MoreHandlers {
  let work: { readonly evaluator: EstimatingEvaluator; readonly job: EstimateJob } | undefined;
  return {
    [loadMethod]: async (parameters) => {
      const tensors = opened();
      if (tensors === undefined) {
        throw new Error("the tensors' device was not opened");
      }
      // The parent that forked this process is of the same version.
      const job = parameters as EstimateJob;
      work = { evaluator: evaluatorOfJob(job, carriersOn(tensors.engine)), job };
      return null;
    },
    [workMethod]: async (task) => {
      if (work === undefined) {
        throw new Error("nothing was loaded to estimate");
      }
      return carryOut(work.evaluator, work.job.asked, task as EstimateTask);
    },
  };
}

/** What silences libtensorflow's own notes, which are not errors. */
const quiet = { TF_CPP_MIN_LOG_LEVEL: "2" };

/** How tfjs in a process of its own is opened that works out samples. @param folders that somebody has named. */
export function tensorCrew(
  tensors: TensorBackend,
  environment: Readonly<Record<string, string>> = {},
  folders: readonly string[] = [],
): OpenCrew {
  return async (job, signal) => {
    const link = startDevice({
      asking: import.meta.url,
      bundle: "./tensor-engine.js",
      environment: { ...quiet, ...environment },
      plain: tensors === "cpu" || tensors === "wasm",
    });
    const close = () => {
      signal?.removeEventListener("abort", close);
      link.close();
    };
    signal?.addEventListener("abort", close);
    try {
      await link.ask("open", { tensors, folders });
      await link.askMore(loadMethod, job);
    } catch (error) {
      close();
      throw error;
    }
    return { workers: [{ work: (task) => answered(link, task) }], close };
  };
}

async function answered(link: ProcessLink, task: EstimateTask) {
  const answer = await link.askMore(workMethod, task);
  if (!v.is(answerSchema, answer)) {
    throw new CrewLost("a number is not finite in single precision");
  }
  return answer;
}
