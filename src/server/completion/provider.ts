// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places to type are written so in snippets

import { type LangiumDocument, UriUtils } from "langium";
import type { CompletionProvider } from "langium/lsp";
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
} from "vscode-languageserver";
import { fileExtensions, tensorExtensions } from "../../data/index.js";
import {
  type Declaration,
  type DiagFile,
  isColumn,
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isLet,
  isParam,
  isVariable,
  isWeight,
  type LandscapeDeclaration,
} from "../../language/generated/ast.js";
import { type DeclaredSymbol, landscapeSymbols } from "../../language/references/declared.js";
import { comparableForm } from "../../language/semantics/diagram.js";
import { isOfTensors } from "../../language/semantics/tensors/kind.js";
import { asCodeBlock } from "../../markdown/index.js";
import { counted } from "../../printable/index.js";
import { declarationsOfOrder, offeredOrders } from "../editing/order-diagrams.js";
import type { DiagLspServices } from "../services.js";
import { addressBeside } from "../workspace/import-index.js";
import { type Context, endsOperand, type Place, placeAt } from "./context.js";
import { declarationOffers, markedOffers, mostNodesOffered, type Surroundings } from "./declarations.js";
import { nodesAt } from "./diagrams.js";
import {
  distributionOffers,
  expressionOffers,
  itemOf,
  keyword,
  type LandscapeNames,
  landscapeOffers,
  name,
  type Offer,
  partOffer,
  readerOffers,
  shortFormOffer,
  startOffers,
  tensorOffers,
} from "./offers.js";
import { offersInVerify, type VisibleNames } from "./verifies.js";

/** What may stand at the cursor: words of the language, names that are visible, whole declarations. */
export class DiagCompletionProvider implements CompletionProvider {
  readonly completionOptions = { triggerCharacters: ['"', "/", "~", ">", "("] };
  private snippets = true;

