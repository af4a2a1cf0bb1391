import { type AstNode, AstUtils, type LangiumDocument, type LangiumSharedCoreServices } from "langium";
import {
  type Column,
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  type Import,
  isDataStatement,
  isEdgeStatement,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isLet,
  isObservableChoice,
  isParam,
  isVerifyDeclaration,
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

/**
 * The landscape whose names stand in an expression: the one that it belongs to, or, of a function of the weights that a verify
 * observes, the one that the verify names.
 */
export function landscapeAround(node: AstNode): LandscapeDeclaration | undefined {
  const own = AstUtils.getContainerOfType(node, isLandscapeDeclaration);
  return own || !AstUtils.getContainerOfType(node, isObservableChoice) ? own : landscapeOfVerify(node);
}

/** The landscape that the verify around a node names. */
export function landscapeOfVerify(node: AstNode): LandscapeDeclaration | undefined {
  const verify = AstUtils.getContainerOfType(node, isVerifyDeclaration);
  return verify?.statements.find(isLandscapeChoice)?.landscape?.ref;
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

/** What a file declares itself. */
export interface OwnDeclarations {
  /** Every declaration that has a name; of several of one name the first. */
  readonly byName: ReadonlyMap<string, Declaration>;
  /** Whether a name is declared more than once. */
  readonly hasDuplicates: boolean;
  /** The same object as long as the names and what each of them names do not change. */
  readonly names: object;
}

interface KeptDeclarations extends OwnDeclarations {
  readonly declarations: readonly Declaration[];
  readonly byName: Map<string, Declaration>;
}

/** Declarations a file sees: its own, then those of the files it imports, not of what these import. */
export class DeclarationFinder {
  private readonly kept = new WeakMap<LangiumDocument, KeptDeclarations>();

  constructor(private readonly services: LangiumSharedCoreServices) {}

  /** What a file declares, which is kept as far as an edit leaves it. */
  own(file: DiagFile): OwnDeclarations {
    const document = file.$document;
    // Who still has a tree of an earlier text must not have what is kept.
    if (document?.parseResult.value !== file) {
      return ownDeclarations(file.declarations);
    }
    const known = this.kept.get(document);
    const found = (known && renewed(known, file.declarations)) ?? ownDeclarations(file.declarations);
    if (found !== known) {
      this.kept.set(document, found);
    }
    return found;
  }

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

  /** Every visible declaration by name; a file's own come before imported ones. It is for use at once. */
  visible(file: DiagFile): ReadonlyMap<string, Declaration> {
    const own = this.own(file).byName;
    const imported = this.importedFiles(file);
    if (imported.length === 0) {
      return own;
    }
    const found = new Map(own);
    for (const document of imported) {
      for (const [name, declaration] of this.own(document.parseResult.value).byName) {
        if (!found.has(name)) {
          found.set(name, declaration);
        }
      }
    }
    return found;
  }

  /** Objects that stay the same as long as the visible names, and what each of them names, do not change. */
  visibleNames(file: DiagFile): object[] {
    return [
      this.own(file).names,
      ...this.importedFiles(file).map((document) => this.own(document.parseResult.value).names),
    ];
  }
}

function ownDeclarations(declarations: readonly Declaration[]): KeptDeclarations {
  const named = namedOf(declarations);
  const found = byName(named);
  return { declarations, byName: found, hasDuplicates: found.size < named.length, names: {} };
}

/** What was known, of declarations that an edit has put in the places of others of the same names. */
function renewed(
  known: KeptDeclarations,
  declarations: readonly Declaration[],
): KeptDeclarations | undefined {
  const { declarations: old } = known;
  if (old === declarations) {
    return known;
  }
  if (old.length !== declarations.length) {
    return undefined;
  }
  const changed: number[] = [];
  for (let index = 0; index < old.length; index++) {
    const before = old[index]!;
    const after = declarations[index]!;
    if (before === after) {
      continue;
    }
    if (before.name !== after.name || before.$type !== after.$type) {
      return undefined;
    }
    changed.push(index);
  }
  for (const index of changed) {
    const { name } = old[index]!;
    if (known.byName.get(name) === old[index]) {
      known.byName.set(name, declarations[index]!);
    }
  }
  return { ...known, declarations };
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
