import type { DiagDiagnostic } from "../../language/index.js";
import { counted, printableLine } from "../../printable/index.js";
import { analyzeGivenFile, shownPath } from "../files.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

/** `diag check FILE…`: every diagnostic of the files. */
export const check: Verb = {
  name: "check",
  words: "FILE…",
  summary: "say what is wrong with .diag files",
  example: "diag check my.diag",
  options: commonOptions,
  async run(given, terminal) {
    if (given.words.length === 0) {
      throw new UsageError("diag check needs a FILE; diag check --help shows an example");
    }
    const diagnostics: DiagDiagnostic[] = [];
    for (const path of given.words) {
      diagnostics.push(...(await analyzeGivenFile(path, terminal)).diagnostics);
    }
    const count = (severity: string) => diagnostics.filter((one) => one.severity === severity).length;
    if (given.has("json")) {
      printJson(terminal, { diagnostics: diagnostics.map(plainDiagnostic) });
    } else {
      for (const diagnostic of diagnostics) {
        terminal.print(formatDiagnostic(diagnostic));
      }
      const files = counted(given.words.length, "file");
      terminal.print(
        `${files}: ${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}`,
      );
    }
    return count("error") > 0 ? 1 : 0;
  },
};

/** A diagnostic without what only editors need. */
export function plainDiagnostic({ file, severity, code, message, range }: DiagDiagnostic) {
  return { file, severity, code, message, range };
}

/** A diagnostic on one line, as compilers print them. */
export function formatDiagnostic({ file, severity, code, message, range }: DiagDiagnostic): string {
  const { line, character } = range.start;
  return printableLine(`${shownPath(file)}:${line + 1}:${character + 1}: ${severity} ${code}: ${message}`);
}
