import { execSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { homeFolder } from "../../files/index.js";
import { type PackageMachine, packageFolders, packagePaths, trustedFolder } from "../package-folders.js";

/** Dawn, which is WebGPU for Node: the package `webgpu`. */
export interface Dawn {
  readonly version: string;
  create(flags: readonly string[]): GPU;
  /** The names that a browser has beside `navigator.gpu`. */
  readonly globals: object;
}

/**
 * The package beside this program, in folders that somebody has named, or among those that npm has installed for the user.
 * @param named whose packages may be loaded, too.
 * @throws Error of one line when there is none, or it does not run here.
 */
export async function loadDawn(named: readonly string[] = []): Promise<Dawn> {
  const { entry, version } = findDawn(foldersWith(named));
  try {
    const { create, globals } = (await import(pathToFileURL(entry).href)) as Omit<Dawn, "version">;
    return { version, create, globals };
  } catch (error) {
    const line = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new Error(`the package webgpu does not run on this machine: ${line}`);
  }
}

/** @throws Error of one line when none of the folders' packages is it. */
export function findDawn(folders: Iterable<string>): {
  readonly entry: string;
  readonly version: string;
} {
  for (const folder of folders) {
    for (const path of packagePaths(folder, "webgpu")) {
      try {
        const file = join(path, "package.json");
        const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
        return { entry: createRequire(file).resolve(path), version };
      } catch {
        // Not here.
      }
    }
  }
  throw new Error("the package webgpu is not installed; npm install --global webgpu brings it");
}

/** Folders whose packages may be loaded, the costlier to find the later. */
function* foldersWith(named: readonly string[]): Generator<string> {
  yield* packageFolders(nodeMachine(), named).map(({ folder }) => folder);
  try {
    // Neither npm itself nor its settings are to be those of the folder that somebody works in.
    const options = { encoding: "utf8", stdio: "pipe", timeout: 10_000, cwd: trustedFolder() } as const;
    const folder = execSync("npm root --global", options).trim();
    if (isAbsolute(folder)) {
      yield folder;
    }
  } catch {
    // There is no npm here.
  }
}

/** The machine as this process sees it. */
function nodeMachine(): PackageMachine {
  return {
    platform: process.platform,
    nodeProgram: process.execPath,
    home: homeFolder(),
    environment: process.env,
    readText(path) {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    },
  };
}
