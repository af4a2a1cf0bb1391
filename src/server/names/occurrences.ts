import {
  type AstNode,
  AstUtils,
  type CstNode,
  CstUtils,
  GrammarUtils,
  type LangiumDocument,
  type LeafCstNode,
  type Reference,
} from "langium";
import {
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  isColumn,
  isDiagramDeclaration,
  isDiagramMention,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isLet,
  isMetricChoice,
  isMetricEntry,
  isNodeMention,
  isObservableChoice,
  isObserveChoice,
  isParam,
  isPartStatement,
  isPredictChoice,
  isSymbolReference,
  isVariable,
  isVerifyDeclaration,
  isWeight,
  isWithChoice,
  type LandscapeDeclaration,
  type ObservableChoice,
  type PartStatement,
} from "../../language/generated/ast.js";
import type { Range } from "../../language/problem.js";
import { type DeclaredSymbol, firstMentions, nodeMentions } from "../../language/references/declared.js";
import type { DiagLspServices } from "../services.js";
import { importedUris } from "../workspace/import-index.js";

/** Something with a name that an author gave. */
export type Named =
  | { readonly kind: "declaration"; readonly node: Declaration; readonly name: string }
  | {
      readonly kind: "symbol";
      readonly node: DeclaredSymbol;
      readonly landscape: LandscapeDeclaration;
      readonly name: string;
    }
  | { readonly kind: "node"; readonly diagram: DiagramDeclaration; readonly name: string }
  | {
      readonly kind: "part";
      readonly node: PartStatement;
      readonly diagram: DiagramDeclaration;
      readonly name: string;
    };

export interface Occurrence {
  readonly document: LangiumDocument<DiagFile>;
  readonly range: Range;
  readonly declares: boolean;
}

/** The leaf of a name at an offset, or directly before it. */
export function nameLeafAt(document: LangiumDocument, offset: number): LeafCstNode | undefined {
  const root = document.parseResult.value.$cstNode;
  if (!root) {
    return undefined;
  }
  const isWord = (leaf: LeafCstNode | undefined): leaf is LeafCstNode =>
    leaf !== undefined && !leaf.hidden && /^[\p{ID_Start}_]/u.test(leaf.text);
  const here = CstUtils.findLeafNodeAtOffset(root, offset);
  if (isWord(here)) {
    return here;
  }
  const before = offset > 0 ? CstUtils.findLeafNodeAtOffset(root, offset - 1) : undefined;
  return isWord(before) ? before : undefined;
}

/** What is named at an offset, and the place of the name there. */
export function namedAt(
  document: LangiumDocument,
  offset: number,
): { named: Named; range: Range } | undefined {
  const leaf = nameLeafAt(document, offset);
  const named = leaf && namedBy(leaf);
  return named && { named, range: leaf.range };
}

function namedBy(leaf: LeafCstNode): Named | undefined {
  const node = leaf.astNode;
  if (isNodeMention(node)) {
    const diagram = AstUtils.getContainerOfType(node, isDiagramDeclaration);
    return diagram && { kind: "node", diagram, name: node.node.$refText };
  }
  if (isSymbolReference(node)) {
    return symbol(node.symbol.ref);
  }
  if (isLandscapeChoice(node) && holds(node, "landscape", leaf)) {
    return declaration(node.landscape.ref);
  }
  if (isDiagramMention(node)) {
    return declaration(node.diagram.ref);
  }
  if (isWithChoice(node) && holds(node, "parameter", leaf)) {
    return symbol(node.parameter.ref);
  }
  if (isMetricEntry(node) && holds(node, "weight", leaf)) {
    return symbol(node.weight.ref);
  }
  if (isObservableChoice(node)) {
    const reference = node.weights.find(({ $refNode }) => $refNode?.offset === leaf.offset);
    return symbol(reference?.ref);
  }
  if (!holds(node, "name", leaf)) {
    return undefined;
  }
  if (isPartStatement(node)) {
    return { kind: "part", node, diagram: node.$container, name: node.name! };
  }
  if (isDiagramDeclaration(node) || isLandscapeDeclaration(node) || isVerifyDeclaration(node)) {
    return declaration(node);
  }
  const isSymbol = isWeight(node) || isParam(node) || isLet(node) || isVariable(node) || isColumn(node);
  return isSymbol ? symbol(node) : undefined;
}

function holds(node: AstNode, property: string, leaf: CstNode): boolean {
  const place = GrammarUtils.findNodeForProperty(node.$cstNode, property);
  return place !== undefined && place.offset <= leaf.offset && place.end >= leaf.end;
}

