import { equal, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { notes, openFile, type Tests, until } from "./testing.js";

export const extension = (): vscode.Extension<unknown> => {
  const found = vscode.extensions.getExtension("descent-diagrams.descent-diagrams");
  if (!found) {
    throw new Error("the extension is not installed");
  }
  return found;
};

export const activation: Tests = {
  "a .diag file starts the language server": async () => {
    const began = performance.now();
    await openFile("start.diag", "diagram start = (01-2)(02-12\n");
    const diagnostics = await until("a diagnostic", () => {
      const found = vscode.languages.getDiagnostics(vscode.window.activeTextEditor!.document.uri);
      return found.length > 0 && found;
    });
    ok(diagnostics.every(({ source }) => source === "diag"));
    notes.push(`first diagnostics ${(performance.now() - began).toFixed(0)} ms after opening the first file`);
  },

  "all commands of the manifest are there": async () => {
    const { contributes } = extension().packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = await vscode.commands.getCommands(true);
    const missing = contributes.commands.filter(({ command }) => !known.includes(command));
    equal(missing.map(({ command }) => command).join(), "");
  },
};
