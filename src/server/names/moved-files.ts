import { type LangiumDocument, URI, UriUtils } from "langium";
import type { FileOperationHandler, LangiumSharedServices } from "langium/lsp";
import type { FileOperationOptions, RenameFilesParams, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";
import { uriBeside } from "../../language/paths.js";
import { pathsOf } from "./navigation.js";

/** Of all files and folders: a text may name data however they end, and an IDX file has no ending at all. */
const filters = { filters: [{ pattern: { glob: "**" } }] };

/** Renaming files and folders updates the paths to them, and those inside them. */
export class MovedFiles implements FileOperationHandler {
  readonly fileOperationOptions: FileOperationOptions = { willRename: filters };

  constructor(private readonly shared: LangiumSharedServices) {}

  willRenameFiles({ files }: RenameFilesParams): WorkspaceEdit | null {
    const moves = files.map(({ oldUri, newUri }) => ({ from: URI.parse(oldUri), to: URI.parse(newUri) }));
    const movedTo = (uri: URI): URI => {
      for (const { from, to } of moves) {
        if (uri.toString() === from.toString()) {
          return to;
        }
        if (UriUtils.contains(from, uri)) {
          return to.with({ path: to.path + uri.path.slice(from.path.length) });
        }
      }
      return uri;
    };
    const changes: Record<string, TextEdit[]> = {};
    for (const document of this.shared.workspace.LangiumDocuments.all) {
      const edits = pathEdits(document as LangiumDocument<DiagFile>, movedTo);
      if (edits.length > 0) {
        changes[document.uri.toString()] = edits;
      }
    }
    return Object.keys(changes).length > 0 ? { changes } : null;
  }
}

function pathEdits(document: LangiumDocument<DiagFile>, movedTo: (uri: URI) => URI): TextEdit[] {
  const own = movedTo(document.uri);
  return pathsOf(document).flatMap(({ node, path }) => {
    const target = uriBeside(document.uri, path);
    const moved = movedTo(target);
    const same = uriBeside(own, path).toString() === moved.toString();
    if (same || (isAbsolute(path) && moved.toString() === target.toString())) {
      return [];
    }
    const written = isAbsolute(path) ? moved.fsPath : relativePath(own, moved, path);
    // No text between quotes names such a file; the import then says that it leads nowhere.
    if (/["\n\r]/.test(written)) {
      return [];
    }
    return [{ range: node.range, newText: `"${written}"` }];
  });
}

function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** The path from one file to another; with `.//` before it where the author wrote so. */
export function relativePath(from: URI, to: URI, before: string): string {
  const path = UriUtils.relative(UriUtils.dirname(from), to);
  return before.startsWith("./") && !path.startsWith(".") ? `./${path}` : path;
}
