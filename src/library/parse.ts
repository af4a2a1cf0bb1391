import { analyzeGivenFile } from "../cli/files.js";
import { plainDiagnostic } from "../cli/verbs/check.js";
import { describeFile } from "../cli/verbs/describe.js";
import { checkKnown } from "./arguments.js";
import { answered, asPrinted, checkText, pathOfText, terminalOf } from "./asked.js";
import type * as published from "./interface.js";

export const parse: typeof published.parse = (text, surroundings) =>
  answered(async () => {
    checkText(text);
    checkKnown(surroundings ?? {}, ["file"]);
    const path = pathOfText(surroundings?.file);
    const file = await analyzeGivenFile(path, terminalOf(new Map([[path, text]])).terminal);
    return asPrinted({ diagnostics: file.diagnostics.map(plainDiagnostic), ...describeFile(file) });
  });
