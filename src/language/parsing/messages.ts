import { AbstractParserErrorMessageProvider } from "langium";
import { exampleDistribution } from "../../landscape/distributions/index.js";
import { nearestWord, suggestion } from "../spelling.js";
import { landscapeWords, verifyWords } from "../statement-words.js";
import { describeToken, type Token } from "./token.js";

type MismatchOptions = Parameters<AbstractParserErrorMessageProvider["buildMismatchTokenMessage"]>[0];
type LeftoverOptions = Parameters<AbstractParserErrorMessageProvider["buildNotAllInputParsedMessage"]>[0];
type AlternativeOptions = Parameters<AbstractParserErrorMessageProvider["buildNoViableAltMessage"]>[0];
type EarlyExitOptions = Parameters<AbstractParserErrorMessageProvider["buildEarlyExitMessage"]>[0];

/** What a rule of the grammar expects, in an author's words. */
const expectations: Record<string, string> = {
  Name: "a name",
  Primary: "a number, a name or `(`",
  Start: "a number, a name or `(`",
  Argument: "a number, a name or `(`",
  Expression: "a number, a name or `(`",
  Product: "a number, a name or `(`",
  Power: "a number, a name or `(`",
  Signed: "a number, a name or `(`",
  DiagramDeclaration: "`{` or `= (01-2)(02-12)`, a short form",
  DiagramStatement: "edges such as `a, b -> c` or `part {a, b}`",
  LandscapeStatement: listOf(landscapeWords),
  VerifyStatement: listOf(verifyWords),
  Reader: 'files in double quotes such as `npy("points.npy")`',
  DataStatement: `\`data x ~ ${exampleDistribution}\` or \`data a, b from "points.csv"\``,
  MetricChoice: "`diag(2, 1)`, `[2, 1/4; 1/4, 1]` or weights such as `u: 2`",
  PredictChoice: "`order 3`, `series 3` or names of diagrams",
  Digits: "node numbers",
};

/** What is wrong where the parser stops, and what to write instead. */
export class DiagParserMessages extends AbstractParserErrorMessageProvider {
  override buildMismatchTokenMessage(options: MismatchOptions): string {
    const { expected, actual, ruleName } = options as unknown as {
      expected: { name: string };
      actual: Token;
      ruleName: string;
    };
    const rule = plain(ruleName);
    if (expected.name === "}") {
      return unexpectedStatement(rule, actual);
    }
    return `expected ${describeKind(expected.name)} but found ${describeToken(actual)}`;
  }

  override buildNoViableAltMessage(options: AlternativeOptions): string {
    const found = (options.actual as unknown as Token[])[0]!;
    const rule = plain((options as { ruleName?: string }).ruleName ?? "");
    return `expected ${expectations[rule] ?? "something else"} but found ${describeToken(found)}`;
  }

  override buildNotAllInputParsedMessage(options: LeftoverOptions): string {
    return `unexpected ${describeToken(options.firstRedundant as unknown as Token)}; remove it`;
  }

  override buildEarlyExitMessage(options: EarlyExitOptions): string {
    const found = (options.actual as unknown as Token[])[0]!;
    const rule = plain((options as { ruleName?: string }).ruleName ?? "");
    return `expected ${expectations[rule] ?? "more"} but found ${describeToken(found)}`;
  }
}

function unexpectedStatement(rule: string, actual: Token): string {
  const found = describeToken(actual);
  if (actual.image === ";") {
    return "unexpected `;`: statements need none between them; remove it";
  }
  switch (rule) {
    case "PartStatement":
      return `expected \`,\` or \`}\` in the part but found ${found}`;
    case "DiagramDeclaration":
      return `expected an edge such as \`a -> b\`, \`part {a, b}\` or \`}\` but found ${found}`;
    case "LandscapeDeclaration":
      return unexpectedWord("landscape", actual, landscapeWords);
    case "VerifyDeclaration":
      return unexpectedWord("verify", actual, verifyWords);
    default:
      return `expected \`}\` but found ${found}`;
  }
}

/** Two operands side by side are most often a product whose `*` was left out. */
export function multiplicationHint(text: string, offset: number, token: Token): string {
  return /^(?:ID|NUMBER|\()$/.test(token.tokenType.name) &&
    /[\p{ID_Continue})]/u.test(text.charAt(offset - 1))
    ? "; a product needs its `*`"
    : "";
}

/** What may stand in a block; where one of its words must be meant, that one alone, since the list is long. */
function unexpectedWord(block: "landscape" | "verify", actual: Token, words: readonly string[]): string {
  const nearest = nearestWord(actual.image, words);
  // Of a verify there are too many.
  const expected =
    nearest !== undefined || block === "verify"
      ? `a statement of the ${block}${nearest === undefined ? ", such as `eta = 0.1`, or `}`" : ""}`
      : `${listOf(words)} or \`}\``;
  return `expected ${expected} but found ${describeToken(actual)}${suggestion(nearest)}`;
}

function describeKind(kind: string): string {
  switch (kind) {
    case "EOF":
      return "the end of the file";
    case "ID":
      return "a name";
    case "NUMBER":
      return "a number";
    case "STRING":
      return "a path in double quotes";
    default:
      return `\`${kind}\``;
  }
}

function listOf(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}

/** The rule's name without the mark that Langium appends. */
function plain(ruleName: string): string {
  return ruleName.replace(/\u200B$/, "");
}
