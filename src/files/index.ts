/**
 * The room of files: the only one that opens and writes files which texts, settings or arguments of users name.
 * What is written is whole or not there at all, and links are not followed (`write`).
 */
export { UnwritableFile } from "./unwritable.js";
export { checkInside, makeFolder, type WriteOptions, writeInside, writeWhole } from "./write.js";
