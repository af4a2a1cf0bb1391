import { GrammarUtils, type LangiumDocument } from "langium";
import {
  type DiagFile,
  type DiagramDeclaration,
  isPartStatement,
  type PartStatement,
} from "../../language/generated/ast.js";
import type {
  ElementReference,
  PreviewDiagram,
  RenameAnswer,
  RenameParameters,
  TextPosition,
} from "../../preview/index.js";
import { textEdits } from "../actions/text.js";
import { type DiagRenameProvider, nameProblem } from "../names/rename.js";
import type { DiagLspServices } from "../services.js";
import { Lister } from "./listed-diagrams.js";
import { readVersion } from "./reading.js";

/** A new name of a diagram, a node or a part, wherever it stands, as the editor's *Rename* gives it; a part without a name gets one. */
export function answerRename(services: DiagLspServices, parameters: RenameParameters): Promise<RenameAnswer> {
  const { uri, version, id, element, name } = parameters;
  return readVersion<RenameAnswer>(services, uri, version, (document) => {
    const lister = new Lister(services, document);
    const found = lister.diagrams.find((one) => one.id === id);
    if (!found) {
      return { problem: "this diagram is no longer in the text; choose another one" };
    }
    const { listed } = lister.list(found);
    const part = element.kind === "part" ? listed.parts[element.index] : undefined;
    if (part && part.name === undefined) {
      return part.range
        ? namePart(document, found.declaration, part.range.start, name)
        : { problem: "a node that is in no part of the text has no name of a part; make a part first" };
    }
    const place = part
      ? nameOfPart(document, found.declaration, part.range!.start)
      : placeOf(listed, element);
    return place
      ? renameAt(services, document, place, name)
      : { problem: "this is no longer in the text; choose it again" };
  });
}

function placeOf(
  { name, nameRange, nodes }: PreviewDiagram,
  element: ElementReference,
): TextPosition | undefined {
  if (element.kind === "diagram") {
    return name === "" ? undefined : nameRange.start;
  }
  return nodes[element.index]?.ranges[0]?.start;
}

function renameAt(
  services: DiagLspServices,
  document: LangiumDocument<DiagFile>,
  position: TextPosition,
  newName: string,
): RenameAnswer {
  const provider = services.lsp.RenameProvider as DiagRenameProvider;
  const textDocument = { uri: document.uri.toString() };
  try {
    const changes = provider.rename(document, { textDocument, position, newName })?.changes;
    const files = Object.entries(changes ?? {}).map(([uri, edits]) => ({ uri, edits }));
    return changes === undefined
      ? { problem: "numbers of a short form are no names; write the diagram as statements first" }
      : { version: document.textDocument.version, files };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The part whose range, or place, is in a statement's. */
function partAt(
  document: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
  place: TextPosition,
): PartStatement | undefined {
  const offset = document.textDocument.offsetAt(place);
  return declaration.statements
    .filter(isPartStatement)
    .find(({ $cstNode }) => $cstNode !== undefined && $cstNode.offset <= offset && offset < $cstNode.end);
}

function nameOfPart(
  document: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
  place: TextPosition,
): TextPosition | undefined {
  const statement = partAt(document, declaration, place);
  return GrammarUtils.findNodeForProperty(statement?.$cstNode, "name")?.range.start;
}

function namePart(
  document: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
  place: TextPosition,
  name: string,
): RenameAnswer {
  const brace = GrammarUtils.findNodeForKeyword(partAt(document, declaration, place)?.$cstNode, "{");
  const isTaken = declaration.statements.some((one) => isPartStatement(one) && one.name === name);
  const problem =
    nameProblem(name) ??
    (isTaken ? `\`${name}\` is a part of \`${declaration.name}\` already` : undefined) ??
    (brace ? undefined : "a part of a short form has no name; write the diagram as statements first");
  if (problem !== undefined || brace === undefined) {
    return { problem: problem! };
  }
  const edits = textEdits(document, [{ start: brace.offset, end: brace.offset, text: `${name} = ` }]);
  return {
    version: document.textDocument.version,
    files: [{ uri: document.uri.toString(), edits }],
  };
}