  constructor(private readonly services: DiagLspServices) {
    services.shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
      this.snippets = capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
    });
  }

  async getCompletion(document: LangiumDocument, { position }: CompletionParams): Promise<CompletionList> {
    const file = document as LangiumDocument<DiagFile>;
    const { textDocument } = document;
    const offset = textDocument.offsetAt(position);
    const place = placeAt(file, offset);
    const { context } = place;
    const typed =
      context.kind === "path" ? context.typed.slice(context.typed.lastIndexOf("/") + 1) : place.prefix;
    const offers =
      context.kind === "path"
        ? await this.paths(file, context)
        : context.kind === "top" && context.marks.length === 0
          ? await this.declarations(file, offset)
          : this.offers(file, place, context);
    const range = { start: textDocument.positionAt(offset - typed.length), end: position };
    const items: CompletionItem[] = offers.map((offer) => itemOf(offer, range, this.snippets));
    return { isIncomplete: false, items };
  }

  private offers(document: LangiumDocument<DiagFile>, place: Place, context: Context): Offer[] {
    switch (context.kind) {
      case "top":
        return offersBehindMarks(context.marks, this.surroundings(document, place.offset));
      case "shortForm":
        return [shortFormOffer];
      case "diagram":
        return diagramOffers(context);
      case "landscape":
        return landscapeOffersAt(place.declaration, context, place.offset);
      case "verify":
        return offersInVerify(place.declaration, context, this.visibleNames(document, place.offset));
      default:
        return [];
    }
  }

  /** The landscape above a place, or else another of the file, or else one that is imported. */
  private landscapeFor(
    document: LangiumDocument<DiagFile>,
    offset: number,
  ): LandscapeDeclaration | undefined {
    const file = document.parseResult.value;
    const visible = this.services.references.DeclarationFinder.visible(file);
    const landscapes = [...visible.values()].filter(isLandscapeDeclaration);
    const own = landscapes.filter(({ $container }) => $container === file);
    const above = own.findLast(({ $cstNode }) => ($cstNode?.offset ?? 0) < offset);
    return above ?? own.at(-1) ?? landscapes.at(-1);
  }

  /** By which the diagrams that might be offered are known among declarations. */
  private formsOf(declarations: Iterable<Declaration>): string[] {
    return [...declarations].filter(isDiagramDeclaration).flatMap((declaration) => {
      const { value } = this.services.validation.DeclarationChecker.diagram(declaration);
      // Larger ones are none that might be offered.
      const isSmall = value !== undefined && value.diagram.parents.length <= mostNodesOffered;
      return (isSmall && comparableForm(value.diagram)) || [];
    });
  }

  /** What stands around one more declaration. */
  private surroundings(document: LangiumDocument<DiagFile>, offset: number): Surroundings {
    const visible = this.services.references.DeclarationFinder.visible(document.parseResult.value);
    const forms = this.formsOf(visible.values());
    const landscape = this.landscapeFor(document, offset);
    const around = { names: new Set(visible.keys()), forms: new Set(forms) };
    if (landscape === undefined) {
      return around;
    }
    const isHyper = landscapeSymbols(landscape).some((symbol) => isWeight(symbol) && symbol.isHyper);
    return { ...around, landscape: { name: landscape.name, isPredictable: !isHyper } };
  }

  /** Whole declarations, of which an import is of the first file that repeats nothing. */
  private async declarations(document: LangiumDocument<DiagFile>, offset: number): Promise<Offer[]> {
    const around = this.surroundings(document, offset);
    const { LangiumDocuments } = this.services.shared.workspace;
    const imported = new Set(document.parseResult.value.imports.map(({ path }) => path));
    const paths = await this.paths(document, { of: "import", typed: "" });
    const fits = ({ label, kind }: Offer): boolean => {
      if (kind !== CompletionItemKind.File || /["\n\r]/.test(label) || imported.has(label)) {
        return false;
      }
      const uri = addressBeside(document.uri, label);
      const other = uri && (LangiumDocuments.getDocument(uri) as LangiumDocument<DiagFile> | undefined);
      const own = other && this.services.references.DeclarationFinder.own(other.parseResult.value).byName;
      return (
        own === undefined ||
        (![...own.keys()].some((one) => around.names.has(one)) &&
          !this.formsOf(own.values()).some((one) => around.forms.has(one)))
      );
    };
    const file = paths.find(fits)?.label;
    return [
      ...declarationOffers(file === undefined ? around : { ...around, file }),
      ...this.diagramsOfOrders(around),
    ];
  }

  private diagramsOfOrders({ names, forms }: Surroundings): Offer[] {
    return offeredOrders.flatMap((edges): Offer[] => {
      const { count, lines } = declarationsOfOrder(edges, names, forms);
      const offer: Offer = {
        label: `all irreducible diagrams of ${counted(edges, "edge")}`,
        kind: CompletionItemKind.Snippet,
        detail: `${counted(count, "diagram")}${forms.size > 0 ? " that the file lacks" : ""}`,
        documentation: asCodeBlock(lines.join("\n"), "diag"),
        text: `${lines.join("\n")}\n`,
        rank: 5,
      };
      return count === 0 ? [] : [offer];
    });
  }

  private visible(document: LangiumDocument<DiagFile>, kind: "diagram" | "landscape"): Offer[] {
    const is = kind === "diagram" ? isDiagramDeclaration : isLandscapeDeclaration;
    const itemKind = kind === "diagram" ? CompletionItemKind.Class : CompletionItemKind.Module;
    const { DocumentationProvider } = this.services.documentation;
    const found: Offer[] = [];
    for (const [label, declaration] of this.services.references.DeclarationFinder.visible(
      document.parseResult.value,
    )) {
      if (is(declaration)) {
        found.push(name(label, itemKind, kind, DocumentationProvider.getDocumentation(declaration)));
      }
    }
    return found;
  }

  /** Names that a verification of a document may use. */
  private visibleNames(document: LangiumDocument<DiagFile>, offset: number): VisibleNames {
    const declared = this.services.references.DeclarationFinder.visible(document.parseResult.value);
    return {
      landscapes: () => this.visible(document, "landscape"),
      landscape: () => this.landscapeFor(document, offset),
      diagrams: () => this.visible(document, "diagram"),
      diagram: (label) => {
        const declaration = declared.get(label);
        if (!isDiagramDeclaration(declaration)) {
          return undefined;
        }
        const { value, problems } = this.services.validation.DeclarationChecker.diagram(declaration);
        return problems.some(({ severity }) => severity === "error") ? undefined : value;
      },
    };
  }

  /** Files and folders beside the document: of the language for imports, tables for data. */
  private async paths(
    document: LangiumDocument<DiagFile>,
    { of, typed }: Pick<Extract<Context, { kind: "path" }>, "of" | "typed">,
  ): Promise<Offer[]> {
    const folder = addressBeside(document.uri, `${typed.slice(0, typed.lastIndexOf("/") + 1)}.`);
    const { FileSystemProvider, LangiumDocuments } = this.services.shared.workspace;
    const entries = folder ? await FileSystemProvider.readDirectory(folder).catch(() => []) : [];
    const wanted = of === "import" ? [".diag"] : of === "start" ? tensorExtensions : fileExtensions;
    const found = new Map<string, Offer>();
    for (const { uri, isDirectory } of entries) {
      const label = UriUtils.basename(uri);
      if (
        uri.toString() !== document.uri.toString() &&
        !label.startsWith(".") &&
        (isDirectory || wanted.some((extension) => label.toLowerCase().endsWith(extension)))
      ) {
        const kind = isDirectory ? CompletionItemKind.Folder : CompletionItemKind.File;
        found.set(label, { label, kind, ...(isDirectory ? { text: `${label}/` } : {}) });
      }
    }
    if (of === "import" && !typed.includes("/")) {
      for (const { uri } of LangiumDocuments.all) {
        if (uri.scheme === document.uri.scheme && uri.toString() !== document.uri.toString()) {
          const label = UriUtils.relative(UriUtils.dirname(document.uri), uri);
          found.set(label, { label, kind: CompletionItemKind.File });
        }
      }
    }
    return [...found.values()];
  }
}

