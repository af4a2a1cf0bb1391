import {
  type AstNode,
  AstUtils,
  CstUtils,
  GrammarUtils,
  type LangiumDocument,
  type LeafCstNode,
} from "langium";
import type { HoverProvider } from "langium/lsp";
import type { CancellationToken, Hover, HoverParams, Range } from "vscode-languageserver";
import { isWritten } from "../../evaluate/any-landscape.js";
import {
  type Declaration,
  type DiagramDeclaration,
  type DiagramMention,
  type EdgeStatement,
  isCall,
  isColumn,
  isDiagramDeclaration,
  isDiagramMention,
  isDistribution,
  isEdgeStatement,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isLet,
  isLossStatement,
  isMetricChoice,
  isMetricEntry,
  isNamedArgument,
  isNodeMention,
  isObservableChoice,
  isParam,
  isPartStatement,
  isPredictChoice,
  isReader,
  isShortForm,
  isSpaceTimeArgument,
  isSpaceTimeChoice,
  isSymbolReference,
  isVariable,
  isVerifyDeclaration,
  isWeight,
  isWithChoice,
  type LandscapeDeclaration,
  type Param,
  type VerifyDeclaration,
} from "../../language/generated/ast.js";
import { ProblemList } from "../../language/problem.js";
import type { DeclaredSymbol } from "../../language/references/declared.js";
import { numberOf } from "../../language/semantics/constant.js";
import { constantValue } from "../../language/semantics/expression.js";
import { writtenLoss } from "../../language/semantics/landscape.js";
import { checkSpaceTime, isChoice } from "../../language/semantics/space-time.js";
import { DeclaredExpressions } from "../../language/semantics/tensors/declared.js";
import { isOfTensors, normalStart } from "../../language/semantics/tensors/kind.js";
import { namesOfOperands } from "../../observables/index.js";
import type { DiagLspServices } from "../services.js";
import { type HoverBlock, renderHover, text } from "./content.js";
import { arrowHover, diagramHover, nodeHover, partHover } from "./diagram-hover.js";
import { constantHover, functionHover, functionOfWeightsHover, wordHover } from "./keyword-hover.js";
import {
  type Asking,
  datumHover,
  landscapeHover,
  letHover,
  lossHover,
  paramHover,
  weightHover,
} from "./landscape-hover.js";
import {
  tensorLandscapeHover,
  tensorLossHover,
  tensorNameHover,
  tensorSourceHover,
  tensorStartHover,
} from "./tensor-hover.js";
import { metricHover, predictionBlocks, spaceTimeHover, verifyHover } from "./verify-hover.js";

/** Says what stands under the mouse: what a diagram is worth, what a name means, what is predicted. */
export class DiagHoverProvider implements HoverProvider {
  constructor(private readonly services: DiagLspServices) {}

  async getHoverContent(
    document: LangiumDocument,
    params: HoverParams,
    token?: CancellationToken,
  ): Promise<Hover | undefined> {
    const said = await this.blocksAt(document, document.textDocument.offsetAt(params.position), token);
    if (!said) {
      return undefined;
    }
    const { blocks, range } = said;
    const { Preferences, Typesetter } = this.services.editor;
    const preferences = await Preferences.hover();
    return {
      contents: {
        kind: preferences.markdown ? "markdown" : "plaintext",
        value: await renderHover(blocks, preferences, Typesetter),
      },
      range,
    };
  }

  /**
   * What is to be said about a place, however it is shown, and the range of the word it is said about. The document is
   * read before this returns: what is waited for after that are evaluations only.
   */
  async blocksAt(
    document: LangiumDocument,
    offset: number,
    token?: CancellationToken,
  ): Promise<{ readonly blocks: readonly HoverBlock[]; readonly range: Range } | undefined> {
    const leaf = leafAt(document, offset);
    if (!leaf) {
      return undefined;
    }
    const { range } = leaf;
    const blocks = await this.blocksOf(leaf, { document: document.uri.toString(), token });
    return blocks.length > 0 ? { blocks, range } : undefined;
  }

