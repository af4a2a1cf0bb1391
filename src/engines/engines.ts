import type { Engine, EngineName } from "./engine.js";
import type { OpenCrew } from "./estimates/index.js";
import { nativeEngine } from "./native/record.js";
import { processorEngine } from "./processor/record.js";
import type { EngineCandidate, EngineRecord, MachineOptions } from "./record.js";
import { tensorEngine } from "./tensors/record.js";
import { gpuEngine } from "./webgpu/record.js";

/** The engines, one for each of `backends` in `src/runs`, in the order in which to look for them. */
export const engineRecords: readonly EngineRecord[] = [
  processorEngine,
  nativeEngine,
  gpuEngine,
  tensorEngine,
];

/** @throws when there is none of the name, which nobody may have let through. */
export function engineRecord(name: EngineName): EngineRecord {
  const record = engineRecords.find((one) => one.name === name);
  if (record === undefined) {
    throw new Error(`there is no engine ${name}`);
  }
  return record;
}

/** Engines of a machine, opened when they are asked for. */
export interface EngineSource {
  /**
   * @param signal gives up.
   * @throws SimulationError of one line that says why there is no such engine here, and what to do.
   */
  open(name: EngineName, signal?: AbortSignal): Promise<Engine>;
  /** How an engine's process is opened that works out samples of estimates; absent where none does. */
  estimates?(name: EngineName): OpenCrew | undefined;
}

/** The engines of the machine that this runs on. */
export function machineEngines(options: MachineOptions = {}): EngineSource {
  return {
    open: async (name, signal) => engineRecord(name).open(options, signal),
    estimates: (name) => engineRecord(name).estimates?.(options),
  };
}

/** All engines that a machine might have. @param only the kinds of this one; of all when absent. */
export function engineCandidates(
  options: MachineOptions = {},
  only?: EngineName,
): readonly EngineCandidate[] {
  const records = only === undefined ? engineRecords : [engineRecord(only)];
  return records.flatMap((record) => record.candidates(options));
}
