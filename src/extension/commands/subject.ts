import * as vscode from "vscode";
import { type Declared, declarationsOf, declaredAt } from "../declarations.js";
import { showMessage } from "../messages.js";
import { isSame } from "../preview/places.js";

/** What a command is for, as far as its words or the cursor tell. */
export interface Subject {
  /** The `verify` block that is named or at the cursor. */
  readonly verify?: string;
  /** The diagram that is named. */
  readonly named?: string;
  /** The diagram at the cursor. */
  readonly here?: string;
  /** The file's declarations. */
  readonly declared: readonly Declared[];
}

/**
 * What a command is for: the declaration that a code lens names, else the one at the cursor.
 * @returns `undefined` when the named one is not there, which the user is told.
 */
export function findSubject(
  document: vscode.TextDocument,
  kinds: readonly Declared["kind"][],
  name: unknown,
): Subject | undefined {
  const declared = declarationsOf(document.getText());
  if (typeof name === "string") {
    const found = declared.find((one) => one.name === name && kinds.includes(one.kind));
    if (found === undefined) {
      void showMessage("information", `This file has no ${kinds.join(" or ")} ${name}.`);
      return undefined;
    }
    return found.kind === "verify" ? { verify: name, declared } : { named: name, declared };
  }
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !isSame(editor.document.uri, document.uri)) {
    return { declared };
  }
  const here = declaredAt(declared, document.offsetAt(editor.selection.active));
  if (here?.kind === "verify") {
    return { verify: here.name, declared };
  }
  return here?.kind === "diagram" ? { here: here.name, declared } : { declared };
}
