import { type DiagramDeclaration, isDiagramDeclaration } from "../../../../src/language/generated/ast.js";
import type { NamedDiagram } from "../../../../src/language/index.js";
import type { DiagramEdit, EditAnswer } from "../../../../src/preview/index.js";
import { answerEdit } from "../../../../src/server/preview/edits.js";
import type { Open } from "../editor.js";

/** The first diagram of a text. */
export function diagramOf(open: Open): NamedDiagram {
  const { declarations } = open.document.parseResult.value;
  const declaration = declarations.find((one): one is DiagramDeclaration => isDiagramDeclaration(one))!;
  return open.editor.diag.validation.DeclarationChecker.diagram(declaration).value!;
}

/** Makes an edit of the diagram `d`, whose nodes are given by name. */
export async function answer(open: Open, edit: NamedEdit): Promise<EditAnswer> {
  const { nodeNames } = diagramOf(open);
  const number = (name: string) => nodeNames.indexOf(name);
  const numbered = Object.fromEntries(
    Object.entries(edit).map(([key, value]) => [
      key,
      key === "kind" ? value : Array.isArray(value) ? value.map(number) : number(value as string),
    ]),
  ) as unknown as DiagramEdit;
  const { version } = open.document.textDocument;
  return answerEdit(open.editor.diag, { uri: open.uri, version, id: "d", edit: numbered });
}

/** An edit as `DiagramEdit`, with nodes by name. */
export type NamedEdit =
  | { readonly kind: "addChild"; readonly parent: string }
  | { readonly kind: "reattach"; readonly node: string; readonly parent: string }
  | { readonly kind: "group" | "dissolve"; readonly nodes: readonly string[] }
  | { readonly kind: "ungroup" | "contract" | "remove"; readonly node: string };
