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
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isLet,
  isParam,
  isWeight,
} from "../../language/generated/ast.js";
import { type DeclaredSymbol, landscapeSymbols } from "../../language/references/declared.js";
import { asCodeBlock } from "../../markdown/index.js";
import { declarationsOfOrder, offeredOrders } from "../editing/order-diagrams.js";
import type { DiagLspServices } from "../services.js";
import { addressBeside } from "../workspace/import-index.js";
import { type Context, endsOperand, type Place, placeAt } from "./context.js";
import { nodesAt } from "./diagrams.js";
import {
  declarationOffers,
  distributionOffers,
  expressionOffers,
  itemOf,
  keyword,
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
      context.kind === "path" ? await this.paths(file, context) : this.offers(file, place, context);
    const range = { start: textDocument.positionAt(offset - typed.length), end: position };
    const items: CompletionItem[] = offers.map((offer) => itemOf(offer, range, this.snippets));
    return { isIncomplete: false, items };
  }

  private offers(document: LangiumDocument<DiagFile>, place: Place, context: Context): Offer[] {
    switch (context.kind) {
      case "top":
        return context.marks.length > 0
          ? offersBehindMarks(context.marks)
          : [...this.declarations(document), ...this.diagramsOfOrders(document)];
      case "shortForm":
        return [shortFormOffer];
      case "diagram":
        return diagramOffers(context);
      case "landscape":
        return landscapeOffersAt(place.declaration, context, place.offset);
      case "verify":
        return offersInVerify(place.declaration, context, this.visibleNames(document));
      default:
        return [];
    }
  }

  /** Declarations, of which a verification is on the last landscape that is visible. */
  private declarations(document: LangiumDocument<DiagFile>): readonly Offer[] {
    const visible = this.services.references.DeclarationFinder.visible(document.parseResult.value);
    const last = [...visible].findLast(([, declaration]) => isLandscapeDeclaration(declaration));
    if (last === undefined) {
      return declarationOffers();
    }
    const [label, declaration] = last;
    const symbols = isLandscapeDeclaration(declaration) ? landscapeSymbols(declaration) : [];
    return declarationOffers(label, !symbols.some((symbol) => isWeight(symbol) && symbol.isHyper));
  }

  private diagramsOfOrders(document: LangiumDocument<DiagFile>): Offer[] {
    const taken = new Set(
      this.services.references.DeclarationFinder.visible(document.parseResult.value).keys(),
    );
    return offeredOrders.map((edges) => {
      const { count, lines } = declarationsOfOrder(edges, taken);
      return {
        label: `all irreducible diagrams of ${edges} edge${edges === 1 ? "" : "s"}`,
        kind: CompletionItemKind.Snippet,
        detail: count === 1 ? "1 diagram" : `${count} diagrams`,
        documentation: asCodeBlock(lines.join("\n"), "diag"),
        text: `${lines.join("\n")}\n`,
        rank: 5,
      };
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
  private visibleNames(document: LangiumDocument<DiagFile>): VisibleNames {
    const declared = this.services.references.DeclarationFinder.visible(document.parseResult.value);
    return {
      landscapes: () => this.visible(document, "landscape"),
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
    { of, typed }: Extract<Context, { kind: "path" }>,
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
function offersBehindMarks(marks: readonly string[]): Offer[] {
  const others = ["train", "multi_epoch"].filter((mark) => !marks.includes(mark));
  return [
    ...declarationOffers().filter(({ label }) => label.startsWith("diagram")),
    ...others.map((mark) => keyword(mark)),
  ];
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
  const statements = landscapeOffers.filter(
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
  const symbols = isLandscapeDeclaration(declaration) ? landscapeSymbols(declaration) : [];
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
