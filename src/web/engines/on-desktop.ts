import { SimulationError } from "../../compile/error.js";
import type { EngineRecord } from "../../engines/record.js";
import { type EngineName, processor } from "../../runs/backends.js";

/** An engine that there is none of in browsers, which is said in one line. */
export function onDesktop(name: EngineName): EngineRecord {
  const open = async (): Promise<never> => {
    throw new SimulationError(
      `${name} runs in the desktop editor, by a process, and not in a browser; choose ${processor.name}`,
    );
  };
  return { name, open, candidates: () => [{ name, open }], comparedVisits: 1 };
}
