import { dataFormats } from "./formats.js";

/** How names of files of data end, in small letters: `.csv`. */
export const dataExtensions: readonly string[] = dataFormats.flatMap(({ extensions }) => extensions);
