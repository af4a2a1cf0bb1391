import type { LangiumDocument } from "langium";
import type { Declaration, DiagFile } from "../generated/ast.js";
import type { LexingError } from "../parsing/lexer.js";
import { multiplicationHint } from "../parsing/messages.js";
import { firstErrors, type Segment, segmentsOf } from "../parsing/segments.js";
import type { Token } from "../parsing/token.js";
import type { Range } from "../problem.js";
import { lastOnesBefore } from "../references/declared.js";
import { bracketFault } from "./brackets.js";
import { callAt } from "./calls.js";
import { meantAt } from "./meant.js";
import { slipAt } from "./slips.js";
import { isWhole } from "./whole.js";

export interface SyntaxError {
  readonly offset: number;
  readonly range: Range;
  readonly message: string;
  /** It stands between declarations and is in none. */
  readonly stray: boolean;
  /** Found before words are put together: it may stand anywhere. */
  readonly byCharacter: boolean;
}

/** A file that is wrong everywhere is not explained line by line. */
export const mostSyntaxErrors = 100;
/** Of so many signs that are none of the language it is looked what was meant: few of more are shown. */
const mostSignsRead = 1000;

interface Errors {
  readonly all: readonly SyntaxError[];
  /** Those of them that are no consequence of another at the same place. */
  readonly own: readonly SyntaxError[];
  readonly shown: readonly SyntaxError[];
  /** The declarations around the errors, and where they end. */
  readonly segments: readonly Segment[];
  readonly end: number;
}

const known = new WeakMap<LangiumDocument["parseResult"], Errors>();

/** The syntax errors of a document in the order of the text: of each declaration the first. */
export function syntaxErrors(document: LangiumDocument): readonly SyntaxError[] {
  return errorsOf(document).shown;
}

/** Also those that only the first of their declaration may have caused, at most one at a place. */
export function allSyntaxErrors(document: LangiumDocument): readonly SyntaxError[] {
  return errorsOf(document).own;
}

function errorsOf(document: LangiumDocument): Errors {
  let errors = known.get(document.parseResult);
  if (!errors) {
    const all = collect(document);
    const { segments, end } =
      all.length === 0
        ? { segments: [], end: 0 }
        : segmentsOf(document.textDocument.getText(), startBefore(document, all[0]!), all.at(-1)!.offset);
    const text = document.textDocument.getText();
    const first = all.filter(
      (error, index) =>
        (index === 0 || error.offset !== all[index - 1]!.offset) &&
        !isCausedBy(text, document, error, all[index + 1]),
    );
    const own = withBrackets(document, first, segments, end);
    errors = { all, own, shown: firstErrors(segments, own), segments, end };
    known.set(document.parseResult, errors);
  }
  return errors;
}

/** What syntax errors leave unknown. */
export interface BrokenSyntax {
  /** The declarations that contain an error, whose meaning is therefore not checked. */
  readonly declarations: ReadonlySet<Declaration>;
  /** Those of them that may be none, but a guess of the parser's. */
  readonly guesses: ReadonlySet<Declaration>;
  /** Words that may be the names of declarations, where one has lost its name. */
  readonly names: ReadonlySet<string>;
  /** Kinds of declarations of which one has no name, so that any name may be its. */
  readonly nameless: ReadonlySet<string>;
}

