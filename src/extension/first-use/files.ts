import * as vscode from "vscode";
import { shownText } from "../messages.js";
import { firstRemark, standsAlone } from "./standing-alone.js";

/** The example that a new file begins with. */
const first = "first.diag";

/** `diag.newFile`: a file that is not saved yet, with an experiment that has an answer. */
export async function newFile(extension: vscode.Uri): Promise<vscode.TextDocument> {
  return openCopy(await readText(vscode.Uri.joinPath(extension, `examples/${first}`)));
}

/**
 * `diag.openExample`: a copy of one of the examples that need no other file, to be changed and saved at will.
 * @param wanted its path among the examples, taken without asking.
 * @returns `undefined` when the user changed their mind.
 */
export async function openExample(
  extension: vscode.Uri,
  wanted?: unknown,
): Promise<vscode.TextDocument | undefined> {
  const examples = await listExamples(vscode.Uri.joinPath(extension, "examples"));
  const named = examples.find(({ label }) => label === wanted);
  const chosen =
    named ??
    (await vscode.window.showQuickPick(examples, {
      title: "Open Example",
      placeHolder: "Choose an example; a copy of it opens",
      matchOnDetail: true,
    }));
  return chosen && openCopy(chosen.text);
}

interface Example extends vscode.QuickPickItem {
  readonly text: string;
}

/** The examples that need no other file: the one to begin with, then those that stand in no folder, then the rest. */
async function listExamples(folder: vscode.Uri, path = ""): Promise<Example[]> {
  const entries = [...(await vscode.workspace.fs.readDirectory(folder))].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const files = entries.filter(([name, type]) => type === vscode.FileType.File && name.endsWith(".diag"));
  const folders = entries.filter(([, type]) => type === vscode.FileType.Directory);
  const own = await Promise.all(
    files.map(async ([name]): Promise<Example[]> => {
      const text = await readText(vscode.Uri.joinPath(folder, name));
      const example = { label: path + name, detail: shownText(firstRemark(text)), text };
      return standsAlone(text) ? [example] : [];
    }),
  );
  const inside = await Promise.all(
    folders.map(([name]) => listExamples(vscode.Uri.joinPath(folder, name), `${path}${name}/`)),
  );
  const rank = ({ label }: Example) => (label === first ? 0 : 1);
  return [...own.flat().sort((one, other) => rank(one) - rank(other)), ...inside.flat()];
}

async function readText(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

async function openCopy(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: "diag", content });
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}
