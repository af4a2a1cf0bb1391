import type { LangiumDocument } from "langium";
import type { Declaration, DiagFile } from "../../language/generated/ast.js";
import { lastOnesBefore } from "../../language/references/declared.js";
import { landscapeWords, verifyWords } from "../../language/statement-words.js";
import { cursor } from "./diagrams.js";

/** What stands before the cursor, as far as it matters for what may come next. */
export type Context =
  | { readonly kind: "nothing" }
  | { readonly kind: "top"; readonly marks: readonly string[] }
  | { readonly kind: "shortForm" }
  | {
      readonly kind: "path";
      readonly of: "import" | "data" | "start";
      readonly typed: string;
      readonly words: readonly string[];
    }
  | {
      readonly kind: "diagram";
      /** The words of its body, with the cursor among them. */
      readonly words: readonly string[];
      readonly marks: readonly string[];
    }
  | ({ readonly kind: "landscape" } & Statement)
  | ({ readonly kind: "verify" } & Statement);

/** The statement that the cursor stands in. */
export interface Statement {
  /** Its words before the cursor. */
  readonly statement: readonly string[];
  /** Its words behind the cursor. */
  readonly behind: readonly string[];
  /** The first words of all other statements. */
  readonly used: ReadonlySet<string>;
  /** All words of the declaration's body, without the one that is being typed. */
  readonly words: readonly string[];
}

export interface Place {
  readonly context: Context;
  /** The letters directly before the cursor, which completion replaces. */
  readonly prefix: string;
  /** Where the cursor is. */
  readonly offset: number;
  /** The declaration around the cursor, when the parser found one. */
  readonly declaration: Declaration | undefined;
}

const pattern =
  /\/\/[^\n\r]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|"[^"\n\r]*"?|[\p{ID_Start}_]\p{ID_Continue}*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|->|\S/gu;
const beginsName = /^[\p{ID_Start}_]/u;
const restOfWord = /\p{ID_Continue}*/uy;
/** So far behind the cursor its declaration is looked at. */
const longestLook = 20_000;
const markers = new Set(["train", "multi_epoch"]);
const beginsInLandscape = new Set(landscapeWords);
const endsDeclaration = new Set(["diagram", "verify", "import"]);
const beginsInVerify = new Set(verifyWords);

/** Reads the declaration around the cursor up to it; the text behind may be in any state. */
export function placeAt(document: LangiumDocument<DiagFile>, offset: number): Place {
  const text = document.textDocument.getText();
  const file = document.parseResult.value;
  const item = lastOnesBefore(file, offset, 1)[0];
  const before = text.slice(item?.$cstNode?.offset ?? 0, offset);
  const tokens = before.match(pattern) ?? [];
  const last = tokens.at(-1);
  const declaration = item && item.$type !== "Import" ? item : undefined;
  const none: Place = { context: { kind: "nothing" }, prefix: "", offset, declaration };
  if (
    last?.startsWith("//")
      ? !/[\n\r]/.test(before.slice(before.trimEnd().length))
      : last?.startsWith("/*") && !last.endsWith("*/")
  ) {
    return none;
  }
  const words = tokens.filter((token) => !isComment(token));
  const string = words.at(-1);
  if (string?.startsWith('"') && before.endsWith(string) && (string.length === 1 || !string.endsWith('"'))) {
    const of = words.at(-2) === "import" ? "import" : fileOf(words);
    return of
      ? { context: { kind: "path", of, typed: string.slice(1), words }, prefix: "", offset, declaration }
      : none;
  }
  const prefix = last !== undefined && beginsName.test(last) && before.endsWith(last) ? last : "";
  if (prefix !== "") {
    words.pop();
  }
  return {
    context: contextOf(words, (depth) => wordsBehind(text, offset, depth)),
    prefix,
    offset,
    declaration,
  };
}

/** What kind of file the string that is being typed names, behind `from`; nothing for other strings. */
function fileOf(words: readonly string[]): "data" | "start" | undefined {
  const from = words.lastIndexOf("from");
  const between = words.slice(from + 1, -1);
  if (from < 0) {
    return undefined;
  }
  if (between.length === 0) {
    return words[from - 1] === "=" ? "start" : "data";
  }
  // The files of a reader, between commas.
  const [reader, parenthesis, ...paths] = between;
  const isReader =
    beginsName.test(reader!) &&
    parenthesis === "(" &&
    paths.every((word, index) => (index % 2 === 0 ? word.startsWith('"') : word === ","));
  return isReader && paths.length % 2 === 0 ? "data" : undefined;
}