  private async blocksOf(leaf: LeafCstNode, asking: Asking): Promise<HoverBlock[]> {
    const node = leaf.astNode;
    const declaration = enclosingDeclaration(node);
    if (isDiagramMention(node)) {
      return this.predictedDiagram(node, declaration) ?? this.ofDeclaration(node.diagram.ref, asking);
    }
    if (isLandscapeChoice(node)) {
      return this.ofDeclaration(node.landscape?.ref, asking);
    }
    if (declaration === undefined) {
      return wordHover(leaf.text);
    }
    if (isDiagramDeclaration(declaration)) {
      return this.inDiagram(leaf, node, declaration);
    }
    return isLandscapeDeclaration(declaration)
      ? this.inLandscape(leaf, node, declaration, asking)
      : this.inVerify(leaf, node, declaration, asking);
  }

  /** A diagram named in a prediction, read in its space-time, where that is sound. */
  private predictedDiagram(
    { diagram }: DiagramMention,
    verify: Declaration | undefined,
  ): HoverBlock[] | undefined {
    const checker = this.services.validation.DeclarationChecker;
    const predicted = isVerifyDeclaration(verify) ? checker.verify(verify).value : undefined;
    const named = diagram.ref && checker.diagram(diagram.ref).value;
    return predicted && named && diagramHover(named, this.services.editor.DiagramFacts, predicted);
  }

  private ofDeclaration(
    declaration: Declaration | undefined,
    asking: Asking,
  ): Promise<HoverBlock[]> | HoverBlock[] {
    if (declaration === undefined) {
      return [];
    }
    const checker = this.services.validation.DeclarationChecker;
    const { DiagramFacts, EvaluationService, RunStore } = this.services.editor;
    const uri = AstUtils.getDocument(declaration).uri.toString();
    if (isDiagramDeclaration(declaration)) {
      const { value } = checker.diagram(declaration);
      return value ? diagramHover(value, DiagramFacts) : [];
    }
    const documentation = this.services.documentation.DocumentationProvider.getDocumentation(declaration);
    if (isLandscapeDeclaration(declaration)) {
      const { value, isUnread, tensors } = checker.landscape(declaration);
      if (tensors !== undefined) {
        const unwritten = value && !isWritten(value) ? value.unwritten : undefined;
        return tensorLandscapeHover(tensors, new DeclaredExpressions(declaration), documentation, unwritten);
      }
      return value && isWritten(value)
        ? landscapeHover(value, writtenLoss(declaration), documentation, EvaluationService, uri, asking)
        : isUnread
          ? [text("Its data are still being read.")]
          : [];
    }
    const { value, isUnread } = checker.verify(declaration);
    return value
      ? verifyHover(value, documentation, EvaluationService, RunStore, uri, asking)
      : isUnread
        ? [text("The data of its landscape are still being read.")]
        : [];
  }

  private inDiagram(leaf: LeafCstNode, node: AstNode, declaration: DiagramDeclaration): HoverBlock[] {
    if (
      node === declaration &&
      declaration.markers.includes(leaf.text as never) &&
      leaf.text !== declaration.name
    ) {
      return wordHover(leaf.text);
    }
    const named = this.services.validation.DeclarationChecker.diagram(declaration).value;
    const { DiagramFacts } = this.services.editor;
    if (named === undefined) {
      return leaf.text === "part" || leaf.text === "diagram" ? wordHover(leaf.text) : [];
    }
    const numberOfNode = (name: string) => named.nodeNames.indexOf(name);
    if (isNodeMention(node)) {
      return nodeHover(named, numberOfNode(node.node.$refText));
    }
    if (isEdgeStatement(node) && leaf.text === "->") {
      const [children, parents] = groupsAround(node, leaf);
      const numbers = children.map(numberOfNode);
      return parents.length === 0 ? [] : arrowHover(named, numbers, numberOfNode(parents[0]!), DiagramFacts);
    }
    if (isPartStatement(node)) {
      const member = numberOfNode(node.nodes[0]?.node.$refText ?? "");
      return member < 0 ? [] : partHover(named, named.diagram.parts[member]!, DiagramFacts);
    }
    return isEdgeStatement(node) || isShortForm(node) || node === declaration
      ? diagramHover(named, DiagramFacts)
      : [];
  }

