import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckpointStore } from "./checkpoint.js";

/** What nobody resumed within this time is thrown away when something new is kept. */
const longestKept = 30 * 24 * 3600_000; // milliseconds

/** Keeps checkpoints as files of a folder, which is made when the first is written. */
export function folderStore(folder: string): CheckpointStore {
  let tidied = false;
  const pathOf = (name: string) => join(folder, `${name}.json`);
  return {
    async read(name) {
      try {
        return await readFile(pathOf(name), "utf8");
      } catch {
        return undefined;
      }
    },
    async write(name, text) {
      await mkdir(folder, { recursive: true });
      // A crash while writing leaves the one before.
      const fresh = `${pathOf(name)}.${process.pid}.new`;
      await writeFile(fresh, text, { mode: 0o600 });
      await rename(fresh, pathOf(name));
      if (!tidied) await removeOld(folder);
      tidied = true;
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
  };
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const isOld = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs > longestKept,
      () => false,
    );
    if (isOld && /\.json(\.\d+\.new)?$/.test(name)) await rm(path, { force: true });
  }
}
