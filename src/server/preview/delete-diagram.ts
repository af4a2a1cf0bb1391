import { type LangiumDocument, UriUtils } from "langium";
import { type DiagFile, type DiagramDeclaration, isVerifyDeclaration } from "../../language/generated/ast.js";
import { beginsLine } from "../actions/blanks.js";
import { behindRemarks, commentsOf, withComments } from "../actions/comments.js";
import { type Piece, withSpace } from "../actions/text.js";
import { occurrencesOf } from "../names/occurrences.js";
import type { DiagLspServices } from "../services.js";

/** Who uses a diagram is named up to so many. */
const mostNamed = 3;

/** Takes a diagram's declaration away, with what is said of it; or says who uses it. */
export function deleteDiagram(
  services: DiagLspServices,
  document: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
): { readonly pieces: readonly Piece[] } | { readonly problem: string } {
  const users = usersOf(services, document, declaration);
  if (users.length > 0) {
    const shown = users.slice(0, mostNamed).join(", ");
    const more = users.length > mostNamed ? ` and ${users.length - mostNamed} more` : "";
    return { problem: `\`${declaration.name}\` is used by ${shown}${more}; take it out there first` };
  }
  const root = document.parseResult.value.$cstNode;
  const own = declaration.$cstNode;
  if (root === undefined || own === undefined) {
    return { problem: "this diagram is no longer in the text; choose another one" };
  }
  const text = document.textDocument.getText();
  const comments = commentsOf(root);
  const { offset } = withComments(comments, text, own);
  return { pieces: [withLinesAround(text, { offset, end: behindRemarks(comments, text, own.end) })] };
}

/** What is taken away leaves no empty lines together, and none at the beginning and the end of the file. */
function withLinesAround(text: string, whole: { readonly offset: number; readonly end: number }): Piece {
  const { start, end } = withSpace(text, whole);
  if (!beginsLine(text, whole.offset) || !/[\n\r]$|^$/.test(text.slice(0, start))) {
    return { start, end, text: "" };
  }
  const before = text.slice(0, start);
  const isBehindEmpty = before.trim() === "" || /(?:\n|\r\n?)[^\S\n\r]*(?:\n|\r\n?)$/.test(before);
  const emptyBehind = /^(?:[^\S\n\r]*(?:\r\n|\n|\r))*/.exec(text.slice(end))![0].length;
  if (text.slice(end).trim() === "") {
    const kept = before.trimEnd();
    const lineEnd = /^[^\S\n\r]*(?:\r\n|\n|\r)?/.exec(before.slice(kept.length))![0].length;
    return { start: kept === "" ? 0 : kept.length + lineEnd, end: text.length, text: "" };
  }
  return { start, end: isBehindEmpty ? end + emptyBehind : end, text: "" };
}

/** The verifications that name a diagram, as they are called to who is to change them. */
function usersOf(
  services: DiagLspServices,
  own: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
): string[] {
  if (!declaration.name) {
    return [];
  }
  const named = { kind: "declaration", node: declaration, name: declaration.name } as const;
  // Those of the file that is looked at come first.
  const uses = occurrencesOf(named, services)
    .filter(({ declares }) => !declares)
    .sort((one, other) => Number(one.document !== own) - Number(other.document !== own));
  const found = uses.map(({ document, range }) => {
    const offset = document.textDocument.offsetAt(range.start);
    const verify = document.parseResult.value.declarations.find(
      ({ $cstNode }) => $cstNode !== undefined && $cstNode.offset <= offset && offset < $cstNode.end,
    );
    const where = document === own ? `line ${range.start.line + 1}` : UriUtils.basename(document.uri);
    return isVerifyDeclaration(verify) && verify.name ? `the verify \`${verify.name}\` (${where})` : where;
  });
  return [...new Set(found)];
}
