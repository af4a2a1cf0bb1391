import { type EngineRecord, engineRecords } from "../../src/engines/index.js";
import { type Backend, backends } from "../../src/runs/backends.js";
import { twin, twinEngine } from "./twin.js";

/* What a line in each of the two lists does, before anything reads them. */

(backends as unknown as Backend[]).push(twin);
(engineRecords as EngineRecord[]).push(twinEngine);
