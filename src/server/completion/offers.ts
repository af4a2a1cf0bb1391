// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places to type are written so in snippets
import { type CompletionItem, CompletionItemKind, InsertTextFormat } from "vscode-languageserver";
import { tensorFormats } from "../../data/index.js";
import { distributions, exampleDistribution } from "../../landscape/distributions/index.js";
import { normalStart } from "../../language/semantics/tensors/kind.js";
import { defaultObservable, observableRecords } from "../../observables/index.js";
import { numbersOf, type OptimiserRecord, optimisers } from "../../optimisers/index.js";
import {
  expressionConstants,
  expressionFunctions,
  keywordDocumentation,
  readerSignature,
  tensorExpressionFunctions,
} from "../keyword-docs.js";
import { shownMarkdown } from "../shown-markdown.js";

/** What is offered, before its place in the text is known. */
export interface Offer extends Pick<CompletionItem, "label" | "kind" | "detail"> {
  /** What is inserted when it is not the label; `${1:…}` and `$0` are places to type. */
  readonly snippet?: string;
  /** Inserted as it is. */
  readonly text?: string;
  readonly documentation?: string | undefined;
  /** Offers of a lower rank come first. */
  readonly rank?: number;
}

export function keyword(word: string, snippet?: string, rank = 2): Offer {
  return {
    label: word,
    kind: CompletionItemKind.Keyword,
    documentation: keywordDocumentation(word),
    rank,
    ...(snippet === undefined ? {} : { snippet }),
  };
}

export function name(label: string, kind: CompletionItemKind, detail: string, documentation?: string): Offer {
  return { label, kind, detail, documentation, rank: 0 };
}

/** A space-time with its numbers as places to type, counted from the first. */
export function spaceTimeSnippet(record: OptimiserRecord, first: number): string {
  const numbers = numbersOf(record).map(
    ({ name, example }, index) => `${name} = \${${first + index}:${example}}`,
  );
  return `${record.name}(${numbers.join(", ")})`;
}

/** The names of a landscape, by what they are of. */
export interface LandscapeNames {
  readonly all: ReadonlySet<string>;
  readonly weights: readonly string[];
  readonly data: readonly string[];
  /** Of the weights and data, those that stand above the cursor. */
  readonly above: readonly string[];
}

/** Statements of a landscape, with names that it does not have yet, and what is made of those that it has. */
export function landscapeOffers({ all, weights, data, above }: LandscapeNames): readonly Offer[] {
  const place = (number: number, name: string) => `\${${number}:${freeName(name, all)}}`;
  const [weight] = weights;
  const [datum] = data;
  const loss =
    weight === undefined
      ? "$0"
      : datum === undefined
        ? `\${1:${weight}^2 / 2}`
        : `\${1:(${weight} - ${datum})^2 / 2}`;
  return [
    keyword("weights", `weights ${place(1, "w")} = \${2:0}`),
    keyword("param", `param ${place(1, "a")} = \${2:1}`),
    keyword("let", `let ${place(1, "h")} = \${2:${above[0] === undefined ? "1" : `${above[0]}^2`}}`),
    keyword("data", `data ${place(1, "x")} ~ \${2:${exampleDistribution}}`),
    keyword("loss", `loss ${loss}`),
  ];
}

export const optimiserOffers: readonly Offer[] = optimisers.map((record) =>
  keyword(record.name, spaceTimeSnippet(record, 1)),
);

/** Behind a descent: another that is taken off. */
export const differenceOffers: readonly Offer[] = optimisers.map((record) => ({
  ...keyword(record.name, `- ${spaceTimeSnippet(record, 1)}`, 3),
  label: `- ${record.name}`,
}));

export const verifyOffers: readonly Offer[] = [
  keyword("landscape"),
  ...optimiserOffers,
  keyword("eta", "eta = ${1:0.1}"),
  keyword("observe", `observe \${1:${defaultObservable.name}}`),
  keyword("predict", "predict order ${1:2}"),
  keyword("sum", "sum = ${1|exact,integral|}"),
  keyword("measure", "measure = total"),
  keyword("with"),
  keyword("metric", "metric diag(${1:2, 1})"),
  keyword("trials", "trials = ${1:200000}"),
  keyword("seed", "seed = ${1:1}"),
  keyword("test_points", "test_points = ${1:10}"),
  keyword("samples", "samples = ${1:4096}"),
];