/** A mark stands once, and before a diagram. */
function offersBehindMarks(marks: readonly string[], around: Surroundings): Offer[] {
  const others = ["train", "multi_epoch"].filter((mark) => !marks.includes(mark));
  return [...markedOffers(around), ...others.map((mark) => keyword(mark))];
}

function diagramOffers({ words, marks }: Extract<Context, { kind: "diagram" }>): Offer[] {
  const { nodes, begins } = nodesAt(words, {
    train: marks.includes("train"),
    multiEpoch: marks.includes("multi_epoch"),
  });
  const offers = nodes.map((label) => name(label, CompletionItemKind.Variable, "node"));
  return begins ? [...offers, partOffer] : offers;
}

function landscapeOffersAt(
  declaration: Declaration | undefined,
  { statement, used }: Extract<Context, { kind: "landscape" }>,
  offset: number,
): Offer[] {
  const [first] = statement;
  const last = statement.at(-1);
  const symbols = isLandscapeDeclaration(declaration) ? landscapeSymbols(declaration) : [];
  const statements = landscapeOffers(namesAt(declaration, symbols, offset)).filter(
    ({ label }) => label !== "loss" || !(used.has(label) || first === label),
  );
  if (first === undefined) {
    return statements;
  }
  const hyper = first === "weights" ? offersOfHyper(wordsOfItem(statement)) : undefined;
  if (hyper !== undefined) {
    return hyper;
  }
  if (first === "data" && last === "from" && statement.length > 2 && statement.at(-2) !== ",") {
    return [...readerOffers];
  }
  if (statement.length > 1 && endsOperand(last!)) {
    const taking = mayTake(statement) ? [keyword("take", "take ${1:100}")] : [];
    return mayEnd(statement)
      ? [...taking, ...statements]
      : mayBeColumns(statement)
        ? [keyword("from", 'from "$1"')]
        : [];
  }
  if (last === "~") {
    return [...distributionOffers];
  }
  const starts = first === "weights" && last === "=" && !isInParentheses(statement) ? startOffers : [];
  if (first === "weights" && (statement.length === 1 || (last === "," && !isInParentheses(statement)))) {
    return [keyword("hyper", "hyper ${1:lambda} = ${2:0} in [${3:0}, ${4:10}]")];
  }
  const naming = (first === "weights" || first === "data") && last === "," && !isInParentheses(statement);
  if ((statement.length === 1 && first !== "loss") || naming) {
    return [];
  }
  const own = first === "loss" ? undefined : statement[1];
  return [
    ...starts,
    ...symbols
      .filter((symbol) => first === "loss" || first === "let" || isParam(symbol))
      // What a param is made of stands above it, and a let is for the lines below.
      .filter((symbol) => !(first === "param" || isLet(symbol)) || isAbove(symbol, offset, own))
      .map((symbol) => name(symbol.name, ...kindOf(symbol))),
    ...(first === "loss" || first === "let" ? tensorOffers : []),
    ...expressionOffers.filter(({ label }) => !symbols.some((symbol) => symbol.name === label)),
  ];
}

