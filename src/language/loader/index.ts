/**
 * The one way in which texts are loaded, for the language server, the command and the engine alike: what an import and
 * a table of data mean. `disk.ts` knows the names of files, `addresses.ts` which addresses are of one file, and
 * `loader.ts` puts the open texts of an editor before the disk.
 */
export { Addresses, type OpenText, type OpenTexts, openAs, openTextsOf, pathOnDisk } from "./addresses.js";
export { confinedReader, outsideWorkspace, within } from "./confined-reader.js";
export { type NamesOnDisk, OneName } from "./disk.js";
export {
  addressOf,
  diskReader,
  type LoadedText,
  pathOfAddress,
  type SourceReader,
  TextLoader,
} from "./loader.js";
