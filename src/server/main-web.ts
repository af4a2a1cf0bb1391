import { IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { createConnection } from "vscode-languageserver/browser";
import { startServer } from "./server.js";
import { Disk } from "./workspace/disk.js";

/* The language server as a worker of a browser: it talks with whoever has started it. */

const connection = createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
startServer(connection, {
  files: new Disk(),
  onStart: (faults) => {
    // A server that is gone serves no file at all, where one that goes on has lost an answer.
    self.addEventListener("error", (event) => {
      event.preventDefault();
      faults.tell("the language server", event.error);
    });
  },
});
