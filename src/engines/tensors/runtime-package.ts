import { packagePaths as pathsIn, pathsOf } from "../package-folders.js";
import type { Machine } from "./machine.js";

/** The package of tfjs that computes with libtensorflow and CUDA. */
export const runtimePackage = "@tensorflow/tfjs-node-gpu";

/** The version that we install; others that are as new will do. */
export const runtimeVersion = "4.22.0";
const oldestMinor = 22;

/** What a person types to install it. */
export const runtimeAdvice = `npm install --global ${runtimePackage}@${runtimeVersion}`;

/** Where a folder may have the package. */
export const packagePaths = (folder: string, platform?: NodeJS.Platform) =>
  pathsIn(folder, runtimePackage, platform);

/** A package as it lies on the disk. */
export interface FoundPackage {
  readonly path: string;
  readonly version: string;
  /** Why it cannot be loaded, as the end of a sentence, and what to do. */
  readonly problem?: { readonly what: string; readonly whatToDo: string };
}

/** The package in a folder, or undefined when there is none at all. */
export function packageIn(machine: Machine, folder: string): FoundPackage | undefined {
  const { join } = pathsOf(machine.platform);
  const path = packagePaths(folder, machine.platform).find((one) => machine.list(one).length > 0);
  if (path === undefined) {
    return undefined;
  }
  const version = versionIn(machine.readText(join(path, "package.json")));
  const broken = (what: string, whatToDo: string): FoundPackage => ({
    path,
    version: version ?? "",
    problem: { what, whatToDo },
  });
  if (version === undefined) {
    return broken("has a package.json that cannot be read", `remove ${path}, then ${runtimeAdvice}`);
  }
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major !== "4" || Number(minor) < oldestMinor) {
    return broken(`is version ${version}, and 4.${oldestMinor} is needed`, runtimeAdvice);
  }
  const rebuild = `npm rebuild ${runtimePackage} in ${folder}`;
  const bindings = machine
    .list(join(path, "lib"))
    .filter((name) => /^napi-v\d+$/.test(name))
    .map((name) => machine.list(join(path, "lib", name)));
  if (!bindings.some((names) => names.includes("tfjs_binding.node"))) {
    return broken("lacks its native binding, tfjs_binding.node", rebuild);
  }
  const libraries = [...machine.list(join(path, "deps", "lib")), ...bindings.flat()];
  if (!libraries.some((name) => /^(libtensorflow\.so|tensorflow\.dll)/.test(name))) {
    return broken("lacks libtensorflow, which its installation downloads", rebuild);
  }
  return { path, version };
}

function versionIn(text: string | undefined): string | undefined {
  try {
    const { version } = JSON.parse(text ?? "") as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