function declaration(node: Declaration | undefined): Named | undefined {
  return node && { kind: "declaration", node, name: node.name };
}

function symbol(node: DeclaredSymbol | undefined): Named | undefined {
  const landscape = node && AstUtils.getContainerOfType(node, isLandscapeDeclaration);
  return landscape && { kind: "symbol", node, landscape, name: node.name };
}

/** The document in which something is declared. */
export function documentOf(named: Named): LangiumDocument<DiagFile> {
  return AstUtils.getDocument(named.kind === "node" ? named.diagram : named.node);
}

/** Where its name is declared; a node's first mention declares it. */
export function declaringRange(named: Named): Range | undefined {
  if (named.kind === "node") {
    return firstMentions(named.diagram).get(named.name)?.$cstNode?.range;
  }
  return GrammarUtils.findNodeForProperty(named.node.$cstNode, "name")?.range;
}

/** Every place where it is named, in the documents that can see it. */
export function occurrencesOf(named: Named, services: DiagLspServices): Occurrence[] {
  const own = documentOf(named);
  const found: Occurrence[] = [];
  const declared = declaringRange(named);
  const add = (document: LangiumDocument<DiagFile>, range: Range | undefined): void => {
    if (range) {
      found.push({ document, range, declares: document === own && range === declared });
    }
  };
  if (named.kind !== "node") {
    add(own, declared);
  }
  if (named.kind === "node") {
    for (const mention of nodeMentions(named.diagram)) {
      if (mention.node?.$refText === named.name) {
        add(own, mention.$cstNode?.range);
      }
    }
    return found.map((one, index) => ({ ...one, declares: index === 0 }));
  }
  if (named.kind === "symbol") {
    for (const node of AstUtils.streamAst(named.landscape)) {
      if (isSymbolReference(node) && node.symbol.$refText === named.name && node.symbol.ref === named.node) {
        add(own, node.$cstNode?.range);
      }
    }
  }
  if (named.kind === "declaration" || named.kind === "symbol") {
    for (const document of documentsSeeing(own, services)) {
      for (const range of mentionsIn(document, named)) {
        add(document, range);
      }
    }
  }
  return found;
}

/** A declaration's own document and those that import it. */
export function documentsSeeing(
  own: LangiumDocument<DiagFile>,
  services: DiagLspServices,
): LangiumDocument<DiagFile>[] {
  const uri = own.uri.toString();
  return services.shared.workspace.LangiumDocuments.all
    .filter((document) => document === own || importedUris(document).has(uri))
    .toArray() as LangiumDocument<DiagFile>[];
}

function* mentionsIn(document: LangiumDocument<DiagFile>, named: Named): Generator<Range | undefined> {
  for (const verify of document.parseResult.value.declarations) {
    if (!isVerifyDeclaration(verify)) {
      continue;
    }
    for (const statement of verify.statements) {
      if (isLandscapeChoice(statement)) {
        if (named.kind === "declaration" && refersTo(statement.landscape, named)) {
          yield statement.landscape.$refNode?.range;
        }
      } else if (isPredictChoice(statement)) {
        for (const { diagram } of statement.diagrams) {
          if (named.kind === "declaration" && refersTo(diagram, named)) {
            yield diagram.$refNode?.range;
          }
        }
      } else if (isWithChoice(statement) && named.kind === "symbol") {
        if (refersTo(statement.parameter, named)) {
          yield statement.parameter.$refNode?.range;
        }
      } else if (isMetricChoice(statement) && named.kind === "symbol") {
        for (const { weight } of statement.entries) {
          if (refersTo(weight, named)) {
            yield weight.$refNode?.range;
          }
        }
      } else if (isObserveChoice(statement) && named.kind === "symbol") {
        for (const reference of statement.observables.flatMap(namesObserved)) {
          if (refersTo(reference, named)) {
            yield reference.$refNode?.range;
          }
        }
      }
    }
  }
}

/** What an observable names of its landscape. */
function namesObserved(observable: ObservableChoice): readonly Reference<DeclaredSymbol>[] {
  const inValue =
    observable.value === undefined
      ? []
      : AstUtils.streamAst(observable.value)
          .filter(isSymbolReference)
          .map(({ symbol: reference }) => reference)
          .toArray();
  return [...observable.weights, ...inValue];
}

/** The text is compared first, so that only names that may be meant are resolved. */
function refersTo(
  reference: { readonly $refText: string; readonly ref?: AstNode | undefined } | undefined,
  named: Exclude<Named, { kind: "node" }>,
): boolean {
  return reference?.$refText === named.name && reference.ref === named.node;
}
