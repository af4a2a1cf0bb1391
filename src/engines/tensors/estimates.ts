import * as v from "valibot";
import type { ProcessLink } from "../device-process.js";
import { answerSchema, CrewLost, type EstimateTask, type OpenCrew } from "../estimates/index.js";
import { startTensors, type TensorBackend } from "./engine.js";
import { loadMethod, workMethod } from "./estimate-handlers.js";

/** How tfjs in a process of its own is opened that works out samples. @param folders that somebody has named. */
export function tensorCrew(
  tensors: TensorBackend,
  environment: Readonly<Record<string, string>> = {},
  folders: readonly string[] = [],
): OpenCrew {
  return async (job, signal) => {
    const link = startTensors(tensors, environment);
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
