import * as vscode from "vscode";
import type { ExportFormat } from "../../preview/index.js";

/** What a user is told of a format, and how its files are named. */
export const exportKinds: Readonly<
  Record<
    ExportFormat | "png",
    { readonly label: string; readonly description: string; readonly extension: string }
  >
> = {
  svg: { label: "SVG", description: "drawing, black lines without a background", extension: "svg" },
  png: { label: "PNG", description: "picture", extension: "png" },
  tikz: { label: "TikZ", description: "LaTeX, compiles as it is", extension: "tex" },
  dot: { label: "DOT", description: "for Graphviz", extension: "dot" },
  short: { label: "Short form", description: "as in the paper", extension: "txt" },
  json: { label: "JSON", description: "drawing with coordinates", extension: "json" },
};

/**
 * Lets the user choose a file and writes an export into it.
 * @param source the file that the diagram is in; its folder is offered first.
 * @returns where it was written; `undefined` when the user changed their mind.
 */
export async function saveExport(
  source: vscode.Uri,
  suggestedName: string,
  format: ExportFormat | "png",
  content: Uint8Array,
): Promise<vscode.Uri | undefined> {
  return saveFile(source, suggestedName, exportKinds[format], content);
}

/** As {@link saveExport}, for a kind of file that is told by what a user calls it and its extension. */
export async function saveFile(
  source: vscode.Uri,
  suggestedName: string,
  { label, extension }: { readonly label: string; readonly extension: string },
  content: Uint8Array,
): Promise<vscode.Uri | undefined> {
  const folder =
    source.scheme === "untitled"
      ? vscode.workspace.workspaceFolders?.[0]?.uri
      : vscode.Uri.joinPath(source, "..");
  const name = `${safeName(suggestedName, extension)}.${extension}`;
  const target = await vscode.window.showSaveDialog({
    title: `Save ${label}`,
    filters: { [label]: [extension] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target === undefined) {
    return undefined;
  }
  await vscode.workspace.fs.writeFile(target, content);
  return target;
}

/** A name that a page or a file suggests, as it may stand in a path, without its extension. */
function safeName(name: string, extension: string): string {
  const stem = name.endsWith(`.${extension}`) ? name.slice(0, -extension.length - 1) : name;
  return (
    stem
      .replace(/[^\p{ID_Continue}.-]+/gu, "-")
      .replace(/^[.-]+/, "")
      .slice(0, 100) || "diagram"
  );
}
