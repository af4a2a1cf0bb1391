import { nearestWord, suggestion } from "../spelling.js";
import { describeToken, type Token, type TokenKind, virtualToken } from "./token.js";

/** Parentheses nest no deeper; a loss that someone wrote needs a handful of levels. */
export const deepestNesting = 64;

/** Words that begin a declaration and are never names. */
const declarationWords = new Set(["import", "diagram", "landscape", "verify"]);

/** @param stray it stands between declarations and is in none. */
type Report = (token: Token, message: string, stray?: boolean) => void;
interface Braces {
  readonly open: TokenKind;
  readonly close: TokenKind;
}

/**
 * Sets declarations apart before parsing, so that whatever is wrong in one stays in it: text between
 * declarations is dropped, and every declaration's braces are made to match. What is changed is reported.
 */
export function repairDeclarations(tokens: readonly Token[], braces: Braces, report: Report): Token[] {
  const repaired: Token[] = [];
  const starts = declarationStarts(tokens);
  if (tokens.length > 0 && starts[0] !== 0) {
    reportStray(tokens[0]!, report);
  }
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? tokens.length;
    for (const token of repairDeclaration(tokens.slice(start, end), braces, report)) {
      repaired.push(token);
    }
    if (repaired.length > 0) {
      repaired[repaired.length - 1]!.endsDeclaration = true;
    }
  }
  return repaired;
}

/** The indices at which declarations begin. */
export function declarationStarts(tokens: readonly Token[]): number[] {
  const starts: number[] = [];
  for (let start = nextStart(tokens, 0); start < tokens.length; ) {
    starts.push(start);
    start = nextStart(tokens, wordOf(tokens, start) + 1);
  }
  return starts;
}

/** Where the next declaration begins, its markers included. */
function nextStart(tokens: readonly Token[], from: number): number {
  // Inside a verify, `landscape gauss` chooses; a `{` after it makes it a declaration wherever it stands.
  let depth = kindOf(tokens[from - 1]) === "verify" && kindOf(tokens[from + 1]) !== "{" ? 1 : 0;
  for (let index = from; index < tokens.length; index++) {
    const kind = kindOf(tokens[index]);
    if (kind === "{") {
      depth++;
    } else if (kind === "}") {
      depth = Math.max(0, depth - 1);
    } else if (
      kind === "import" ||
      kind === "diagram" ||
      kind === "verify" ||
      (kind === "landscape" &&
        (depth === 0 || kindOf(tokens[index + 1]) === "{" || kindOf(tokens[index + 2]) === "{"))
    ) {
      return kind === "diagram" ? withMarkers(tokens, index, from) : index;
    }
  }
  return tokens.length;
}

/** The index of the first of the markers before `diagram`. */
function withMarkers(tokens: readonly Token[], index: number, from: number): number {
  let start = index;
  while (start > from && isMarker(tokens[start - 1])) {
    start--;
  }
  // `a -> train diagram b`: a word right behind an arrow or a comma is a node of a declaration left open.
  const before = tokens[start - 1];
  return start > from &&
    start < index &&
    /^(?:->|,)$/.test(kindOf(before) ?? "") &&
    before!.endLine === tokens[start]!.startLine
    ? start + 1
    : start;
}

/** Whether a word may mark the diagram behind it. */
export function isMarker(token: Token | undefined): boolean {
  return kindOf(token) === "train" || kindOf(token) === "multi_epoch";
}

function wordOf(tokens: readonly Token[], start: number): number {
  let index = start;
  while (isMarker(tokens[index])) {
    index++;
  }
  return index;
}

function repairDeclaration(tokens: readonly Token[], braces: Braces, report: Report): Token[] {
  const word = wordOf(tokens, 0);
  switch (kindOf(tokens[word])) {
    case "import":
      return repairImport(tokens, report);
    case "diagram":
      return tokens.slice(word, word + 3).some((token) => kindOf(token) === "=")
        ? repairShortForm(tokens, report)
        : repairBlock(tokens, word, braces, report);
    default:
      return repairBlock(tokens, word, braces, report);
  }
}

function repairImport(tokens: readonly Token[], report: Report): Token[] {
  if (kindOf(tokens[1]) !== "STRING") {
    report(tokens[1] ?? tokens[0]!, 'an import names a file in quotes, as in `import "./landscapes.diag"`');
    return [];
  }
  if (tokens.length > 2) {
    reportStray(tokens[2]!, report);
  }
  return tokens.slice(0, 2);
}

