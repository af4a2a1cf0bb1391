/**
 * The entry of a bundle of its own, `dist/language-client.cjs`: what the extension needs of the client's library,
 * JSON-RPC among it. `language-server.ts` and `src/work/asked-process.ts` load it late, by the libraries' names.
 */
export {
  CloseAction,
  createMessageConnection,
  ErrorAction,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  ResponseError,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from "vscode-languageclient/node";
