import type { Stop } from "../work/stop.js";
import { type Printer, processPrinter } from "./printer.js";
import { stop, stopListening } from "./signals.js";
import { supervise } from "./supervise.js";
import { version } from "./version.js";

/* The command's process. What works is read and run in a thread of its own, so that this one always listens. */

const printer = processPrinter();
const status = await run(process.argv.slice(2), stop, printer);
await printer.written();
const { fault } = printer;
if (fault !== undefined) {
  printer.note(`diag: ${fault}`);
}
process.exitCode = fault === undefined ? status : 2;

async function run(words: readonly string[], stop: Stop, printer: Printer): Promise<number> {
  const [verb] = words;
  if (verb === "--version" || verb === "-v") {
    printer.print(version);
    return 0;
  }
  const works = verb !== undefined && !["--help", "-h", "help", "lsp"].includes(verb);
  if (works) {
    return supervise(words, stop, printer);
  }
  // A server has nothing to say when it is ended, and words of help are soon said.
  stopListening();
  // An editor that has gone is no fault of a server's.
  if (verb === "lsp") {
    void printer.lost().then(() => printer.fault === undefined && process.exit(0));
  }
  const { runCommand } = await import("./command.js");
  return runCommand(words, {
    interrupt: stop.signal,
    print: (text) => printer.print(text),
    note: (line) => printer.note(line),
    progress: () => undefined,
    doing: () => undefined,
    known: () => undefined,
  });
}
