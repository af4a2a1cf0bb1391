/**
 * The entry of a bundle of its own, `dist/language-client.cjs`: what the extension needs of the client's library.
 * `language-server.ts` loads it late, by the library's name.
 */
export {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from "vscode-languageclient/node";