/** Finds what syntax errors leave unknown in a document. */
export function brokenSyntax(document: LangiumDocument<DiagFile>): BrokenSyntax {
  const { declarations } = document.parseResult.value;
  const broken = new Set(declarations.filter(({ name }) => !name));
  const guesses = new Set<Declaration>();
  const names = new Set<string>();
  const nameless = new Set<string>();
  const { all: errors, segments, end } = errorsOf(document);
  const text = document.textDocument.getText();
  if (errors.length === 0) {
    return { declarations: broken, guesses, names, nameless };
  }
  // Where the parser sees two declarations in the words of one, both are made of guesses.
  let at = 0;
  let place = 0;
  segments.forEach(({ start, closed, within, marked, looksEarly, head, stray: behind }, index) => {
    const next = segments[index + 1]?.start ?? end;
    // A declaration that seems to begin inside an open one is a guess, and lacks no name.
    const isInside = within && segments[index - 1]?.closed === Number.POSITIVE_INFINITY;
    let isBroken = marked || isInside;
    let hasStray = false;
    for (; place < errors.length && errors[place]!.offset < next; place++) {
      const { offset, stray, byCharacter } = errors[place]!;
      hasStray ||= stray;
      isBroken ||= !stray && offset >= start && !(byCharacter && offset >= closed);
    }
    // A number behind an end that comes too early is lacking inside.
    isBroken ||= hasStray && looksEarly && text[closed - 1] === "}" && /^\d/.test(behind[0] ?? "");
    const kind = isBroken && !isInside ? namelessKind(head) : undefined;
    if (kind !== undefined) {
      nameless.add(kind);
    }
    let isFirst = true;
    for (; at < declarations.length && (declarations[at]!.$cstNode?.offset ?? 0) < next; at++) {
      if (isBroken || !isWhole(declarations[at]!)) {
        broken.add(declarations[at]!);
      }
      if (isBroken && (within || !isFirst)) {
        guesses.add(declarations[at]!);
      }
      isFirst = false;
    }
    for (const word of [
      ...(isBroken ? head : []),
      ...(hasStray ? behind : []),
      ...(start > 0 && index === 0 ? head : []),
    ]) {
      names.add(word);
    }
  });
  // The parser may see declarations where the segments show none, such as behind a number that runs into a word.
  for (; at < declarations.length; at++) {
    if (!isWhole(declarations[at]!)) {
      broken.add(declarations[at]!);
    }
  }
  return { declarations: broken, guesses, names, nameless };
}

/** The kind of a declaration that begins with these words, when its name is not among them. */
function namelessKind(head: readonly string[]): string | undefined {
  const place = head.findIndex((word) => /^(?:diagram|landscape|verify)$/.test(word));
  const name = head[place + 1];
  return place >= 0 && (name === undefined || !/^[\p{ID_Start}_]/u.test(name)) ? head[place] : undefined;
}

/** The errors, where in each declaration those that a wrong bracket has caused are that bracket's. */
function withBrackets(
  document: LangiumDocument,
  errors: readonly SyntaxError[],
  segments: readonly Segment[],
  end: number,
): SyntaxError[] {
  const text = document.textDocument.getText();
  const kept: SyntaxError[] = [];
  let place = 0;
  const takeUntil = (offset: number): SyntaxError[] => {
    const from = place;
    while (place < errors.length && errors[place]!.offset < offset) {
      place++;
    }
    return errors.slice(from, place);
  };
  segments.forEach(({ start, closed }, index) => {
    kept.push(...takeUntil(start));
    const next = segments[index + 1]?.start ?? end;
    const inside = takeUntil(next);
    // signs that are none may stand for brackets
    const isReadable =
      inside.length > 0 &&
      !inside.some(({ byCharacter, message }) => byCharacter && /write `[()[\]{}]`/.test(message));
    const fault = isReadable ? bracketFault(text, start, Math.min(next, text.length)) : undefined;
    if (fault === undefined || inside[0]!.offset < fault.from) {
      kept.push(...inside);
      return;
    }
    const range = { start: positionAt(document, fault.start), end: positionAt(document, fault.end) };
    kept.push({ offset: fault.start, range, message: fault.message, stray: false, byCharacter: false });
    // What is strayed behind its end is no consequence of it.
    kept.push(...inside.filter(({ offset }) => offset >= Math.max(closed, fault.end)));
  });
  kept.push(...takeUntil(Number.POSITIVE_INFINITY));
  return kept;
}

