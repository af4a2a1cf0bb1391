import { tmpdir, userInfo } from "node:os";
import { isAbsolute } from "node:path";

/**
 * The user's folder: the one that the environment names, or the system where that is no absolute path, which would be one of
 * whatever folder is open; the folder for passing files where the system knows no user, as in some containers.
 */
export function homeFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = process.platform === "win32" ? environment.USERPROFILE : environment.HOME;
  if (named && isAbsolute(named)) {
    return named;
  }
  try {
    return userInfo().homedir;
  } catch {
    return tmpdir();
  }
}