function namesAt(
  landscape: Declaration | undefined,
  symbols: readonly DeclaredSymbol[],
  offset: number,
): LandscapeNames {
  const namesOf = (some: readonly DeclaredSymbol[]) => some.map((symbol) => symbol.name);
  // What a tensor may be made into goes by its shape.
  const isNumbers = !(isLandscapeDeclaration(landscape) && isOfTensors(landscape));
  const variables = symbols.filter(
    (symbol) => isNumbers && (isWeight(symbol) || isVariable(symbol) || isColumn(symbol)),
  );
  return {
    all: new Set(namesOf(symbols)),
    weights: namesOf(variables.filter((symbol) => isWeight(symbol) && !symbol.isHyper)),
    data: namesOf(variables.filter((symbol) => !isWeight(symbol))),
    above: namesOf(variables.filter((symbol) => isAbove(symbol, offset, undefined))),
  };
}

function kindOf(symbol: DeclaredSymbol): [CompletionItemKind, string] {
  if (isParam(symbol)) {
    return [CompletionItemKind.Constant, "param"];
  }
  if (isLet(symbol)) {
    return [CompletionItemKind.Constant, "let"];
  }
  return isWeight(symbol) ? [CompletionItemKind.Variable, "weight"] : [CompletionItemKind.Field, "datum"];
}

function isAbove(symbol: DeclaredSymbol, offset: number, own: string | undefined): boolean {
  return (symbol.$cstNode?.end ?? 0) < offset && symbol.name !== own;
}

/** Whether a statement whose last word ends an operand is complete. */
function mayEnd(statement: readonly string[]): boolean {
  if (isInParentheses(statement)) {
    return false;
  }
  const [first] = statement;
  const item = wordsOfItem(statement);
  switch (first) {
    case "loss":
      return true;
    case "data":
      return item.includes("~")
        ? item.at(-1) === ")"
        : statement.includes("from") && statement.at(-1) !== "from" && statement.at(-1) !== "take";
    default:
      return item.includes("=") && item.at(-1) !== "=";
  }
}

/** Whether data are from files of which fewer rows may be taken. */
function mayTake(statement: readonly string[]): boolean {
  const from = statement.indexOf("from");
  return (
    statement[0] === "data" &&
    from > 0 &&
    !statement.includes("take", from) &&
    !isInParentheses(statement) &&
    /[")]$/.test(statement.at(-1)!)
  );
}

/** The words of the last item of a statement's list. */
function wordsOfItem(statement: readonly string[]): readonly string[] {
  return statement.slice(Math.max(0, lastComma(statement)) + 1);
}

/** What may stand behind the start of a hyper weight; nothing where its interval has begun its bounds, or is not due yet. */
function offersOfHyper(item: readonly string[]): Offer[] | undefined {
  const isHyper = item[0] === "hyper" && item[1] !== undefined && item[1] !== "=";
  if (!isHyper || item.length < 4 || item.includes("[")) {
    return undefined;
  }
  const last = item.at(-1)!;
  return last === "in" && endsOperand(item.at(-2)!)
    ? []
    : endsOperand(last) && !isInParentheses(item)
      ? [keyword("in", "in [${1:0}, ${2:10}]")]
      : undefined;
}

/** Whether data have names only, so that a file may follow. */
function mayBeColumns(statement: readonly string[]): boolean {
  return statement[0] === "data" && !statement.includes("~") && !statement.includes("from");
}

/** The last comma between the items of a statement. */
function lastComma(statement: readonly string[]): number {
  let depth = 0;
  return statement.reduce((found, word, index) => {
    depth += opening.has(word) ? 1 : closing.has(word) ? -1 : 0;
    return word === "," && depth === 0 ? index : found;
  }, 0);
}

const opening: ReadonlySet<string> = new Set(["(", "["]);
const closing: ReadonlySet<string> = new Set([")", "]"]);

function isInParentheses(words: readonly string[]): boolean {
  return words.filter((word) => opening.has(word)).length > words.filter((word) => closing.has(word)).length;
}
