import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UsageError } from "../usage.js";
import type { ExitStatus, Verb } from "../verb.js";

/** `diag lsp --stdio`: the language server, for any editor that speaks its protocol. */
export const lsp: Verb = {
  name: "lsp",
  words: "",
  summary: "serve .diag files to an editor (Language Server Protocol)",
  example: "diag lsp --stdio",
  options: {
    stdio: { takes: "flag", help: "speak the protocol on standard input and output" },
    json: {
      takes: "flag",
      help: "",
      refusal: "diag lsp prints nothing but its protocol, so that it takes no --json; write diag lsp --stdio",
    },
  },
  async run(given) {
    if (given.words.length > 0) {
      throw new UsageError(
        `diag lsp takes no words; leave out "${given.words[0]}": files are named by the editor`,
      );
    }
    if (!given.has("stdio")) {
      throw new UsageError("diag lsp speaks on standard input and output only; write diag lsp --stdio");
    }
    const server = new URL("./language-server.js", import.meta.url);
    if (!existsSync(fileURLToPath(server))) {
      throw new UsageError("the language server is not installed beside this command; build it first");
    }
    // A bundle of its own, loaded here only, so that the other verbs do not pay for it.
    await import(server.href);
    // The server ends the process when its editor asks it to, or goes away; signals end it by themselves.
    return new Promise<ExitStatus>(() => undefined);
  },
};
