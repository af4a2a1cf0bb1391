import type { LangiumDocument } from "langium";
import type { Declaration, DiagFile } from "../../generated/ast.js";

/** What stands before the cursor, as far as it matters for what may come next. */
export type Context =
  | { readonly kind: "nothing" }
  | { readonly kind: "top" }
  | { readonly kind: "shortForm" }
  | { readonly kind: "path"; readonly of: "import" | "data"; readonly typed: string }
  | { readonly kind: "diagram"; readonly tokens: readonly string[]; readonly inPart: boolean }
  | { readonly kind: "landscape"; readonly statement: readonly string[] }
  | { readonly kind: "verify"; readonly statement: readonly string[]; readonly used: ReadonlySet<string> };

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
const markers = new Set(["train", "multi_epoch"]);
const landscapeWords = new Set(["weights", "param", "let", "data", "loss"]);
const verifyWords = new Set(["landscape", "sgd", "gd", "eta", "observe", "predict", "sum", "trials", "seed"]);

/** Reads the declaration around the cursor up to it; the text behind may be in any state. */
export function placeAt(document: LangiumDocument<DiagFile>, offset: number): Place {
  const text = document.textDocument.getText();
  const file = document.parseResult.value;
  const items = [...file.imports, ...file.declarations]
    .filter(({ $cstNode }) => $cstNode && $cstNode.offset < offset)
    .sort((one, other) => one.$cstNode!.offset - other.$cstNode!.offset);
  const item = items.at(-1);
  const before = text.slice(item?.$cstNode?.offset ?? 0, offset);
  const tokens = before.match(pattern) ?? [];
  const last = tokens.at(-1);
  const declaration = item && item.$type !== "Import" ? item : undefined;
  const none: Place = { context: { kind: "nothing" }, prefix: "", offset, declaration };
  if (last?.startsWith("//") ? !/[\n\r]\s*$/.test(before) : last?.startsWith("/*") && !last.endsWith("*/")) {
    return none;
  }
  const words = tokens.filter((token) => !/^\/[/*]/.test(token));
  const string = words.at(-1);
  if (string?.startsWith('"') && before.endsWith(string) && (string.length === 1 || !string.endsWith('"'))) {
    const of = words.at(-2) === "import" ? "import" : words.at(-2) === "from" ? "data" : undefined;
    return of
      ? { context: { kind: "path", of, typed: string.slice(1) }, prefix: "", offset, declaration }
      : none;
  }
  const prefix = /[\p{ID_Start}_]\p{ID_Continue}*$/u.exec(before)?.[0] ?? "";
  if (prefix !== "") {
    words.pop();
  }
  return { context: contextOf(words), prefix, offset, declaration };
}

function contextOf(words: readonly string[]): Context {
  const start = words.findIndex((word) => !markers.has(word));
  const kind = words[start];
  if (kind === undefined || kind === "import") {
    const complete = kind === undefined || words.length > 1;
    return complete ? { kind: "top" } : { kind: "nothing" };
  }
  if (kind !== "diagram" && kind !== "landscape" && kind !== "verify") {
    return { kind: "top" };
  }
  const body = words.slice(start + 1);
  if (body.length < 2) {
    return { kind: "nothing" };
  }
  if (body[1] === "=") {
    return body.length === 2
      ? { kind: "shortForm" }
      : body.at(-1) === ")"
        ? { kind: "top" }
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
      return { kind: "top" };
    }
  }
  switch (kind) {
    case "diagram":
      return { kind: "diagram", tokens: inside, inPart: depth > 1 };
    case "landscape":
      return { kind: "landscape", statement: lastStatement(inside, landscapeWords).statement };
    default: {
      const { statement, used } = lastStatement(inside, verifyWords);
      return { kind: "verify", statement, used };
    }
  }
}

/** The words of the last statement, and the first words of all. */
function lastStatement(
  words: readonly string[],
  starters: ReadonlySet<string>,
): { statement: readonly string[]; used: ReadonlySet<string> } {
  const used = new Set<string>();
  let begin = words.length;
  let depth = 0;
  words.forEach((word, index) => {
    depth += word === "(" ? 1 : word === ")" ? -1 : 0;
    if (depth === 0 && starters.has(word) && (index === 0 || endsOperand(words[index - 1]!, starters))) {
      begin = index;
      used.add(word);
    }
  });
  return { statement: words.slice(begin), used };
}

/** Whether a statement may end behind a word. */
export function endsOperand(word: string, starters: ReadonlySet<string> = new Set()): boolean {
  return (/^[\p{ID_Start}_\d.")]/u.test(word) || word === ")") && !starters.has(word);
}
