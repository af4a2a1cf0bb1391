import type { EngineRecord } from "../../engines/record.js";
import { tensorFlow } from "../../runs/backends.js";
import { onDesktop } from "./on-desktop.js";

/** Tensors are computed by processes. */
export const tensorEngine = onDesktop(tensorFlow.name) satisfies EngineRecord;
