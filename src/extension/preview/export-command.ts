import * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import { elementAt, exportFormats, type PreviewFile } from "../../preview/index.js";
import type { LanguageServer } from "../language-server.js";
import { showFault } from "../working.js";
import { chooseDiagram } from "./choose-diagram.js";
import { openDiagFile } from "./open-file.js";
import { fileName, visibleEditor } from "./places.js";
import { exportKinds, saveExport } from "./save-export.js";

const shown = 3000; // milliseconds

/**
 * `diag.exportDiagram`: a diagram, chosen unless named, in a format the user chooses, to a file or the clipboard.
 * @returns whether something was exported; if not, the user knows why.
 */
export async function exportDiagram(server: LanguageServer, uri: unknown, name: unknown): Promise<boolean> {
  const document = await openDiagFile(uri);
  if (document === undefined) {
    return false;
  }
  try {
    return await exportFrom(server, document.uri, name);
  } catch (error) {
    showFault("The diagram was not exported", error);
    return false;
  }
}

async function exportFrom(server: LanguageServer, uri: vscode.Uri, name: unknown): Promise<boolean> {
  const file = await server.request("file", { uri: uri.toString() });
  const diagrams = file?.diagrams ?? [];
  const diagram =
    diagrams.find((one) => one.name === name) ??
    (await chooseDiagram(diagrams, "Export which diagram?", file ? atCursor(file, uri) : undefined));
  if (diagram === undefined) {
    return false;
  }
  const formats = exportFormats.map((format) => ({ ...exportKinds[format], format }));
  const kind = await vscode.window.showQuickPick(formats, { title: `Export ${diagram.name} as` });
  if (kind === undefined) {
    return false;
  }
  const answer = await server.request("export", { uri: uri.toString(), id: diagram.id, format: kind.format });
  if ("problem" in answer) {
    throw new Error(answer.problem);
  }
  const places = [
    { label: "$(save) Save to File…", copies: false },
    { label: "$(copy) Copy to Clipboard", copies: true },
  ];
  const place = await vscode.window.showQuickPick(places, { title: `${kind.label} of ${diagram.name}` });
  if (place === undefined) {
    return false;
  }
  let done = "$(check) Copied";
  if (place.copies) {
    await vscode.env.clipboard.writeText(answer.text);
  } else {
    const target = await saveExport(uri, diagram.name, kind.format, Buffer.from(answer.text));
    if (target === undefined) {
      return false;
    }
    done = `$(check) Saved ${asLabel(fileName(target))}`;
  }
  vscode.window.setStatusBarMessage(done, shown);
  return true;
}

function atCursor(file: PreviewFile, uri: vscode.Uri): string | undefined {
  const selection = visibleEditor(uri)?.selection;
  return selection && elementAt(file, selection)?.id;
}
