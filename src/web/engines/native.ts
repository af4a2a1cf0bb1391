import type { EngineRecord } from "../../engines/record.js";
import { native } from "../../runs/backends.js";
import { onDesktop } from "./on-desktop.js";

/** Compiled programs are processes. */
export const nativeEngine = onDesktop(native.name) satisfies EngineRecord;
