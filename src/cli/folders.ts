import { homedir } from "node:os";
import { join } from "node:path";

/** Where this system wants a program's passing state, and in it how far stopped verifications have come. */
export function checkpointFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(stateFolder(environment), "diag", "checkpoints");
}

function stateFolder({ XDG_STATE_HOME, LOCALAPPDATA }: NodeJS.ProcessEnv): string {
  if (XDG_STATE_HOME) return XDG_STATE_HOME;
  if (process.platform === "win32") return LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support");
  return join(homedir(), ".local", "state");
}
