/** What speaks JSON-RPC, in a module of ours that is loaded late: a package that is loaded late by itself has no names in a bundle. */
export {
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
} from "vscode-jsonrpc/node";
