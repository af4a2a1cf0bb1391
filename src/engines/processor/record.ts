import { machineRounding } from "../../compile/fused.js";
import { processor } from "../../runs/backends.js";
import type { EngineRecord } from "../record.js";
import { openCpuEngine } from "./cpu-engine.js";

export const processorEngine = {
  name: processor.name,
  open: async ({ workers }) => openCpuEngine(workers),
  candidates: ({ workers }) => [
    { name: processor.name, open: async () => openCpuEngine(workers), timedTrials: 2 ** 18 },
  ],
  bits: () => `rounding ${machineRounding()}`,
  pilotVisits: 2 ** 21,
  comparedVisits: 2 ** 22,
} satisfies EngineRecord;
