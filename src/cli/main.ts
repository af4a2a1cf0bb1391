import { stop } from "./signals.js";

// All the rest takes time to read and is a bundle of its own: a signal that arrives meanwhile is heard.
const { runCommand } = await import("./command.js");

process.exitCode = await runCommand(process.argv.slice(2), stop);
