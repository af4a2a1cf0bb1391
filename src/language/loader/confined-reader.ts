import { isWithinFolders, UnreadableFile } from "../../files/index.js";
import type { SourceReader } from "./loader.js";

/** Says which files may be read. @throws UnreadableFile, with what to do, when one of the paths may not. */
export type CheckPaths = (paths: readonly string[]) => Promise<void>;

/** What is said of a file that lies outside the folders, behind its name. */
export const outsideWorkspace =
  "is outside the workspace's folders; add its folder to them, or allow it by the setting diag.files.outsideWorkspace";

/** Lets files of some folders pass, links followed. */
export function within(folders: readonly string[], refusal = outsideWorkspace): CheckPaths {
  return async (paths) => {
    for (const path of paths) {
      if (!(await isWithinFolders(path, folders))) {
        throw new UnreadableFile(refusal);
      }
    }
  };
}

/** Reads what `check` lets pass: texts that are imported, tables, data and arrays alike. */
export function confinedReader(reader: SourceReader, check: CheckPaths): SourceReader {
  const { readText, readTable, readData, readTensor, takesLong } = reader;
  return {
    readText: async (path) => {
      await check([path]);
      return readText(path);
    },
    ...(readTable && {
      readTable: async (path, ...rest) => {
        await check([path]);
        return readTable(path, ...rest);
      },
    }),
    ...(readData && {
      readData: async (source, isWanted) => {
        await check(source.files);
        return readData(source, isWanted);
      },
    }),
    ...(readTensor && {
      readTensor: async (path, ...rest) => {
        await check([path]);
        return readTensor(path, ...rest);
      },
    }),
    ...(takesLong && {
      takesLong: async (path) => {
        await check([path]);
        return takesLong(path);
      },
    }),
  };
}
