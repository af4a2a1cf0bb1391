import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { printableLine, printableText } from "../printable/index.js";
import { FrameGuard, logMessage } from "./frames.js";
import { startServer } from "./server.js";
import { Disk } from "./workspace/disk.js";

// The language server as a process of its own: `--stdio`, `--node-ipc`, `--socket=…` or `--pipe=…` say how
// it talks. Standard output may belong to the protocol, so that whatever is logged goes elsewhere, and harmlessly.
const log = (...words: unknown[]) => void process.stderr.write(`${printableText(format(...words))}\n`);
for (const name of ["log", "info", "debug", "warn", "error", "trace"] as const) {
  console[name] = log;
}

/** A message that has begun and does not go on for so long, in milliseconds, will not. */
const longestSilence = 10_000;

const { input, output } = process.argv.includes("--stdio")
  ? { input: new FrameGuard(longestSilence), output: process.stdout }
  : { input: undefined, output: undefined };
if (input) {
  process.stdin.pipe(input);
  input.on("fault", (problem: string) => {
    const message = `what arrives is no message of the protocol: ${problem}; the server ends`;
    process.stderr.write(`diag: ${printableLine(message)}\n`);
    // The last word is also the editor's, for its log.
    output.write(logMessage(message), () => process.exit(2));
  });
}

const reference = new URL("../docs/language.md", import.meta.url);
const connection =
  input && output
    ? createConnection(ProposedFeatures.all, input, output)
    : createConnection(ProposedFeatures.all);
startServer(connection, {
  files: new Disk(),
  onStart: (faults) => {
    // A server that is gone serves no file at all, where one that goes on has lost an answer.
    process.on("uncaughtException", (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EPIPE" || thrown.code === "ERR_STREAM_DESTROYED") {
        process.exit(1);
      }
      faults.tell("the language server", thrown);
    });
    process.on("unhandledRejection", (thrown) => faults.tell("the language server", thrown));
  },
  reference: existsSync(fileURLToPath(reference)) ? pathToFileURL(fileURLToPath(reference)).href : undefined,
});
