import { GrammarUtils, type LangiumDocument } from "langium";
import type { DefinitionProvider, DocumentHighlightProvider, ReferencesProvider } from "langium/lsp";
import {
  type DefinitionParams,
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentHighlightParams,
  type Location,
  type LocationLink,
  type ReferenceParams,
} from "vscode-languageserver";
import {
  type DataStatement,
  type DiagFile,
  type FileStart,
  isDataStatement,
  isFileStart,
  isImport,
  isLandscapeDeclaration,
  isReader,
  isWeightsStatement,
  type LandscapeStatement,
  type Reader,
} from "../../language/generated/ast.js";
import { uriBeside } from "../../language/paths.js";
import type { DiagLspServices } from "../services.js";
import { declaringRange, documentOf, namedAt, occurrencesOf } from "./occurrences.js";

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** From a name to its declaration, and from a path to its file. */
export class DiagDefinitionProvider implements DefinitionProvider {
  getDefinition(document: LangiumDocument, { position }: DefinitionParams): LocationLink[] | undefined {
    const offset = document.textDocument.offsetAt(position);
    const found = namedAt(document, offset);
    const target = found && declaringRange(found.named);
    if (found && target) {
      const whole = found.named.kind === "node" ? undefined : found.named.node.$cstNode?.range;
      return [
        {
          originSelectionRange: found.range,
          targetUri: documentOf(found.named).uri.toString(),
          targetRange: whole ?? target,
          targetSelectionRange: target,
        },
      ];
    }
    return pathLinkAt(document as LangiumDocument<DiagFile>, offset);
  }
}

function pathLinkAt(document: LangiumDocument<DiagFile>, offset: number): LocationLink[] | undefined {
  for (const { node, path } of pathsOf(document)) {
    if (node.offset <= offset && offset <= node.end) {
      const uri = uriBeside(document.uri, path).toString();
      return [
        { originSelectionRange: node.range, targetUri: uri, targetRange: top, targetSelectionRange: top },
      ];
    }
  }
  return undefined;
}

/** The paths that a document writes: of imports and of tables of data. */
export function pathsOf(document: LangiumDocument<DiagFile>) {
  const file = document.parseResult.value;
  const statements = [
    ...file.imports,
    ...file.declarations
      .filter(isLandscapeDeclaration)
      .flatMap((landscape) => landscape.statements.flatMap(filesOf)),
  ];
  return statements.flatMap((statement) => {
    const own = isReader(statement) ? statement.paths : [statement.path ?? ""];
    const property = isReader(statement) ? "paths" : "path";
    return own.flatMap((path, index) => {
      const node = GrammarUtils.findNodeForProperty(statement.$cstNode, property, index);
      return node && path ? [{ node, path, isImport: isImport(statement) }] : [];
    });
  });
}

/** What of a statement names files. */
function filesOf(statement: LandscapeStatement): (DataStatement | Reader | FileStart)[] {
  if (isDataStatement(statement)) {
    return [statement.reader ?? statement];
  }
  return isWeightsStatement(statement) ? statement.weights.map(({ start }) => start).filter(isFileStart) : [];
}

export class DiagReferencesProvider implements ReferencesProvider {
  constructor(private readonly services: DiagLspServices) {}

  findReferences(document: LangiumDocument, { position, context }: ReferenceParams): Location[] {
    const found = namedAt(document, document.textDocument.offsetAt(position));
    return found
      ? occurrencesOf(found.named, this.services)
          .filter(({ declares }) => context.includeDeclaration || !declares)
          .map((one) => ({ uri: one.document.uri.toString(), range: one.range }))
      : [];
  }
}

export class DiagHighlightProvider implements DocumentHighlightProvider {
  constructor(private readonly services: DiagLspServices) {}

  getDocumentHighlight(
    document: LangiumDocument,
    { position }: DocumentHighlightParams,
  ): DocumentHighlight[] {
    const found = namedAt(document, document.textDocument.offsetAt(position));
    return found
      ? occurrencesOf(found.named, this.services)
          .filter((one) => one.document === document)
          .map(({ range, declares }) => ({
            range,
            kind: declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
          }))
      : [];
  }
}
