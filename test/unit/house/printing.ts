import { stripSource } from "./imports.js";

/** What writes to standard output and standard error, and how what it writes is made harmless there. */
const printers: Readonly<Record<string, string>> = {
  "src/cli/printer.ts": "prints for the command, through src/printable",
  "src/cluster-runs/probe/main.ts": "prints the log of one small job, through src/printable",
  "src/cluster-runs/worker/main.ts": "prints a task's log, through src/printable",
  "src/runner/serve.ts": "hands its notes to the editor's log, through src/printable",
  "src/web/node/globals.ts": "has the browser's log where processes have standard error",
  "src/server/main-node.ts":
    "makes what the server and libraries log harmless, and keeps it off the protocol",
};

/** Where the console is what that file makes of it. */
const withOwnConsole = "src/server/";

const printing: readonly (readonly [RegExp, string])[] = [
  [/(?<![.\w$])console\s*(?:\.|\?\.|\[)/, "the console"],
  [/(?<![.\w$])process\s*(?:\.|\?\.)\s*std(?:out|err)\b/, "a stream of the process"],
  [/\bstd(?:out|err)\b[^;]*=\s*process\b/, "a stream of the process"],
  [/\bwriteSync\s*\(\s*[12]\b/, "a stream of the process"],
];

/** Files that print past the places where text from outside is made harmless. */
export function faultsOfPrinting(path: string, text: string): string[] {
  if (!path.startsWith("src/") || Object.hasOwn(printers, path)) {
    return [];
  }
  const code = stripSource(text, false);
  const isServer = path.startsWith(withOwnConsole);
  return printing.flatMap(([pattern, what]) =>
    pattern.test(code) && !(isServer && what === "the console")
      ? [`${path} prints by ${what}; src/cli/printer.ts does that for all`]
      : [],
  );
}