/**
 * The words behind the cursor that belong to its declaration, as far as the text tells; the rest of the word it stands
 * in is none. No more of the text is read than that: this happens after every key.
 * @param depth how many braces are open at the cursor.
 */
function wordsBehind(text: string, offset: number, depth: number): string[] {
  const words: string[] = [];
  restOfWord.lastIndex = offset;
  restOfWord.test(text);
  pattern.lastIndex = restOfWord.lastIndex;
  let open = depth;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [word] = found;
    if (found.index > offset + longestLook || endsDeclaration.has(word)) {
      break;
    }
    open += word === "{" ? 1 : word === "}" ? -1 : 0;
    if (open === 0) {
      break;
    }
    const landscape = word === "{" ? words.indexOf("landscape", Math.max(0, words.length - 2)) : -1;
    if (landscape >= 0) {
      return words.slice(0, landscape);
    }
    if (!isComment(word)) {
      words.push(word);
    }
  }
  return words;
}

function isComment(token: string): boolean {
  return token.startsWith("//") || token.startsWith("/*");
}

function contextOf(words: readonly string[], behind: (depth: number) => string[]): Context {
  const start = words.findIndex((word) => !markers.has(word));
  const kind = words[start];
  if (kind === undefined || kind === "import") {
    const complete = kind === undefined || words.length > 1;
    return complete ? { kind: "top", marks: kind === undefined ? words : [] } : { kind: "nothing" };
  }
  if (kind !== "diagram" && kind !== "landscape" && kind !== "verify") {
    return { kind: "top", marks: [] };
  }
  const body = words.slice(start + 1);
  if (body.length < 2) {
    return { kind: "nothing" };
  }
  if (body[1] === "=") {
    return body.length === 2
      ? { kind: "shortForm" }
      : body.at(-1) === ")"
        ? { kind: "top", marks: [] }
        : { kind: "nothing" };
  }
  const open = body.indexOf("{");
  if (open < 0) {
    return { kind: "nothing" };
  }
  const inside = body.slice(open + 1);
  let depth = 1;
  for (const word of inside) {
    depth += word === "{" ? 1 : word === "}" ? -1 : 0;
    if (depth === 0) {
      return { kind: "top", marks: [] };
    }
  }
  const rest = behind(depth);
  switch (kind) {
    case "diagram":
      return { kind: "diagram", words: [...inside, cursor, ...rest], marks: words.slice(0, start) };
    case "landscape":
      return { kind: "landscape", ...statementAt(inside, rest, beginsInLandscape) };
    default:
      return { kind: "verify", ...statementAt(inside, rest, beginsInVerify) };
  }
}

/** The statement between the words before the cursor and those behind it. */
function statementAt(
  before: readonly string[],
  behind: readonly string[],
  starters: ReadonlySet<string>,
): Statement {
  const words = [...before, cursor, ...behind];
  const starts: number[] = [];
  let depth = 0;
  words.forEach((word, index) => {
    depth += word === "(" || word === "[" ? 1 : word === ")" || word === "]" ? -1 : 0;
    const follows = index === 0 || words[index - 1] === cursor || endsOperand(words[index - 1]!, starters);
    if (depth <= 0 && starters.has(word) && follows) {
      starts.push(index);
      depth = 0;
    }
  });
  const begin = starts.findLast((start) => start < before.length) ?? before.length;
  const end = starts.find((start) => start > before.length) ?? words.length;
  return {
    statement: before.slice(begin),
    behind: words.slice(before.length + 1, end),
    used: new Set(starts.filter((start) => start !== begin).map((start) => words[start]!)),
    words: [...before, ...behind],
  };
}

/** Whether a statement may end behind a word. */
export function endsOperand(word: string, starters: ReadonlySet<string> = new Set()): boolean {
  return /^[\p{ID_Start}_\d.")\]]/u.test(word) && !starters.has(word);
}
