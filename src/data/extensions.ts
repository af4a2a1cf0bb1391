import { dataFormats, tensorFormats } from "./formats.js";
import { tensorExtensions } from "./tensors/start.js";

/** How names of files of data end, in small letters: `.csv`. */
export const dataExtensions: readonly string[] = dataFormats.flatMap(({ extensions }) => extensions);

/** Those of all files that a text may name, of tensors too. */
export const fileExtensions: readonly string[] = [
  ...new Set([
    ...dataExtensions,
    ...tensorFormats.flatMap(({ extensions }) => extensions),
    ...tensorExtensions,
  ]),
];
