import { isAbsolute, join } from "node:path";
import { homeFolder } from "../files/index.js";
import { UsageError } from "./usage.js";

/** Where this system wants a program's passing state, and in it how far stopped verifications have come. */
export function checkpointFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(stateFolder(environment), "diag", "checkpoints");
}

/**
 * Where runs on a cluster are when nobody says where: in the user's folder, which a cluster's nodes mostly share.
 * @throws UsageError
 */
export function clusterDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { DIAG_CLUSTER_DIRECTORY: named, XDG_DATA_HOME: data } = environment;
  if (named) {
    if (!isAbsolute(named)) {
      throw new UsageError(`DIAG_CLUSTER_DIRECTORY must be an absolute path, not ${named}`);
    }
    return named;
  }
  // What is not absolute there is to be passed over.
  const folder = data && isAbsolute(data) ? data : join(homeFolder(environment), ".local", "share");
  return join(folder, "diag", "runs");
}

/** Where it is noted which directories have runs on a cluster. */
export function directoryNotes(environment: NodeJS.ProcessEnv = process.env): string {
  return join(stateFolder(environment), "diag", "run-directories");
}

function stateFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = environment;
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) {
    return XDG_STATE_HOME;
  }
  const home = homeFolder(environment);
  if (process.platform === "win32") {
    return LOCALAPPDATA ?? join(home, "AppData", "Local");
  }
  if (process.platform === "darwin") {
    return join(home, "Library", "Application Support");
  }
  return join(home, ".local", "state");
}