/** Drops what stands behind a short form's two groups. */
function repairShortForm(tokens: readonly Token[], report: Report): Token[] {
  const first = tokens.findIndex((token) => kindOf(token) === ")");
  const second = tokens.findIndex((token, index) => index > first && kindOf(token) === ")");
  const end = first < 0 || second < 0 ? tokens.length : second + 1;
  if (end < tokens.length) {
    // Numbers and signs of a short form are a part of it that is at the wrong place.
    const isPart = /^(?:NUMBER|[().-])$/.test(kindOf(tokens[end]) ?? "");
    reportStray(tokens[end]!, report, !(isPart && tokens[end]!.startLine === tokens[end - 1]!.startLine));
  }
  return repairNesting(tokens.slice(0, end), report);
}

function repairBlock(tokens: readonly Token[], word: number, braces: Braces, report: Report): Token[] {
  const named = isName(tokens[word + 1]);
  const head = word + (named ? 2 : 1);
  const repaired = tokens.slice(0, head);
  let body = head;
  if (kindOf(tokens[head]) !== "{") {
    const kind = kindOf(tokens[word]);
    const form = kind === "diagram" ? "`{` or a short form such as `= (01-2)(02-12)`" : "`{`";
    const place = tokens[head] ?? tokens[head - 1]!;
    report(
      place,
      named ? `expected ${form} after the name of the ${kind}` : `expected a name after \`${kind}\``,
    );
    const open = [head + 1, head + 2].find((index) => kindOf(tokens[index]) === "{");
    body = open ?? head;
    if (open === undefined) {
      repaired.push(virtualToken(braces.open));
    }
  }
  let depth = repaired.length > head ? 1 : 0;
  const opened: Token[] = [];
  for (let index = body; index < tokens.length; index++) {
    const token = tokens[index]!;
    const kind = kindOf(token);
    repaired.push(token);
    if (kind === "{") {
      depth++;
      opened.push(token);
    } else if (kind === "}") {
      depth--;
      opened.pop();
      if (depth === 0) {
        if (index + 1 < tokens.length) {
          reportStray(tokens[index + 1]!, report, !closesTooEarly(tokens, index));
        }
        return repairNesting(repaired, report);
      }
    }
  }
  const open = opened.at(-1);
  if (open) {
    report(
      tokens[tokens.length - 1]!,
      `expected \`}\` after this: the \`{\` of line ${open.startLine} is not closed`,
    );
  }
  for (; depth > 0; depth--) {
    repaired.push(virtualToken(braces.close));
  }
  return repairNesting(repaired, report);
}

/** Whether the brace that closes a declaration may be the one too many: it looks early, and more close than open behind it. */
function closesTooEarly(tokens: readonly Token[], close: number): boolean {
  const behind = tokens.slice(close + 1);
  const count = (sign: string): number => behind.filter((token) => kindOf(token) === sign).length;
  return count("}") > count("{") && looksEarly(tokens, close);
}

/**
 * Whether what closes a declaration does not look like its end: words follow on its line, or it stands behind words
 * though the declaration has several lines.
 */
export function looksEarly(tokens: readonly Token[], close: number): boolean {
  const line = tokens[close]!.startLine;
  return (
    tokens[close + 1]?.startLine === line ||
    (tokens[0]!.startLine !== line && tokens[close - 1]?.startLine === line)
  );
}

/** Empties a declaration whose parentheses nest too deep for any parser; keeps its head and braces. */
function repairNesting(repaired: Token[], report: Report): Token[] {
  let depth = 0;
  // Indices behind indices, `x[0][0]`, nest as well.
  let chain = 0;
  let before: string | undefined;
  for (const token of repaired) {
    const kind = kindOf(token);
    if (kind === "(" || kind === "[") {
      depth++;
      chain = kind === "[" && before === "]" ? chain + 1 : 0;
      if (Math.max(depth, chain) > deepestNesting) {
        report(
          token,
          chain > deepestNesting
            ? `more than ${deepestNesting} indices, one behind the other; no tensor has so many axes`
            : `parentheses nest more than ${deepestNesting} deep here; name the inner part or write it flat`,
        );
        const open = repaired.findIndex((candidate) => kindOf(candidate) === "{");
        return open < 0 ? [] : [...repaired.slice(0, open + 1), repaired[repaired.length - 1]!];
      }
    } else if (kind === ")" || kind === "]") {
      depth = Math.max(0, depth - 1);
    }
    before = kind;
  }
  return repaired;
}

function reportStray(token: Token, report: Report, stray = true): void {
  report(
    token,
    `unexpected ${describeToken(token)}: a declaration begins with \`import\`, \`diagram\`, \`landscape\` or \`verify\`${suggestion(nearestWord(token.image, [...declarationWords]))}`,
    stray,
  );
}

function isName(token: Token | undefined): boolean {
  const kind = kindOf(token);
  return kind === "ID" || (kind !== undefined && /^[a-z_]+$/.test(kind) && !declarationWords.has(kind));
}

function kindOf(token: Token | undefined): string | undefined {
  return token?.tokenType.name;
}
