import * as vscode from "vscode";
import type { LanguageServer } from "../language-server.js";
import { shownText } from "../messages.js";
import { showFault } from "../working.js";
import { openDiagFile } from "./open-file.js";
import { insertShortForm } from "./relay.js";

// The paper's short form, with or without the command around it, on one line.
const shortFormPattern = /^(?:\\\w+ ?\{)? ?c? ?\(.*\) ?\}?$/;
const longest = 1000; // characters offered from the clipboard

/**
 * `diag.insertShortForm`: writes a pasted short form, such as `\sdia{c(012-3)(03-13-23)}`, into the text as a
 * declaration, behind the one at the cursor. What is wrong with it is said in the box, which stays.
 * @param shortForm taken without asking when it is given.
 * @returns whether it was written.
 */
export async function insertFromInput(
  server: LanguageServer,
  uri: unknown,
  shortForm: unknown,
): Promise<boolean> {
  const document = await openDiagFile(uri);
  if (document === undefined) {
    return false;
  }
  const write = async (text: string): Promise<string | undefined> => {
    try {
      const done = await insertShortForm(server, document.uri, text);
      return "problem" in done ? done.problem : undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  if (typeof shortForm !== "string") {
    return askAndWrite(write);
  }
  const problem = await write(shortForm);
  if (problem !== undefined) {
    showFault("The short form was not inserted", problem);
  }
  return problem === undefined;
}

async function askAndWrite(write: (text: string) => Promise<string | undefined>): Promise<boolean> {
  const box = vscode.window.createInputBox();
  box.title = "Insert Diagram From Short Form";
  box.placeholder = "(012-3)(03-13-23)";
  box.prompt = "The partition, then the edges; \\sdia{c…} around it does no harm.";
  const copied = await vscode.env.clipboard.readText();
  if (copied.length <= longest && shortFormPattern.test(copied.trim().replace(/[ \t]+/g, " "))) {
    box.value = copied.trim();
    box.valueSelection = [0, box.value.length];
  }
  return new Promise((resolve) => {
    let written = false;
    box.onDidChangeValue(() => {
      box.validationMessage = "";
    });
    box.onDidAccept(async () => {
      if (!box.enabled || box.value.trim() === "") {
        return;
      }
      box.enabled = false;
      box.busy = true;
      const problem = await write(box.value);
      box.enabled = true;
      box.busy = false;
      box.validationMessage = shownText(problem ?? "");
      written = problem === undefined;
      if (written) {
        box.hide();
      }
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(written);
    });
    box.show();
  });
}
