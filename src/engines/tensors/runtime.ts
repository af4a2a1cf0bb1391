import { gpu } from "../../runs/backends.js";
import { type PackageFolder, packageFolders } from "../package-folders.js";
import { type CudaLibraries, findCuda } from "./cuda.js";
import { type Machine, thisMachine } from "./machine.js";
import { type FoundPackage, packageIn, runtimeAdvice, runtimePackage } from "./runtime-package.js";

/** Something that was found, in words. */
export interface RuntimeFact {
  readonly fact: string;
  readonly ok: boolean;
  /** What to do when it is not well. */
  readonly whatToDo?: string;
}

/** What is known of the native runtime before it is loaded. */
export interface RuntimeReport {
  readonly facts: readonly RuntimeFact[];
  /** The folder of one that can be loaded, for `open` of a device: the first of those named, this program's, the user's and ours. */
  readonly folder?: string;
  /** Whether CUDA is there for it, too. */
  readonly gpu: boolean;
  /** What the process that loads it needs so that CUDA is found. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RuntimePlaces {
  /** Folders that somebody has named: packages of theirs may be loaded. */
  readonly namedFolders?: readonly string[];
  /** Where we install the runtime when we are asked to. */
  readonly storageFolder?: string;
}

/** The newest Node that the runtime was made for. */
const newestNode = 22;

/** Looks for tfjs's native runtime and what it needs, in the order of `RuntimeReport.folder`. */
export function findRuntime(places: RuntimePlaces, machine: Machine = thisMachine()): RuntimeReport {
  const { platform, architecture } = machine;
  if ((platform !== "linux" && platform !== "win32") || architecture !== "x64") {
    const fact = `TensorFlow has no build with CUDA for ${systemNames[platform] ?? platform} on ${architecture}`;
    return { facts: [{ fact, ok: false, whatToDo: `use the ${gpu.name} engine` }], gpu: false };
  }
  const found = candidates(places, machine).flatMap(({ whose, folder }) => {
    const one = packageIn(machine, folder);
    return one === undefined ? [] : [{ whose, folder, one }];
  });
  const usable = found.find(({ one }) => one.problem === undefined);
  const cuda = findCuda(machine, platform);
  const hasGpu = usable !== undefined && cuda.missing.length === 0;
  return {
    facts: [
      ...(found.length === 0 ? [nothingFound(places)] : []),
      ...found.map(({ whose, one }) => packageFact(whose, one)),
      nodeFact(machine.nodeVersion),
      cudaFact(cuda),
    ],
    ...(usable === undefined ? {} : { folder: usable.folder }),
    gpu: hasGpu,
    ...(hasGpu && cuda.environment !== undefined ? { environment: cuda.environment } : {}),
  };
}

const systemNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: "macOS",
  linux: "Linux",
  win32: "Windows",
};

function candidates(
  { namedFolders, storageFolder }: RuntimePlaces,
  machine: Machine,
): readonly PackageFolder[] {
  const ours = storageFolder === undefined ? [] : [{ whose: "ours", folder: storageFolder }];
  return [...packageFolders(machine, namedFolders), ...ours];
}

function nothingFound({ namedFolders = [], storageFolder }: RuntimePlaces): RuntimeFact {
  const where = [
    ...namedFolders.map((folder) => `in ${folder}`),
    "among the user's packages",
    ...(storageFolder === undefined ? [] : [`in ${storageFolder}`]),
  ];
  return {
    fact: `${runtimePackage} is not installed: it is not ${where.join(", ")}`,
    ok: false,
    whatToDo:
      `run "Diag: TensorFlow: Install GPU Runtime" in the editor, or ${runtimeAdvice}; ` +
      "a project's own is used where its folder is named: --runtime FOLDER, or diag.engine.runtimeFolders",
  };
}

function packageFact(whose: string, { path, version, problem }: FoundPackage): RuntimeFact {
  if (problem === undefined) {
    return { fact: `${whose} ${runtimePackage} ${version} is in ${path}`, ok: true };
  }
  const { what, whatToDo } = problem;
  return { fact: `${whose} ${runtimePackage} in ${path} ${what}`, ok: false, whatToDo };
}

function nodeFact(version: string): RuntimeFact {
  const newer = Number.parseInt(version, 10) > newestNode;
  const how = newer ? `is newer than ${newestNode}: functions that it no longer has are put in` : "will do";
  return { fact: `Node ${version} ${how}`, ok: true };
}

function cudaFact({ missing, folders }: CudaLibraries): RuntimeFact {
  if (missing.length === 0) {
    return { fact: `CUDA 11 and cuDNN 8 are in ${folders.join(", ")}`, ok: true };
  }
  const none = folders.length === 0;
  return {
    fact: none ? "CUDA 11 is not found" : `CUDA 11 is not complete: ${missing.join(", ")} not found`,
    ok: false,
    whatToDo:
      "install NVIDIA's driver, CUDA 11.2 and cuDNN 8.1; without them TensorFlow computes on the processor",
  };
}
