import { type LangiumDocument, UriUtils } from "langium";
import type { CompletionProvider } from "langium/lsp";
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
} from "vscode-languageserver";
import {
  type Declaration,
  type DiagFile,
  isDiagramDeclaration,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isLet,
  isParam,
  isPartStatement,
  isVerifyDeclaration,
  isWeight,
} from "../../generated/ast.js";
import { type DeclaredSymbol, firstMentions, landscapeSymbols } from "../../references/declared.js";
import { declarationsOfOrder, offeredOrders } from "../editing/order-diagrams.js";
import type { DiagLspServices } from "../lsp-module.js";
import { addressBeside } from "../workspace/import-index.js";
import { type Context, endsOperand, type Place, placeAt } from "./context.js";
import {
  declarationOffers,
  distributionOffers,
  expressionOffers,
  itemOf,
  keyword,
  landscapeOffers,
  name,
  type Offer,
  observableOffers,
  partOffer,
  predictionOffers,
  shortFormOffer,
  verifyOffers,
} from "./offers.js";

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
        return [...declarationOffers, ...this.diagramsOfOrders(document)];
      case "shortForm":
        return [shortFormOffer];
      case "diagram":
        return diagramOffers(place.declaration, context);
      case "landscape":
        return landscapeOffersAt(place.declaration, context.statement, place.offset);
      case "verify":
        return this.verifyOffers(document, place.declaration, context);
      default:
        return [];
    }
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
        documentation: `\`\`\`diag\n${lines.join("\n")}\n\`\`\``,
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

  private verifyOffers(
    document: LangiumDocument<DiagFile>,
    declaration: Declaration | undefined,
    { statement, used }: Extract<Context, { kind: "verify" }>,
  ): Offer[] {
    const [first] = statement;
    const last = statement.at(-1);
    const open =
      statement.filter((word) => word === "(").length > statement.filter((word) => word === ")").length;
    if ((first === "sgd" || first === "gd") && open) {
      if (last === "=") {
        return statement.at(-2) === "shuffle" ? [keyword("same"), keyword("reshuffled")] : [];
      }
      const names = first === "gd" ? ["N", "T"] : ["N", "E", "B", "shuffle"];
      return names
        .filter((one) => !statement.includes(one))
        .map((one) => ({ ...keyword(one, `${one} = $0`, 0), kind: CompletionItemKind.Property }));
    }
    if (first === "observe" && open) {
      const landscape = isVerifyDeclaration(declaration)
        ? declaration.statements.find(isLandscapeChoice)?.landscape?.ref
        : undefined;
      return landscapeSymbols(landscape ?? ({ statements: [] } as never))
        .filter(isWeight)
        .map((weight) => name(weight.name, CompletionItemKind.Variable, "weight"));
    }
    if (first === "landscape" && last === "landscape") {
      return this.visible(document, "landscape");
    }
    if (first === "observe" && (last === "observe" || last === ",")) {
      return [...observableOffers];
    }
    if (first === "predict" && last === "predict") {
      return [...predictionOffers, ...this.visible(document, "diagram")];
    }
    if (first === "predict" && last === "+") {
      return this.visible(document, "diagram");
    }
    if (first === "sum" && last === "=") {
      return [keyword("exact"), keyword("integral")];
    }
    if (last !== undefined && !endsOperand(last)) {
      return first === "eta" || first === "trials"
        ? expressionOffers.filter(({ kind }) => kind === CompletionItemKind.Constant)
        : [];
    }
    const spaceTime = used.has("sgd") || used.has("gd");
    return verifyOffers.filter(
      ({ label }) => !used.has(label) && !(spaceTime && (label === "sgd" || label === "gd")),
    );
  }

  /** Files and folders beside the document: of the language for imports, tables for data. */
  private async paths(
    document: LangiumDocument<DiagFile>,
    { of, typed }: Extract<Context, { kind: "path" }>,
  ): Promise<Offer[]> {
    const folder = addressBeside(document.uri, `${typed.slice(0, typed.lastIndexOf("/") + 1)}.`);
    const { FileSystemProvider, LangiumDocuments } = this.services.shared.workspace;
    const entries = folder ? await FileSystemProvider.readDirectory(folder).catch(() => []) : [];
    const wanted = of === "import" ? /\.diag$/ : /\.(?:csv|txt|dat|tsv)$/;
    const found = new Map<string, Offer>();
    for (const { uri, isDirectory } of entries) {
      const label = UriUtils.basename(uri);
      if (
        uri.toString() !== document.uri.toString() &&
        !label.startsWith(".") &&
        (isDirectory || wanted.test(label))
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

function diagramOffers(
  declaration: Declaration | undefined,
  { tokens, inPart }: Extract<Context, { kind: "diagram" }>,
): Offer[] {
  if (!isDiagramDeclaration(declaration)) {
    return [];
  }
  const parted = new Set(
    declaration.statements
      .filter(isPartStatement)
      .flatMap(({ nodes }) => nodes.map(({ node }) => node?.$refText)),
  );
  const nodes = [...firstMentions(declaration).keys()]
    .filter((label) => !inPart || !parted.has(label))
    .map((label) => name(label, CompletionItemKind.Variable, "node"));
  const last = tokens.at(-1);
  const begins = !inPart && last !== "," && last !== "->" && last !== "part";
  return begins ? [...nodes, partOffer] : nodes;
}

function landscapeOffersAt(
  declaration: Declaration | undefined,
  statement: readonly string[],
  offset: number,
): Offer[] {
  const [first] = statement;
  const last = statement.at(-1);
  if (first === undefined) {
    return [...landscapeOffers];
  }
  if (statement.length > 1 && endsOperand(last!)) {
    const ends = [...landscapeOffers];
    const names = first === "data" && !statement.includes("~");
    return names ? [keyword("from", 'from "$1"'), ...ends] : ends;
  }
  if (last === "~") {
    return [...distributionOffers];
  }
  const naming = (first === "weights" || first === "data") && last === "," && !isInParentheses(statement);
  if ((statement.length === 1 && first !== "loss") || naming) {
    return [];
  }
  const symbols = isLandscapeDeclaration(declaration) ? landscapeSymbols(declaration) : [];
  // a let is for the lines below it
  const isAbove = (symbol: DeclaredSymbol) => (symbol.$cstNode?.end ?? 0) < offset;
  return [
    ...symbols
      .filter((symbol) => first === "loss" || first === "let" || isParam(symbol))
      .filter((symbol) => !isLet(symbol) || isAbove(symbol))
      .map((symbol) => name(symbol.name, ...kindOf(symbol))),
    ...expressionOffers,
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

function isInParentheses(words: readonly string[]): boolean {
  return words.filter((word) => word === "(").length > words.filter((word) => word === ")").length;
}
