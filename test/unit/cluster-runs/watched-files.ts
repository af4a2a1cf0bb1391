import { AsyncLocalStorage } from "node:async_hooks";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** What is done before somebody's operation on a file; while it does not resolve, the operation does not begin. */
export type BeforeOperation = (operation: string, path: string) => Promise<unknown>;

interface Watcher {
  readonly before: BeforeOperation;
  /** In seconds. */
  readonly now: () => number;
}

const watchers = new AsyncLocalStorage<Watcher>();
const watched = ["access", "link", "lstat", "mkdir", "open", "readdir", "rename", "rm", "stat"] as const;

/**
 * Has operations on files watched, of those who are run by `watching`. Files that they put at their places are as old as their own time
 * says, and the disk is not waited for.
 * @returns ends it.
 */
export function watchFiles(): () => void {
  const module = files as unknown as Record<string, (...words: unknown[]) => Promise<unknown>>;
  const originals = new Map(watched.map((name) => [name, module[name]!]));
  /** When watched files came to their places. */
  const times = new Map<string, number>();
  for (const [name, original] of originals) {
    module[name] = async (...words) => {
      const watcher = watchers.getStore();
      if (watcher === undefined) {
        return name === "open" ? hasty(await original(...words)) : original(...words);
      }
      const isTwoPaths = name === "rename" || name === "link";
      const path = String(words[isTwoPaths ? 1 : 0]);
      await watcher.before(name, path);
      const result = await original(...words);
      if (isTwoPaths) {
        times.set(path, watcher.now());
      }
      return name === "open" ? hasty(result) : name === "stat" ? dated(result, times.get(path)) : result;
    };
  }
  syncBuiltinESMExports();
  return () => {
    for (const [name, original] of originals) {
      module[name] = original;
    }
    syncBuiltinESMExports();
  };
}

/** Runs somebody whose operations are watched. */
export function watching<Result>(watcher: Watcher, act: () => Promise<Result>): Promise<Result> {
  return watchers.run(watcher, act);
}

/** A file that does not wait until the disk has what is written. */
function hasty(handle: unknown): unknown {
  return Object.assign(handle as object, { sync: async () => undefined });
}

function dated(stats: unknown, seconds: number | undefined): unknown {
  return seconds === undefined ? stats : Object.assign(stats as object, { mtimeMs: 1000 * seconds });
}