  private async inLandscape(
    leaf: LeafCstNode,
    node: AstNode,
    declaration: LandscapeDeclaration,
    asking: Asking,
  ): Promise<HoverBlock[]> {
    if (node === declaration) {
      return this.ofDeclaration(declaration, asking);
    }
    if (isSymbolReference(node)) {
      const symbol = node.symbol.ref;
      return symbol ? this.symbol(symbol) : constantHover(leaf.text);
    }
    if (isCall(node) && leaf.text === node.name) {
      return node.name === normalStart
        ? wordHover(node.name)
        : functionHover(node.name, isOfTensors(declaration));
    }
    if (isNamedArgument(node) && leaf.text === node.name) {
      return isCall(node.$container) ? functionHover(node.$container.name, true) : [];
    }
    const declares = isWeight(node) || isVariable(node) || isColumn(node) || isParam(node) || isLet(node);
    if (declares && isName(leaf, node)) {
      return this.symbol(node);
    }
    if (isWeight(node) && leaf.text === "hyper") {
      return wordHover(leaf.text);
    }
    if (isWeight(node) || isVariable(node) || isColumn(node)) {
      return [];
    }
    if (isReader(node) && leaf.text !== node.format) {
      return [];
    }
    const words = wordHover(leaf.text);
    if (isLossStatement(node) && isOfTensors(declaration)) {
      return [...tensorLossHover(new DeclaredExpressions(declaration)), ...words];
    }
    if (isLossStatement(node)) {
      const { value } = this.services.validation.DeclarationChecker.landscape(declaration);
      return value && isWritten(value) ? [...lossHover(value, writtenLoss(declaration)), ...words] : words;
    }
    return isDistribution(node) && leaf.text !== node.family ? [] : words;
  }

  /** A weight, a param or a datum, wherever it is named. */
  private symbol(symbol: DeclaredSymbol): HoverBlock[] {
    const declaration = AstUtils.getContainerOfType(symbol, isLandscapeDeclaration);
    const landscape = declaration && this.services.validation.DeclarationChecker.landscape(declaration).value;
    const { name } = symbol;
    if (declaration === undefined) {
      return [];
    }
    if (isOfTensors(declaration) && !isParam(symbol)) {
      return this.tensor(symbol, declaration);
    }
    if (isWeight(symbol)) {
      const weight = landscape?.weights.find((one) => one.name === name);
      return weightHover(name, declaration.name, written(symbol.start), weight);
    }
    if (isParam(symbol)) {
      return paramHover(name, declaration.name, written(symbol.value), paramValue(symbol));
    }
    if (isLet(symbol)) {
      return letHover(name, declaration.name, writtenLoss(declaration));
    }
    return landscape && isWritten(landscape) ? datumHover(name, landscape) : [];
  }

  private tensor(symbol: Exclude<DeclaredSymbol, Param>, declaration: LandscapeDeclaration): HoverBlock[] {
    const { tensors } = this.services.validation.DeclarationChecker.landscape(declaration);
    const { name } = symbol;
    const expression = new DeclaredExpressions(declaration).of(symbol);
    const kind = isWeight(symbol) ? "weight" : isLet(symbol) ? "let" : "datum";
    const blocks = tensorNameHover(kind, name, declaration.name, expression);
    if (isWeight(symbol)) {
      const weight = tensors?.weights.find((one) => one.name === name);
      return [...blocks, ...tensorStartHover(weight, written(symbol.start))];
    }
    return isLet(symbol) || tensors === undefined ? blocks : [...blocks, ...tensorSourceHover(name, tensors)];
  }