/** Where the second sound declaration before an error begins. */
function startBefore(document: LangiumDocument, { offset }: SyntaxError): number {
  // Of those that begin before the error one at most goes on behind it.
  const sound = lastOnesBefore(document.parseResult.value as DiagFile, offset, 3).filter(
    ({ $cstNode }) => $cstNode && $cstNode.end < offset,
  );
  return sound[1]?.$cstNode?.offset ?? 0;
}

function collect(document: LangiumDocument): SyntaxError[] {
  const { lexerErrors, parserErrors } = document.parseResult;
  const text = document.textDocument.getText();
  const worded = (start: number, length: number, said: string, isRead = true) => {
    const meant = isRead ? meantAt(text, start, start + length, said) : undefined;
    const { start: offset, end } = meant?.at ?? { start, end: start + length };
    const range = { start: positionAt(document, offset), end: positionAt(document, end) };
    return { offset, range, message: meant?.message ?? said };
  };
  const errors: SyntaxError[] = (lexerErrors as LexingError[]).map(
    ({ offset, length, message, stray }, index) => ({
      ...worded(offset, length, message, index < mostSignsRead),
      stray: stray === true,
      byCharacter: stray === undefined,
    }),
  );
  for (const error of parserErrors) {
    const token = error.token as unknown as Token;
    const place = placeOfError(error);
    if (!place) {
      // Stands for what was left open, which has been reported where it happened.
      continue;
    }
    const rule = error.context?.ruleStack.at(-1)?.replace(/\u200b$/, "") ?? "";
    const slip = place === token && token.startOffset >= 0 ? slipAt(document, token, rule) : undefined;
    const { startOffset, image } = slip?.place
      ? { startOffset: slip.place.offset, image: slip.place.text }
      : place;
    const offset = startOffset >= 0 ? startOffset : text.length;
    errors.push({
      ...worded(
        offset,
        startOffset >= 0 ? image.length : 0,
        slip?.message ?? error.message + hintAt(error.message, place === token, slip?.hint, text, token),
      ),
      stray: false,
      byCharacter: false,
    });
  }
  return errors.sort((one, other) => one.offset - other.offset);
}

/** What to put behind a parser's message; nothing where that says already what is meant. */
function hintAt(
  message: string,
  isHere: boolean,
  hint: string | undefined,
  text: string,
  token: Token,
): string {
  if (!isHere || message.includes("did you mean")) {
    return "";
  }
  return hint ?? multiplicationHint(text, token.startOffset, token);
}

/** Whether a parser's error is due to a sign just behind it that is none: it looks ahead, and blames the first word. */
function isCausedBy(
  text: string,
  document: LangiumDocument,
  error: SyntaxError,
  next: SyntaxError | undefined,
): boolean {
  const end = document.textDocument.offsetAt(error.range.end);
  if (error.byCharacter || next?.byCharacter !== true || next.offset < end) {
    return false;
  }
  return (
    (next.offset - end <= 40 && /^[\p{ID_Continue}, \t]*$/u.test(text.slice(end, next.offset))) ||
    next.offset < (callAt(text, error.offset)?.end ?? 0)
  );
}

/** The token at which a parser's error is shown; none when the error stands for one reported elsewhere. */
export function placeOfError(
  error: LangiumDocument["parseResult"]["parserErrors"][number],
): Token | undefined {
  const token = error.token as unknown as Token;
  if (token.isInsertedInRecovery) {
    return undefined;
  }
  // What ends too early is wrong at its own end, not where the next declaration begins.
  const previous = (error as { previousToken?: unknown }).previousToken as Token | undefined;
  const early =
    previous?.endsDeclaration && previous.startOffset >= 0 && previous.startOffset < token.startOffset;
  return (early || token.startOffset < 0 ? previous : token) ?? token;
}

function positionAt(document: LangiumDocument, offset: number): Range["start"] {
  return document.textDocument.positionAt(offset);
}
