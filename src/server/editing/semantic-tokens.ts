import { type AstNode, AstUtils } from "langium";
import { AbstractSemanticTokenProvider, type LangiumServices, type SemanticTokenAcceptor } from "langium/lsp";
import { SemanticTokenModifiers, SemanticTokenTypes } from "vscode-languageserver";
import {
  type DiagramDeclaration,
  isCall,
  isColumn,
  isCountChoice,
  isDiagramDeclaration,
  isDiagramMention,
  isDistribution,
  isEdgeStatement,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isLet,
  isMeasureChoice,
  isMetricChoice,
  isMetricEntry,
  isNamedArgument,
  isNodeMention,
  isObservableChoice,
  isParam,
  isPartStatement,
  isPredictChoice,
  isReader,
  isSpaceTimeArgument,
  isSpaceTimeChoice,
  isSumChoice,
  isSymbolReference,
  isVariable,
  isVerifyDeclaration,
  isWeight,
  isWithChoice,
} from "../../language/generated/ast.js";
import { type DeclaredSymbol, firstMentions, nodeMentions } from "../../language/references/declared.js";
import { constantNamed } from "../../language/semantics/constant.js";
import { namesOfOperands, namesTakingOperands } from "../../observables/index.js";

const { declaration, readonly, defaultLibrary } = SemanticTokenModifiers;

/** What names are, where their look in the text does not say it. */
export class DiagSemanticTokenProvider extends AbstractSemanticTokenProvider {
  private roots = new WeakMap<
    DiagramDeclaration,
    { root: string | undefined; first: ReadonlySet<AstNode> }
  >();

