import { type AstNode, AstUtils, type LangiumDocument, type LangiumSharedCoreServices } from "langium";
import {
  type Column,
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  type Import,
  isDataStatement,
  isEdgeStatement,
  isLet,
  isParam,
  isWeight,
  isWeightsStatement,
  type LandscapeDeclaration,
  type Let,
  type NodeMention,
  type Param,
  type Variable,
  type Weight,
} from "../generated/ast.js";
import { uriBeside } from "../paths.js";

/** All mentions of nodes of a diagram, in the order of the text. */
export function nodeMentions(diagram: DiagramDeclaration): NodeMention[] {
  return diagram.statements.flatMap((statement) =>
    isEdgeStatement(statement) ? statement.groups.flatMap((group) => group.nodes) : statement.nodes,
  );
}

/** The mention that declares each node: its first. */
export function firstMentions(diagram: DiagramDeclaration): Map<string, NodeMention> {
  const first = new Map<string, NodeMention>();
  for (const mention of nodeMentions(diagram)) {
    const name = mention.node?.$refText;
    if (name && !first.has(name)) {
      first.set(name, mention);
    }
  }
  return first;
}

/**
 * Those that have a name. In broken text the parser makes declarations without one, though their type says otherwise:
 * every list of what may be named goes through here.
 */
export function namedOf<T extends { readonly name: string }>(nodes: readonly T[]): T[] {
  return nodes.filter(({ name }: { readonly name?: string }) => name !== undefined && name !== "");
}

export type DeclaredSymbol = Weight | Param | Let | Variable | Column;

/** What a landscape declares that expressions may name, in the order of the text. */
export function landscapeSymbols(landscape: LandscapeDeclaration): DeclaredSymbol[] {
  const declared = landscape.statements.flatMap((statement): DeclaredSymbol[] => {
    if (isWeightsStatement(statement)) {
      return statement.weights;
    }
    if (isDataStatement(statement)) {
      return [...statement.variables, ...statement.columns];
    }
    return isParam(statement) || isLet(statement) ? [statement] : [];
  });
  return namedOf(declared);
}

/** The names of a landscape's weights, each once, in the order of the text. */
export function weightNames(landscape: LandscapeDeclaration): string[] {
  return [...byName(landscapeSymbols(landscape).filter(isWeight)).keys()];
}

/** By name; of several of one name the first. */
export function byName<T extends AstNode & { name: string }>(nodes: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const node of namedOf(nodes)) {
    if (!found.has(node.name)) {
      found.set(node.name, node);
    }
  }
  return found;
}

/** Declarations a file sees: its own, then those of the files it imports, not of what these import. */
export class DeclarationFinder {
  constructor(private readonly services: LangiumSharedCoreServices) {}

  /** The imported document, when the workspace has it. */
  imported(statement: Import): LangiumDocument<DiagFile> | undefined {
    if (!statement.path) {
      return undefined;
    }
    const uri = uriBeside(AstUtils.getDocument(statement).uri, statement.path);
    return this.services.workspace.LangiumDocuments.getDocument(uri) as LangiumDocument<DiagFile> | undefined;
  }

  /** The documents a file imports, each once, itself not among them. */
  importedFiles(file: DiagFile): LangiumDocument<DiagFile>[] {
    const documents = new Set<LangiumDocument<DiagFile>>();
    for (const statement of file.imports) {
      const document = this.imported(statement);
      if (document && document.parseResult.value !== file) {
        documents.add(document);
      }
    }
    return [...documents];
  }

  /** Every visible declaration by name; a file's own come before imported ones. */
  visible(file: DiagFile): Map<string, Declaration> {
    return byName([
      ...file.declarations,
      ...this.importedFiles(file).flatMap((document) => document.parseResult.value.declarations),
    ]);
  }
}

/**
 * The last imports and declarations of a file that begin before a place, the last one first. Found by halves: this is
 * asked after every key, and files are long.
 */
export function lastOnesBefore(
  { imports, declarations }: DiagFile,
  offset: number,
  most: number,
): (Import | Declaration)[] {
  const of = <Node extends Import | Declaration>(nodes: readonly Node[]): Node[] => {
    let [low, high] = [0, nodes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (startOf(nodes[middle]!) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return nodes.slice(Math.max(0, low - most), low);
  };
  const found = [...of(imports), ...of(declarations)];
  return found.length > 1 ? found.sort((one, other) => startOf(other) - startOf(one)).slice(0, most) : found;
}

function startOf({ $cstNode }: Import | Declaration): number {
  return $cstNode?.offset ?? 0;
}
