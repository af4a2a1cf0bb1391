/**
 * The room of browsers: what the web build has where the desktop has Node. The border between them are the names of Node's modules
 * (`node:fs/promises`, `node:worker_threads`, …) and of libraries that have a side for each (`vscode-jsonrpc/node`): every room speaks to those,
 * and the build of `dist/web` puts the modules of `node/` in their places (`scripts/web-build.mjs` has the list). So each has what the product uses of it, and no more; what only processes can do says so in one line.
 *
 * `launch` starts a worker of `dist/web/worker.js` for one of its roles, from the extension's worker or from one of ours, `worker` is the
 * worker, `files` asks the extension for files, and `addresses` has files of the editor's own file systems look like those of a disk.
 */
export { type AddressBook, addressBook, translated } from "./addresses.js";
export {
  type AskFiles,
  type FileAnswer,
  type FileFacts,
  type FileQuestion,
  fileError,
  serveFiles,
  useFiles,
} from "./files.js";
export { surround } from "./launch.js";
export { useAddresses } from "./talk.js";