  private async inVerify(
    leaf: LeafCstNode,
    node: AstNode,
    declaration: VerifyDeclaration,
    asking: Asking,
  ): Promise<HoverBlock[]> {
    if (node === declaration) {
      return this.ofDeclaration(declaration, asking);
    }
    if (isSpaceTimeChoice(node) && (leaf.text === node.kind || leaf.text === "-")) {
      const spacetime = checkSpaceTime(node, new ProblemList());
      return spacetime ? [...spaceTimeHover(spacetime), ...wordHover(leaf.text)] : wordHover(leaf.text);
    }
    if (isSymbolReference(node)) {
      const observed = node.symbol.ref;
      if (observed) {
        return this.symbol(observed);
      }
      // The other names that stand for something here are constants, and the options of choices.
      return isSpaceTimeArgument(node.$container) && isChoice(node.$container)
        ? wordHover(leaf.text)
        : constantHover(leaf.text);
    }
    if (isCall(node) && leaf.text === node.name) {
      return functionHover(node.name);
    }
    if (isWithChoice(node) && node.parameter.ref && node.parameter.$refNode?.offset === leaf.offset) {
      return this.symbol(node.parameter.ref);
    }
    if (isMetricEntry(node) && node.weight.ref && node.weight.$refNode?.offset === leaf.offset) {
      return this.symbol(node.weight.ref);
    }
    if (isObservableChoice(node) && leaf.text !== node.name) {
      const weight = node.weights.find(({ $refNode }) => $refNode?.offset === leaf.offset)?.ref;
      return weight ? this.symbol(weight) : namesOfOperands().includes(leaf.text) ? wordHover(leaf.text) : [];
    }
    const { value } = this.services.validation.DeclarationChecker.verify(declaration);
    if (isObservableChoice(node) && node.value) {
      const observed = value?.observables.find(({ name }) => name === node.name);
      return functionOfWeightsHover(node.name, declaration.name, observed?.value);
    }
    if (isMetricChoice(node)) {
      return [...(value ? metricHover(value.landscape) : []), ...wordHover("metric")];
    }
    const words = wordHover(leaf.text);
    if (isPredictChoice(node) && leaf.text === "predict" && value) {
      const { EvaluationService, RunStore } = this.services.editor;
      const uri = AstUtils.getDocument(declaration).uri.toString();
      return [...words, ...(await predictionBlocks(value, EvaluationService, RunStore, uri, asking))];
    }
    return words;
  }
}

/** Whether a leaf is the name that a node declares, which may be the word that begins it. */
function isName(leaf: LeafCstNode, node: AstNode): boolean {
  return GrammarUtils.findNodeForProperty(node.$cstNode, "name")?.offset === leaf.offset;
}

/** What stands at an offset, or where nothing does the word that ends there. */
function leafAt(document: LangiumDocument, offset: number): LeafCstNode | undefined {
  const root = document.parseResult.value.$cstNode;
  const at = (place: number) => {
    const leaf = root && place >= 0 ? CstUtils.findLeafNodeAtOffset(root, place) : undefined;
    return leaf && !leaf.hidden ? leaf : undefined;
  };
  const isWord = (leaf: LeafCstNode) => /[\p{ID_Continue}]/u.test(leaf.text);
  const here = at(offset);
  if (here && (isWord(here) || here.text === "->")) {
    return here;
  }
  const before = at(offset - 1);
  return before && isWord(before) ? before : here;
}

function enclosingDeclaration(node: AstNode): Declaration | undefined {
  return (
    AstUtils.getContainerOfType(node, isDiagramDeclaration) ??
    AstUtils.getContainerOfType(node, isLandscapeDeclaration) ??
    AstUtils.getContainerOfType(node, isVerifyDeclaration)
  );
}

/** The names on the two sides of an arrow. */
function groupsAround(statement: EdgeStatement, arrow: LeafCstNode): [string[], string[]] {
  const after = statement.groups.findIndex((group) => (group.$cstNode?.offset ?? 0) > arrow.offset);
  const names = (index: number) =>
    statement.groups[index]?.nodes.map((mention) => mention.node.$refText) ?? [];
  return [names(after - 1), names(after)];
}

function written(node: AstNode | undefined): string {
  return (node?.$cstNode?.text ?? "").replace(/\s+/g, " ");
}

/** The value of a param, when it is made of numbers and of params above it: those are read first, each once. */
function paramValue(param: Param): number | undefined {
  const values = new Map<AstNode, number | undefined>();
  const params = AstUtils.getContainerOfType(param, isLandscapeDeclaration)?.statements.filter(isParam) ?? [];
  for (const one of params) {
    const meaning = (symbol: AstNode) => {
      const value = values.get(symbol);
      return value === undefined ? undefined : numberOf(value);
    };
    values.set(one, constantValue(one.value, meaning, new ProblemList()));
    if (one === param) {
      break;
    }
  }
  return values.get(param);
}
