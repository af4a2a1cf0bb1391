/**
 * The language server: the language's services joined with one provider for each feature of an editor.
 * Everything is put together in `lsp-module.ts`; `server.ts` serves it on a connection, and `main-node.ts`
 * is the process that VS Code and `diag lsp` start. `workspace/` keeps what is known of the files.
 */

export { createDiagLspServices, type DiagLspContainer } from "./lsp-module.js";
export { type ServerOptions, startServer } from "./server.js";
export type { DiagLspServices } from "./services.js";
