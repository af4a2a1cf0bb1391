import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** Where this system wants a program's passing state, and in it how far stopped verifications have come. */
export function checkpointFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(stateFolder(environment), "diag", "checkpoints");
}

function stateFolder({ XDG_STATE_HOME, LOCALAPPDATA }: NodeJS.ProcessEnv): string {
  if (XDG_STATE_HOME) {
    return XDG_STATE_HOME;
  }
  if (process.platform === "win32") {
    return LOCALAPPDATA ?? join(home(), "AppData", "Local");
  }
  if (process.platform === "darwin") {
    return join(home(), "Library", "Application Support");
  }
  return join(home(), ".local", "state");
}

/** The user's folder; where the system knows no user, as in some containers, the one for passing files. */
function home(): string {
  try {
    return homedir();
  } catch {
    return tmpdir();
  }
}
