import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { SimulationError } from "../compile/error.js";

/**
 * The Node that runs processes which load native modules: this one, unless this is an editor that plays Node's part, in
 * which modules fail that share memory with their driver. Then it is the one on the PATH.
 * @throws SimulationError of one line when there is none.
 */
export function findNode(environment: NodeJS.ProcessEnv = process.env): string {
  if (process.versions.electron === undefined) {
    return process.execPath;
  }
  const name = process.platform === "win32" ? "node.exe" : "node";
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    // Others lead to programs of the folder that somebody works in.
    if (!isAbsolute(folder)) {
      continue;
    }
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  throw new SimulationError("no Node is on the PATH, which native engines need; install Node 20 or newer");
}
