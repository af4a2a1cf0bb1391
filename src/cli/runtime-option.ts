import { resolve } from "node:path";
import type { MachineOptions } from "../engines/index.js";
import type { Arguments, OptionRules } from "./usage.js";

/** The option of verbs that simulate by which a project's own packages may be loaded, which else are not. */
export const runtimeOption: OptionRules = {
  runtime: {
    takes: "value",
    hint: "a folder",
    help: "a folder whose packages webgpu and @tensorflow/tfjs-node-gpu may be used; else only those installed for the user",
  },
};

/** The folder that somebody has named by it. */
export function namedFolders(given: Arguments): Pick<MachineOptions, "folders"> {
  const folder = given.value("runtime");
  return folder === undefined ? {} : { folders: [resolve(folder)] };
}
