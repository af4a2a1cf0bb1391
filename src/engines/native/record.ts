import { machineRounding } from "../../compile/fused.js";
import { native } from "../../runs/backends.js";
import type { EngineRecord, MachineOptions } from "../record.js";
import { type NativeOptions, openNativeEngine } from "./engine.js";

export const nativeEngine = {
  name: native.name,
  open: (options, signal) => openNativeEngine(optionsOf(options), signal),
  candidates: (options) => [
    {
      name: native.name,
      open: (signal) => openNativeEngine(optionsOf(options), signal),
      timedTrials: 2 ** 20,
    },
  ],
  bits: () => `rounding ${machineRounding()}`,
  asProcessor: true,
  auto: {
    ...{ device: "compiler", kind: "a program", beginning: "compiling" },
    ...{ gain: 1.25, price: "its compiling is" },
  },
  pilotVisits: 2 ** 24,
  comparedVisits: 2 ** 22,
} satisfies EngineRecord;

function optionsOf({ workers, compiling: options }: MachineOptions): NativeOptions {
  return { ...options, ...(workers === undefined ? {} : { workers }) };
}
