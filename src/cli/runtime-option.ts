import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { MachineOptions } from "../engines/index.js";
import { native } from "../runs/index.js";
import { type Arguments, type OptionRules, UsageError } from "./usage.js";

/** Options of verbs that simulate by which programs are named that else are not run. */
export const runtimeOption: OptionRules = {
  runtime: {
    takes: "value",
    hint: "a folder",
    help: "a folder whose packages webgpu and @tensorflow/tfjs-node-gpu may be used; else only those installed for the user",
  },
  compiler: {
    takes: "value",
    hint: "a program",
    help: `the compiler of C that ${native.name} uses; else cc, gcc or clang of the PATH`,
  },
};

/** What somebody has named by them. @throws UsageError where there is no such folder. */
export function namedPrograms(given: Arguments): Pick<MachineOptions, "folders" | "compiling"> {
  const folder = given.value("runtime");
  const compiler = given.value("compiler");
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(
      `--runtime: there is no folder ${folder === "" ? '""' : folder}; name one that holds node_modules, or leave it out`,
    );
  }
  return {
    ...(folder === undefined ? {} : { folders: [resolve(folder)] }),
    ...(compiler === undefined ? {} : { compiling: { compiler: resolve(compiler) } }),
  };
}
