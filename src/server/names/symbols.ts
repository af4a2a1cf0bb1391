import { GrammarUtils, type LangiumDocument } from "langium";
import type { DocumentSymbolProvider, LangiumSharedServices, WorkspaceSymbolProvider } from "langium/lsp";
import {
  type CancellationToken,
  type DocumentSymbol,
  SymbolKind,
  type WorkspaceSymbol,
  type WorkspaceSymbolParams,
} from "vscode-languageserver";
import {
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isLet,
  isLossStatement,
  isParam,
  isPartStatement,
  isVerifyDeclaration,
  isWeight,
  type VerifyDeclaration,
} from "../../language/generated/ast.js";
import { type Range, rangeOf } from "../../language/problem.js";
import {
  type DeclaredSymbol,
  firstMentions,
  landscapeSymbols,
  namedOf,
} from "../../language/references/declared.js";
import { harmlessLine } from "../../markdown/index.js";

/** The outline: declarations, and in them what has a name. */
export class DiagSymbolProvider implements DocumentSymbolProvider {
  getSymbols(document: LangiumDocument): DocumentSymbol[] {
    return namedOf((document.parseResult.value as DiagFile).declarations).map(symbolOf);
  }
}

function symbolOf(declaration: Declaration): DocumentSymbol {
  const base = {
    name: declaration.name,
    kind: kindOfSymbol(declaration),
    range: rangeOf(declaration),
    selectionRange: rangeOf(declaration, "name"),
  };
  if (isDiagramDeclaration(declaration)) {
    const marks = declaration.markers.length > 0 ? `${declaration.markers.join(" ")} ` : "";
    return { ...base, detail: `${marks}diagram`, children: childrenOfDiagram(declaration) };
  }
  if (isLandscapeDeclaration(declaration)) {
    const loss = declaration.statements.find(isLossStatement);
    return {
      ...base,
      detail: "landscape",
      children: [
        ...landscapeSymbols(declaration)
          .filter(({ name }) => name)
          .map((one) =>
            child(one.name, symbolKinds(one), symbolDetail(one), rangeOf(one), rangeOf(one, "name")),
          ),
        ...(loss
          ? [child("loss", SymbolKind.Function, excerpt(loss.value?.$cstNode?.text), rangeOf(loss))]
          : []),
      ],
    };
  }
  return { ...base, detail: detailOfVerify(declaration) };
}

function childrenOfDiagram(declaration: DiagramDeclaration): DocumentSymbol[] {
  const nodes = [...firstMentions(declaration)].map(([name, mention]) =>
    child(name, SymbolKind.Variable, "node", rangeOf(mention)),
  );
  const parts = declaration.statements.filter(isPartStatement).map((part) => {
    const members = part.nodes.map(({ node }) => node?.$refText).join(", ");
    const name = part.name ?? `{${members}}`;
    const place = part.name ? rangeOf(part, "name") : rangeOf(part);
    return child(name, SymbolKind.Namespace, part.name ? `part {${members}}` : "part", rangeOf(part), place);
  });
  return [...nodes, ...parts];
}

function child(
  name: string,
  kind: SymbolKind,
  detail: string,
  range: Range,
  selectionRange: Range = range,
): DocumentSymbol {
  return { name, kind, detail, range, selectionRange };
}

function symbolKinds(symbol: DeclaredSymbol): SymbolKind {
  if (isWeight(symbol)) {
    return SymbolKind.Variable;
  }
  return isParam(symbol) || isLet(symbol) ? SymbolKind.Constant : SymbolKind.Field;
}

function symbolDetail(symbol: DeclaredSymbol): string {
  if (isWeight(symbol)) {
    const { isHyper, start, interval } = symbol;
    return `${isHyper ? "hyper weight" : "weight"} = ${excerpt(
      [start, interval]
        .map((one) => one?.$cstNode?.text ?? "")
        .join(" ")
        .trim(),
    )}`;
  }
  if (isParam(symbol)) {
    return `param = ${excerpt(symbol.value?.$cstNode?.text)}`;
  }
  if (isLet(symbol)) {
    return `let = ${excerpt(symbol.value?.$cstNode?.text)}`;
  }
  return "distribution" in symbol
    ? `data ~ ${excerpt(symbol.distribution?.$cstNode?.text)}`
    : "data from a file";
}

function detailOfVerify(declaration: VerifyDeclaration): string {
  const landscape = declaration.statements.find(isLandscapeChoice)?.landscape?.$refText;
  return landscape ? `verify on ${landscape}` : "verify";
}

/** The beginning of an expression as it is written, comments and all, which some editors show as Markdown. */
function excerpt(text: string | undefined): string {
  const flat = (text ?? "").replace(/\s+/g, " ");
  return harmlessLine(flat.length > 60 ? `${flat.slice(0, 57)}…` : flat);
}

function kindOfSymbol(declaration: Declaration): SymbolKind {
  return isDiagramDeclaration(declaration)
    ? SymbolKind.Class
    : isVerifyDeclaration(declaration)
      ? SymbolKind.Event
      : SymbolKind.Module;
}

/** Answers are cut at so many, which nobody reads through. */
const mostSymbols = 1000;

/** Declarations of all files by name. */
export class DiagWorkspaceSymbolProvider implements WorkspaceSymbolProvider {
  constructor(private readonly shared: LangiumSharedServices) {}

  getSymbols({ query }: WorkspaceSymbolParams, token?: CancellationToken): WorkspaceSymbol[] {
    const found: WorkspaceSymbol[] = [];
    for (const document of this.shared.workspace.LangiumDocuments.all) {
      for (const declaration of (document.parseResult.value as DiagFile).declarations ?? []) {
        if (found.length >= mostSymbols || token?.isCancellationRequested) {
          return found;
        }
        if (declaration.name && this.shared.lsp.FuzzyMatcher.match(query, declaration.name)) {
          const place = GrammarUtils.findNodeForProperty(declaration.$cstNode, "name");
          found.push({
            name: declaration.name,
            kind: kindOfSymbol(declaration),
            containerName: document.uri.path.split("/").at(-1) ?? "",
            location: { uri: document.uri.toString(), range: place?.range ?? rangeOf(declaration) },
          });
        }
      }
    }
    return found;
  }
}
