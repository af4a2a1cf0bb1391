import { execSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Dawn, which is WebGPU for Node: the package `webgpu`. */
export interface Dawn {
  readonly version: string;
  create(flags: readonly string[]): GPU;
  /** The names that a browser has beside `navigator.gpu`. */
  readonly globals: object;
}

/**
 * The package beside this program, or among those that npm has installed for the user.
 * @throws Error of one line when there is none, or it does not run here.
 */
export async function loadDawn(): Promise<Dawn> {
  const { entry, version } = findDawn();
  try {
    const { create, globals } = (await import(pathToFileURL(entry).href)) as Omit<Dawn, "version">;
    return { version, create, globals };
  } catch (error) {
    const line = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new Error(`the package webgpu does not run on this machine: ${line}`);
  }
}

/** @throws Error of one line when none of the folders' packages is it. */
export function findDawn(folders: Iterable<string> = packageFolders()): {
  readonly entry: string;
  readonly version: string;
} {
  for (const folder of folders) {
    try {
      const entry = createRequire(join(folder, "any.js")).resolve("webgpu");
      const { version } = JSON.parse(readFileSync(join(dirname(entry), "package.json"), "utf8")) as {
        version: string;
      };
      return { entry, version };
    } catch {
      // Not here.
    }
  }
  throw new Error("the package webgpu is not installed; npm install --global webgpu brings it");
}

/** This program's folder, then those of packages that npm installs for all programs, the costlier to find the later. */
function* packageFolders(): Generator<string> {
  yield dirname(fileURLToPath(import.meta.url));
  yield join(dirname(process.execPath), "..", "lib", "node_modules");
  try {
    yield execSync("npm root --global", { encoding: "utf8", stdio: "pipe", timeout: 10_000 }).trim();
  } catch {
    // There is no npm here.
  }
}
