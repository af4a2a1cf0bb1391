import type { LangiumDocument } from "langium";
import type { CodeAction } from "vscode-languageserver";
import { type DiagFile, isDiagramDeclaration } from "../../language/generated/ast.js";
import { checkDiagram } from "../../language/semantics/diagram.js";
import type { DiagLspServices } from "../services.js";
import { keepingComments } from "./comments.js";
import { contraction } from "./contract.js";
import { editOf, type Piece, replaced } from "./text.js";

export const fixAllKind = "source.fixAll.diag";

/** Contracts every link of the file. */
export function contractAll(document: LangiumDocument<DiagFile>, services: DiagLspServices): CodeAction[] {
  const pieces: Piece[] = [];
  for (const declaration of document.parseResult.value.declarations) {
    if (!isDiagramDeclaration(declaration)) {
      continue;
    }
    const { problems } = services.validation.DeclarationChecker.diagram(declaration);
    if (problems.some(({ code }) => code === "reducible")) {
      const { offset, end, text } = declaration.$cstNode!;
      const without = withoutLinks(text, services);
      if (without !== text) {
        pieces.push({ start: offset, end, text: without });
      }
    }
  }
  return pieces.length === 0
    ? []
    : [{ title: "Contract all links", kind: fixAllKind, edit: editOf(document, pieces) }];
}

/** One link after another: contracting one may be written in terms of the next. */
function withoutLinks(given: string, services: DiagLspServices): string {
  let text = given;
  for (;;) {
    const { value } = services.parser.LangiumParser.parse<DiagFile>(text);
    const [declaration] = value.declarations;
    if (!isDiagramDeclaration(declaration)) {
      return text;
    }
    const checked = checkDiagram(declaration, undefined);
    const link = checked.problems.find(({ code }) => code === "reducible")?.data as
      | { link: string }
      | undefined;
    const next =
      checked.value && link
        ? replaced(
            text,
            keepingComments(declaration.$cstNode!, contraction(declaration, checked.value, link.link)),
          )
        : text;
    // Each contraction takes a node away, so that this ends.
    if (next === text) {
      return text;
    }
    text = next;
  }
}
