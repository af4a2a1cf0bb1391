import { SimulationError } from "../../compile/error.js";
import { tensorFlow } from "../../runs/backends.js";
import type { EngineCandidate, EngineRecord, MachineOptions } from "../record.js";
import { openBestTensorEngine, openTensorEngine, type TensorBackend } from "./engine.js";
import { tensorCrew } from "./estimates.js";
import { tensorRefusal } from "./job.js";
import { findRuntime, type RuntimeReport } from "./runtime.js";
import { runtimePackage } from "./runtime-package.js";

const kind = (name: string) => `${tensorFlow.name} (${name})`;

export const tensorEngine = {
  name: tensorFlow.name,
  open: (options, signal) => openBestTensorEngine(reportFor(options), signal),
  estimates: (options) => {
    const { folder, gpu, environment } = reportFor(options);
    return folder !== undefined && gpu ? tensorCrew({ runtime: folder }, environment) : tensorCrew("wasm");
  },
  refusal: tensorRefusal,
  candidates: (options) => {
    const bundled = (
      backend: TensorBackend & string,
      ...more: [environment?: Environment, folders?: Folders]
    ) => ({
      name: kind(backend),
      open: (signal: AbortSignal | undefined) => openTensorEngine(backend, more[0], signal, more[1]),
    });
    return [
      bundled("wasm"),
      bundled("cpu"),
      bundled("webgpu", options.gpu?.environment, options.folders),
      native(options),
    ];
  },
  comparedVisits: 2 ** 17,
} satisfies EngineRecord;

type Environment = Readonly<Record<string, string>> | undefined;
type Folders = readonly string[] | undefined;

/** The native runtime, with what was found of it in words. */
function native(options: MachineOptions): EngineCandidate {
  const report = reportFor(options);
  return {
    name: kind(runtimePackage.split("/")[1]!),
    facts: async () =>
      report.facts.map(({ fact, ok, whatToDo }) => [
        ok ? "found" : "missing",
        whatToDo === undefined ? fact : `${fact}; ${whatToDo}`,
      ]),
    open: async (signal) => {
      if (report.folder !== undefined) {
        return openTensorEngine({ runtime: report.folder }, report.environment, signal);
      }
      const problem = report.facts.find(({ ok }) => !ok);
      throw new SimulationError(problem === undefined ? "it is not installed" : problem.fact);
    },
  };
}

/** What is known of the native runtime; where no Node can load one, that. */
function reportFor({ folders, runtimes }: MachineOptions): RuntimeReport {
  try {
    return findRuntime({
      ...(folders === undefined ? {} : { namedFolders: folders }),
      ...(runtimes === undefined ? {} : { storageFolder: runtimes }),
    });
  } catch (error) {
    if (!(error instanceof SimulationError)) {
      throw error;
    }
    return { facts: [{ fact: error.message, ok: false }], gpu: false };
  }
}