  /** Ends when those that were asked for before have been found. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(services: LangiumServices) {
    super(services);
    services.shared.workspace.DocumentBuilder.onUpdate(() => {
      this.roots = new WeakMap();
    });
  }

  override semanticHighlight(...given: Parameters<AbstractSemanticTokenProvider["semanticHighlight"]>) {
    return this.inTurn(() => super.semanticHighlight(...given));
  }

  override semanticHighlightRange(
    ...given: Parameters<AbstractSemanticTokenProvider["semanticHighlightRange"]>
  ) {
    return this.inTurn(() => super.semanticHighlightRange(...given));
  }

  override semanticHighlightDelta(
    ...given: Parameters<AbstractSemanticTokenProvider["semanticHighlightDelta"]>
  ) {
    return this.inTurn(() => super.semanticHighlightDelta(...given));
  }

  /** Langium keeps in the provider what it is at, and pauses: two at once would write into each other's tokens. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  protected override highlightElement(node: AstNode, acceptor: SemanticTokenAcceptor): void {
    const accept = (property: string, type: string, modifier: string[] = [], index?: number): void =>
      acceptor({ node, property, type, modifier, ...(index === undefined ? {} : { index }) } as never);
    if (isNodeMention(node)) {
      this.highlightMention(node, accept);
    } else if (isDiagramDeclaration(node)) {
      node.markers.forEach((_, index) => {
        accept("markers", SemanticTokenTypes.modifier, [], index);
      });
      accept("name", SemanticTokenTypes.class, [declaration]);
    } else if (isLandscapeDeclaration(node)) {
      accept("name", SemanticTokenTypes.namespace, [declaration]);
    } else if (isVerifyDeclaration(node)) {
      accept("name", SemanticTokenTypes.event, [declaration]);
    } else if (isPartStatement(node)) {
      accept("name", SemanticTokenTypes.type, [declaration]);
    } else if (isWeight(node) || isParam(node) || isLet(node) || isVariable(node) || isColumn(node)) {
      if (isWeight(node) && node.isHyper) {
        accept("isHyper", SemanticTokenTypes.modifier);
      }
      accept("name", ...lookOf(node, declaration));
    } else if (isSymbolReference(node)) {
      const symbol = node.symbol.ref;
      if (symbol) {
        accept("symbol", ...lookOf(symbol));
      } else if (constantNamed(node.symbol.$refText) !== undefined) {
        accept("symbol", SemanticTokenTypes.variable, [readonly, defaultLibrary]);
      } else if (AstUtils.getContainerOfType(node, isSpaceTimeArgument)) {
        accept("symbol", SemanticTokenTypes.enumMember);
      }
    } else if (isCall(node)) {
      accept("name", SemanticTokenTypes.function, [defaultLibrary]);
    } else if (isReader(node)) {
      accept("format", SemanticTokenTypes.function, [defaultLibrary]);
    } else if (isNamedArgument(node)) {
      accept("name", SemanticTokenTypes.parameter);
    } else if (isDistribution(node)) {
      accept("family", SemanticTokenTypes.function, [defaultLibrary]);
    } else if (isLandscapeChoice(node)) {
      accept("landscape", SemanticTokenTypes.namespace);
    } else if (isDiagramMention(node)) {
      accept("diagram", SemanticTokenTypes.class);
    } else if (isObservableChoice(node)) {
      // A name of the author's looks like a result, as a root does.
      if (node.value) {
        accept("name", SemanticTokenTypes.property, [declaration]);
      } else {
        accept("name", SemanticTokenTypes.enumMember, [defaultLibrary]);
      }
      node.weights.forEach(({ $refText, ref }, index) => {
        if (
          namesTakingOperands().includes(node.name) &&
          namesOfOperands().includes($refText) &&
          ref === undefined
        ) {
          accept("weights", SemanticTokenTypes.enumMember, [defaultLibrary], index);
        } else {
          accept("weights", SemanticTokenTypes.variable, [], index);
        }
      });
    } else if (isSpaceTimeChoice(node) || isCountChoice(node) || (isPredictChoice(node) && node.kind)) {
      accept("kind", SemanticTokenTypes.keyword);
    } else if (isSpaceTimeArgument(node)) {
      accept("name", SemanticTokenTypes.parameter);
    } else if (isWithChoice(node)) {
      accept("parameter", SemanticTokenTypes.variable, [readonly]);
    } else if (isMetricChoice(node) && node.form !== undefined) {
      accept("form", SemanticTokenTypes.function, [defaultLibrary]);
    } else if (isMetricEntry(node)) {
      accept("weight", SemanticTokenTypes.variable);
    } else if (isSumChoice(node) || isMeasureChoice(node)) {
      accept("mode", SemanticTokenTypes.enumMember);
    }
  }

  private highlightMention(
    node: AstNode & { readonly node: { readonly $refText: string } },
    accept: (property: string, type: string, modifier: string[]) => void,
  ): void {
    const diagram = AstUtils.getContainerOfType(node, isDiagramDeclaration);
    if (!diagram) {
      return;
    }
    let known = this.roots.get(diagram);
    if (!known) {
      known = { root: rootOf(diagram), first: new Set<AstNode>(firstMentions(diagram).values()) };
      this.roots.set(diagram, known);
    }
    const modifiers = known.first.has(node) ? [declaration] : [];
    // The root is where the measurement is made: it looks like a result, not like a point.
    const isRoot = node.node.$refText === known.root;
    accept("node", isRoot ? SemanticTokenTypes.property : SemanticTokenTypes.variable, modifiers);
  }
}

/** A symbol's type and modifiers: weights vary, data are given, params and lets are set. */
function lookOf(symbol: DeclaredSymbol, ...more: string[]): [string, string[]] {
  if (isWeight(symbol)) {
    return [SemanticTokenTypes.variable, more];
  }
  return isParam(symbol) || isLet(symbol)
    ? [SemanticTokenTypes.variable, [...more, readonly]]
    : [SemanticTokenTypes.parameter, more];
}

/** The node without an outgoing edge, when there is exactly one. */
export function rootOf(diagram: DiagramDeclaration): string | undefined {
  const leaving = new Set<string>();
  for (const statement of diagram.statements.filter(isEdgeStatement)) {
    for (const group of statement.groups.slice(0, -1)) {
      for (const { node } of group.nodes) {
        leaving.add(node.$refText);
      }
    }
  }
  const ends = new Set(
    nodeMentions(diagram)
      .map(({ node }) => node.$refText)
      .filter((name) => !leaving.has(name)),
  );
  return ends.size === 1 ? [...ends][0] : undefined;
}