export const partOffer: Offer = keyword("part", "part {${1:a, b}}");

export const shortFormOffer: Offer = {
  label: "(01-2)(02-12)",
  snippet: "(${1:01-2})(${2:02-12})",
  kind: CompletionItemKind.Snippet,
  detail: "(partition)(edges)",
};

export const predictionOffers: readonly Offer[] = [
  keyword("order", "order ${1:3}", 1),
  keyword("series", "series ${1:3}", 1),
];

export const distributionOffers: readonly Offer[] = distributions.map(
  ({ name: word, snippet, signature }) => ({
    ...keyword(word, snippet, 0),
    kind: CompletionItemKind.Function,
    detail: signature,
  }),
);

/** What stands behind `from`: readers of files. */
export const readerOffers: readonly Offer[] = tensorFormats.map((format) => ({
  ...keyword(format.name, `${format.name}("$1")$0`, 1),
  kind: CompletionItemKind.Function,
  detail: readerSignature(format),
}));

/** Where a weight may start that no number says. */
export const startOffers: readonly Offer[] = [
  { ...keyword(normalStart, `${normalStart}(\${1:1})$0`, 1), kind: CompletionItemKind.Function },
  keyword("from", 'from "$1"$0', 2),
];

export const observableOffers: readonly Offer[] = observableRecords.map(({ name: word, operands }) => ({
  ...keyword(word, operands === undefined ? undefined : `${word}($1)$0`, 0),
  kind: CompletionItemKind.EnumMember,
}));

/** Functions of tensors that scalars do not have. */
export const tensorOffers: readonly Offer[] = tensorExpressionFunctions
  .filter(({ name: label }) => !expressionFunctions.some((one) => one.name === label))
  .map(({ name: label, signature, documentation }) => ({
    label,
    kind: CompletionItemKind.Function,
    detail: signature,
    documentation,
    snippet: `${label}($1)$0`,
    rank: 4,
  }));

/** Functions and constants of expressions. */
export const expressionOffers: readonly Offer[] = [
  ...expressionFunctions.map(({ name: label, signature, documentation }) => ({
    label,
    kind: CompletionItemKind.Function,
    detail: signature,
    documentation,
    snippet: `${label}(${signature.includes(",") ? "${1:a}, ${2:b}" : "$1"})$0`,
    rank: 3,
  })),
  ...expressionConstants.map(({ name: label, documentation }) => ({
    label,
    kind: CompletionItemKind.Constant,
    detail: "constant",
    documentation,
    rank: 4,
  })),
];

/** An offer as an item of the protocol; without places to type for editors that know none. */
export function itemOf(
  offer: Offer,
  range: { start: Position; end: Position },
  snippets: boolean,
): CompletionItem {
  const { label, kind, detail, documentation, snippet, text, rank = 1 } = offer;
  const inserted = text ?? (snippet === undefined ? label : snippets ? snippet : withoutPlaces(snippet));
  return {
    label,
    ...(kind === undefined ? {} : { kind }),
    ...(detail === undefined ? {} : { detail }),
    ...(documentation ? { documentation: shownMarkdown(documentation) } : {}),
    sortText: `${rank}${label}`,
    ...(label.includes(" ")
      ? { filterText: inserted.split("\n")[0]!.replace(/\$\{\d+:?|\}|\$\d/g, "") }
      : {}),
    insertTextFormat:
      snippet !== undefined && text === undefined && snippets
        ? InsertTextFormat.Snippet
        : InsertTextFormat.PlainText,
    textEdit: { range, newText: inserted },
  };
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A snippet as plain text: each place with what it suggests. */
export function withoutPlaces(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, "$1")
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, (_, suggested: string) => suggested.replace(/\\(.)/g, "$1"))
    .replace(/\$\d+/g, "");
}

/** A name, with the first number behind it that makes it free. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, free = name; ; free = `${name}_${number++}`) {
    if (!taken.has(free)) {
      return free;
    }
  }
}
