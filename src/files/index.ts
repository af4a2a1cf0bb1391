/**
 * The room of files: the only one that opens and writes files which texts, settings or arguments of users name.
 * Only regular files are opened (`read`): no device, pipe or socket, and nothing that is waited for.
 * What is written is whole or not there at all, and links are not followed (`write`).
 */
export { makeFolders } from "./folders.js";
export { homeFolder } from "./home.js";
export { decoded, type OpenFile, readTextFile, UnreadableFile, withFile } from "./read.js";
export { causeOf, UnwritableFile } from "./unwritable.js";
export { isWithinFolders } from "./within.js";
export {
  checkInside,
  makeFolder,
  type WriteOptions,
  writeInside,
  writeOnce,
  writeWhole,
} from "./write.js";
