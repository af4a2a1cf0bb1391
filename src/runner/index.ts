/**
 * The room of the runner: a process beside the editor that evaluates and verifies, so that long work is neither in
 * the extension host nor on the language server's thread. It speaks JSON-RPC over the channel that its parent
 * opened (`protocol`); one run at a time, each told as events of `src/runs`. `main` is the process. Both ends judge what
 * they are sent: `parameters` what is asked, `answers` what is answered and told.
 */
export * from "./answers.js";
export * from "./protocol.js";
