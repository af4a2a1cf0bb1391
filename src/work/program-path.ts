import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

type Variables = Readonly<Record<string, string | undefined>>;

/** The absolute folders of the PATH: others lead to programs of the folder that somebody works in. */
export function programFolders({ PATH = "" }: Variables): readonly string[] {
  return PATH.split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Where the program of a name is that those folders have first; `undefined` where none has it. */
export function findProgram(name: string, environment: Variables): string | undefined {
  return programFolders(environment)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** Whether there is a file that may be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
