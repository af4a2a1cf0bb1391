import { pathsOf } from "../package-folders.js";
import type { Machine } from "./machine.js";

/** The libraries that libtensorflow 2.9 opens when it looks for a GPU; it does without one when any is missing. */
const libraries = {
  linux: [
    "libcuda.so.1",
    "libcudart.so.11.0",
    "libcublas.so.11",
    "libcublasLt.so.11",
    "libcufft.so.10",
    "libcurand.so.10",
    "libcusolver.so.11",
    "libcusparse.so.11",
    "libcudnn.so.8",
  ],
  win32: [
    "nvcuda.dll",
    "cudart64_110.dll",
    "cublas64_11.dll",
    "cublasLt64_11.dll",
    "cufft64_10.dll",
    "curand64_10.dll",
    "cusolver64_11.dll",
    "cusparse64_11.dll",
    "cudnn64_8.dll",
  ],
} as const;

const usualFolders = {
  linux: [
    "/usr/local/cuda-11.2/lib64",
    "/usr/local/cuda-11/lib64",
    "/usr/local/cuda/lib64",
    "/opt/cuda/lib64",
  ],
  win32: [
    "C:\\Windows\\System32",
    "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v11.2\\bin",
    "C:\\Program Files\\NVIDIA\\CUDNN\\v8.1\\bin",
  ],
} as const;

/** What is found of CUDA 11. */
export interface CudaLibraries {
  /** Names that are nowhere; none when TensorFlow will find a GPU, if there is one. */
  readonly missing: readonly string[];
  /** Folders of the others. */
  readonly folders: readonly string[];
  /** What a process needs so that the folders are searched for libraries; absent when nothing. */
  readonly environment?: Readonly<Record<string, string>>;
}

export function findCuda(machine: Machine, platform: "linux" | "win32"): CudaLibraries {
  const { join, dirname, delimiter } = pathsOf(platform);
  const variable = platform === "linux" ? "LD_LIBRARY_PATH" : "PATH";
  const given = environmentValue(machine, variable) ?? "";
  const searched = given.split(delimiter).filter((folder) => folder !== "");
  const roots = ["CUDA_HOME", "CUDA_PATH"].flatMap((name) => environmentValue(machine, name) ?? []);
  const more = [
    ...roots.map((root) => join(root, platform === "linux" ? "lib64" : "bin")),
    ...usualFolders[platform],
  ];
  const listed = new Map([...searched, ...more].map((folder) => [folder, new Set(machine.list(folder))]));
  const cache = platform === "linux" ? machine.linkerCache() : "";
  const missing: string[] = [];
  const folders = new Set<string>();
  const added = new Set<string>();
  for (const name of libraries[platform]) {
    const cached = cache
      .split("\n")
      .find((line) => line.trim().startsWith(`${name} `))
      ?.split("=>")[1]
      ?.trim();
    const near = searched.find((folder) => listed.get(folder)!.has(name));
    const far = more.find((folder) => listed.get(folder)!.has(name));
    const folder = near ?? (cached === undefined ? far : dirname(cached));
    if (folder === undefined) {
      missing.push(name);
    } else {
      folders.add(folder);
    }
    if (near === undefined && cached === undefined && far !== undefined) {
      added.add(far);
    }
  }
  return {
    missing,
    folders: [...folders],
    ...(added.size === 0 ? {} : { environment: { [variable]: [...added, ...searched].join(delimiter) } }),
  };
}

/** Windows knows variables in any case. */
function environmentValue({ platform, environment }: Machine, name: string): string | undefined {
  if (platform !== "win32") {
    return environment[name];
  }
  return Object.entries(environment).find(([key]) => key.toUpperCase() === name)?.[1];
}
