import { randomBytes } from "node:crypto";
import { lstat, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { makeFolders, readTextFile } from "../files/index.js";
import type { CheckpointStore } from "./checkpoint.js";

/** What nobody resumed within this time is thrown away when something new is kept. */
const longestKept = 30 * 24 * 3600_000; // milliseconds

/** Larger than any checkpoint, in bytes. */
const largestText = 64 * 2 ** 20;

/** How often a folder is listed anew whose files change while they are read, and how long to wait in between. */
const readings = { most: 50, apart: 5 }; // milliseconds

/** How reading or removing a file fails that another process removes or looks into just now. */
const passing = new Set(["ENOENT", "EPERM", "EBUSY"]);

/**
 * Keeps checkpoints as files of a folder, which is made when the first is written. Each text is a file of its own, with a
 * name that nobody else can take; it gets that name once it is whole and on the disk.
 */
export function folderStore(folder: string): CheckpointStore {
  let tidied = false;
  return {
    async read(name) {
      for (let reading = 1; ; reading++) {
        const texts = new Map<string, string | undefined>();
        const keys = (await filesOf(folder)).filter((file) => file.startsWith(`${name}.`) && isKept(file));
        let mayPass = false;
        for (const key of keys) {
          try {
            texts.set(key, await readTextFile(join(folder, key), largestText));
          } catch (error) {
            if (passing.has(codeOf(error))) {
              mayPass = true;
            } else {
              texts.set(key, undefined);
            }
          }
        }
        // What was in a file that went meanwhile is in one that came meanwhile.
        if (!mayPass || reading === readings.most) {
          return texts;
        }
        await wait(readings.apart);
      }
    },
    async add(name, text) {
      await makeFolders(folder);
      const place = join(folder, `${name}.${randomBytes(8).toString("hex")}`);
      const file = await open(`${place}.new`, "wx", 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(`${place}.new`, { force: true });
        throw error;
      }
      await file.close();
      await rename(`${place}.new`, `${place}.json`);
      if (!tidied) {
        await removeOld(folder);
      }
      tidied = true;
    },
    async remove(_, key) {
      // What cannot be removed now is removed with the next.
      await rm(join(folder, key), { force: true }).catch(unlessPassing);
    },
    async setAside(_, key) {
      const place = join(folder, key.replace(/json$/, "damaged"));
      await rename(join(folder, key), place);
      return place;
    },
  };
}

function isKept(file: string): boolean {
  return file.endsWith(".json");
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function unlessPassing(error: unknown): void {
  if (!passing.has(codeOf(error))) {
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

async function removeOld(folder: string): Promise<void> {
  // As it was when this process began: a clock that is set meanwhile makes nothing old.
  const now = performance.timeOrigin + performance.now();
  for (const name of await filesOf(folder)) {
    const path = join(folder, name);
    const isOld = await lstat(path).then(
      ({ mtimeMs }) => now - mtimeMs > longestKept,
      () => false,
    );
    // What is kept by then is not lost for what cannot be thrown away.
    if (isOld && /\.(json|new|damaged)$/.test(name)) {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}
