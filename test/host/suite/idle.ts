import { equal } from "node:assert/strict";
import * as vscode from "vscode";
import { extension } from "./activation.js";
import { notes, type Tests, writeFile } from "./testing.js";

export const idle: Tests = {
  "nothing activates without a .diag file": async () => {
    const uri = await writeFile("notes.txt", "diagram skew { a -> b }\n");
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    // Whatever starts with the window has been started by now, two seconds later.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    equal(extension().isActive, false);
  },

  "activation is quick": async () => {
    const began = performance.now();
    await extension().activate();
    const first = performance.now() - began;
    equal(extension().isActive, true);
    notes.push(`activation took ${first.toFixed(1)} ms`);
  },
};
