import { analyzeGivenFile } from "../cli/files.js";
import { plainDiagnostic } from "../cli/verbs/check.js";
import { describeFile } from "../cli/verbs/describe.js";
import { checkKnown, optionsGiven } from "./arguments.js";
import { answered, asPrinted, checkText, pathOfText, terminalOf } from "./asked.js";
import type * as published from "./interface.js";

export const parse: typeof published.parse = (text, surroundings) =>
  answered(async () => {
    checkText(text);
    const asked = optionsGiven(surroundings);
    checkKnown(asked, ["file"]);
    const path = pathOfText(asked.file);
    const file = await analyzeGivenFile(path, terminalOf(new Map([[path, text]])).terminal);
    return asPrinted({ diagnostics: file.diagnostics.map(plainDiagnostic), ...describeFile(file) });
  });
