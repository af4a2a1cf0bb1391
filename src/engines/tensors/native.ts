import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { missingFunctions, type TensorNamespace } from "./namespace.js";
import { type OpenedTensors, openTensors } from "./opened.js";
import { packagePaths, runtimePackage } from "./runtime-package.js";

/** What the runtime has besides tfjs. */
interface NativeNamespace extends TensorNamespace {
  readonly version: Readonly<Record<string, string>>;
  readonly node: object;
}

interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

const sizes = {
  gpu: { entries: 2 ** 19, rows: 256, numbers: 2 ** 27 },
  processor: { entries: 2 ** 16, rows: 64, numbers: 2 ** 22 },
} as const;

/**
 * tfjs on libtensorflow, by the package that a folder has.
 * @throws Error of one line that says what is wrong with it.
 */
export async function openNative(folder: string): Promise<OpenedTensors> {
  const found = packagePaths(folder).find((path) => existsSync(join(path, "package.json")));
  if (found === undefined) {
    throw new Error(
      `${runtimePackage} is not in ${folder}; install it there, with npm or the editor's command`,
    );
  }
  const tf = load(found);
  const backend = () => tf.backend() as unknown as NativeBackend;
  const usesGpu = () => backend().isUsingGpuDevice === true;
  // Its own back end starts when it is loaded, and tells whether there is a GPU.
  const opened = await openTensors(tf, "tensorflow", usesGpu() ? sizes.gpu : sizes.processor, () => {
    const library = backend().binding?.TF_Version;
    return {
      name: `TensorFlow${library === undefined ? "" : ` ${library}`} on ${usesGpu() ? "a GPU" : "the processor"}`,
      software: false,
      facts: [
        ["tfjs", tf.version["tfjs-core"] ?? tf.version.tfjs ?? "not told"],
        [runtimePackage, tf.version["tfjs-node"] ?? "not told"],
        ["libtensorflow", library ?? "not told"],
        ["GPU in use", usesGpu() ? "yes" : "no"],
        ["folder", found],
      ],
    };
  });
  return opened;
}

function load(path: string): NativeNamespace {
  addRemovedFunctions();
  let loaded: unknown;
  try {
    loaded = createRequire(join(path, "package.json"))(path);
  } catch (error) {
    const line = (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
    const reason = line.replace(/[\s.]+$/, "");
    throw new Error(`${runtimePackage} in ${path} cannot be loaded: ${reason}; install it again`);
  }
  const candidate = Object(loaded) as object;
  const missing = [
    ...missingFunctions(candidate),
    ...["version", "node"].filter((name) => !(name in candidate)),
  ];
  if (missing.length > 0) {
    const names = missing.slice(0, 3).join(", ");
    throw new Error(`${path} is not ${runtimePackage} 4.22: it lacks ${names}; install that version`);
  }
  return candidate as NativeNamespace;
}

/** Functions which Node no longer has after version 22, and which tfjs-node 4.22 calls. */
function addRemovedFunctions(): void {
  const standIns = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, standIn] of Object.entries(standIns)) {
    if (!(name in util)) {
      Object.defineProperty(util, name, { value: standIn, configurable: true });
    }
  }
}
