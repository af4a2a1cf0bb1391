import type { EngineName } from "../engines/index.js";

/* Read by the editor's extension when a window starts: nothing that simulates may be imported here, but types. */

/** What a user may ask for; `auto` takes the fastest engine that works. */
export type BackendChoice = "auto" | EngineName;

export const backendChoices: readonly BackendChoice[] = ["auto", "cpu", "webgpu", "tfjs"];
