import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server.js";
import { Disk } from "./workspace/disk.js";

// The language server as a process of its own: `--stdio`, `--node-ipc`, `--socket=…` or `--pipe=…` say how
// it talks. Standard output may belong to the protocol, so that whatever is logged goes elsewhere.
console.log = console.error;
console.info = console.error;
console.debug = console.error;

const reference = new URL("../docs/language.md", import.meta.url);
startServer(createConnection(ProposedFeatures.all), {
  files: new Disk(),
  reference: existsSync(fileURLToPath(reference)) ? pathToFileURL(fileURLToPath(reference)).href : undefined,
});
