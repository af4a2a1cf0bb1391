/**
 * The room of supervision: whatever works away from the thread that asks for it is started, watched, waited for and ended
 * here. Programs of ours start beside a bundle or from sources (`beside`), as threads and processes that are told of once when they
 * end (`child`). Processes are asked questions (`asked-process`), threads do jobs in lanes that keep what is short from waiting for
 * what is long (`lanes`); others are lent (`lending`), started again (`restarts`) and waited for (`patience`).
 * Programs of somebody else's, such as compilers, are looked for on the PATH (`program-path`) and run to their end (`other-program`). A
 * request to end is the first one, or a later one that does not wait (`stop`).
 */
export { type AskedOptions, AskedProcess, type ProcessServer, type RpcLibrary } from "./asked-process.js";
export { type Beside, pathBeside, startProcess, startThread } from "./beside.js";
export { type ChildEnd, Thread, watchProcess } from "./child.js";
export type { Job, Outcome } from "./lane-job.js";
export { type LaneLimits, Lanes } from "./lanes.js";
export { Lending } from "./lending.js";
export { type ProgramEnd, type ProgramRun, runOther } from "./other-program.js";
export { tokenOf, unlessAborted, unlessSilent } from "./patience.js";
export { findProgram, isProgram, programFolders } from "./program-path.js";
export { RestartBudget } from "./restarts.js";
export { Stop, type StopSignal, sameRequest, statusOfSignal } from "./stop.js";
