import {
  type AstNode,
  type CompositeCstNode,
  type LangiumDocument,
  type ParseResult,
  RootCstNodeImpl,
} from "langium";
import type { Declaration, DiagFile, Import } from "../../language/generated/ast.js";
import { largestText, mostTokens } from "../../language/parsing/lexer.js";
import type { Token } from "../../language/parsing/token.js";
import { placeOfError } from "../../language/validation/syntax-errors.js";
import { type MovableNode, moveNodes, moveTokens } from "./moving.js";

// Of an edited text only the declarations around the edit are parsed; the trees of the others are kept,
// with their places moved, and with them everything that is known by tree node.
//
// Why this gives what parsing the whole text gives: the lexer and the repair of declarations read from
// left to right, and before parsing they cut the text where a declaration begins. Whether one begins at a
// word depends on nothing before the declaration that the word ends. So the stretch that is parsed starts
// one declaration before the edit, where nothing to the left can have changed, and ends with a sound
// declaration behind the edit. When that one is found again, at its place and with its length, lexer and
// repair have arrived where they were in the old text, and all that follows is as it was.

type Item = Import | Declaration;
type Result = ParseResult<DiagFile>;
type Parse = (text: string) => Result;

/** A file with more syntax errors is parsed whole: their number is limited by file. */
const mostErrors = 100;

/** At least how many words and signs a text has that was parsed; what keeps {@link mostTokens} a limit. */
const tokenBounds = new WeakMap<Result, number>();

/** What has been put together of items that all have a place in the text. */
const placed = new WeakSet<DiagFile>();

/** Parses a text anew as far as it differs from the document's. */
export function reparse(document: LangiumDocument<DiagFile>, text: string, parse: Parse): Result {
  const old = document.parseResult;
  const oldText = old.value.$cstNode?.root.fullText;
  if (oldText === text) {
    return old;
  }
  return (oldText === undefined ? undefined : splice(old, oldText, text, parse)) ?? parseWhole(text, parse);
}

function parseWhole(text: string, parse: Parse): Result {
  const result = parse(text);
  const root = result.value.$cstNode as unknown as MovableNode | undefined;
  tokenBounds.set(result, text.length <= mostTokens || !root ? text.length : leavesOf(root));
  return result;
}

function leavesOf(node: MovableNode): number {
  return node.content ? node.content.reduce((sum, child) => sum + leavesOf(child), 0) : 1;
}

/** Where two texts differ: from `start` to `oldEnd` in the one and to `newEnd` in the other. */
export interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** Characters that are compared at once: long texts differ in a few. */
const compared = 2048;

export function editBetween(before: string, after: string): Edit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (
    start + compared <= most &&
    before.slice(start, start + compared) === after.slice(start, start + compared)
  ) {
    start += compared;
  }
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  let oldEnd = before.length;
  let newEnd = after.length;
  const least = Math.min(oldEnd, newEnd) - start;
  const fits = () => before.length - oldEnd + compared <= least;
  while (fits() && before.slice(oldEnd - compared, oldEnd) === after.slice(newEnd - compared, newEnd)) {
    oldEnd -= compared;
    newEnd -= compared;
  }
  while (before.length - oldEnd < least && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return { start, oldEnd, newEnd };
}

function splice(old: Result, oldText: string, text: string, parse: Parse): Result | undefined {
  const edit = editBetween(oldText, text);
  const bound = (tokenBounds.get(old) ?? oldText.length) + edit.newEnd - edit.start + 1;
  if (
    text.length > largestText ||
    bound > mostTokens ||
    old.lexerErrors.length + old.parserErrors.length > mostErrors ||
    /[\0\uFFFD]/.test(text.slice(edit.start, edit.newEnd))
  ) {
    return undefined;
  }
  const items = itemsOf(old.value);
  if (!items) {
    return undefined;
  }
  const delta = edit.newEnd - edit.oldEnd;
  const errors = offsetsOfErrors(old);
  if (!errors) {
    return undefined;
  }
  const first = findFirst(items, errors, edit);
  const head = first === 0 ? undefined : items[first]!.$cstNode!;
  const start = head?.offset ?? 0;
  const { line, character } = head?.range.start ?? { line: 0, character: 0 };

  const sentinel = findSentinel(errors, items, oldText, edit);
  const last = sentinel === undefined ? undefined : items[sentinel]!;
  const stretchEnd = last ? endOf(last) + delta : text.length;
  // Spaces before the first word put it in the column where it stands.
  const stretch = parse(" ".repeat(character) + text.slice(start, stretchEnd));
  const base = start - character;
  const found = itemsOf(stretch.value);
  if (!found || (head && found[0]?.$cstNode?.offset !== character)) {
    return undefined;
  }
  const again = found.at(-1);
  if (last && !isSame(stretch, again, last, delta - base)) {
    return undefined;
  }
  const lineDelta = last ? again!.$cstNode!.range.start.line + line - last.$cstNode!.range.start.line : 0;

  const kept = last ? endOf(last) : Number.POSITIVE_INFINITY;
  const nodesBefore: MovableNode[] = [];
  const nodesBehind: MovableNode[] = [];
  for (const node of (old.value.$cstNode as unknown as MovableNode).content ?? []) {
    const { offset } = node;
    if (offset < start) {
      nodesBefore.push(node);
    } else if (offset >= kept) {
      nodesBehind.push(node);
    }
  }
  const nodesBetween = (stretch.value.$cstNode as unknown as MovableNode).content ?? [];
  const errorsBefore = errorsWithin(old, -1, start);
  const errorsBehind = errorsWithin(old, kept, Number.POSITIVE_INFINITY);
  moveNodes(nodesBetween, base, line);
  moveTokens(stretch, base, line);
  moveNodes(nodesBehind, delta, lineDelta);
  moveTokens(errorsBehind, delta, lineDelta);

  const root = new RootCstNodeImpl(text);
  root.content = adopted(root as CompositeCstNode, nodesBefore, nodesBetween, nodesBehind);
  const file = stretch.value;
  Object.assign(file, { $cstNode: root });
  root.astNode = file;
  takeItems(file, items.slice(0, first), found, sentinel === undefined ? [] : items.slice(sentinel + 1));
  placed.add(file);
  const result: Result = {
    value: file,
    lexerErrors: [...errorsBefore.lexerErrors, ...stretch.lexerErrors, ...errorsBehind.lexerErrors],
    parserErrors: [...errorsBefore.parserErrors, ...stretch.parserErrors, ...errorsBehind.parserErrors],
  };
  tokenBounds.set(result, bound);
  return result;
}

/** Imports and declarations in the order of the text; nothing when one has no place in it. */
function itemsOf(file: DiagFile): readonly Item[] | undefined {
  const { imports, declarations } = file;
  if (
    !placed.has(file) &&
    [...imports, ...declarations].some((item) => !item.$cstNode || item.$cstNode.length === 0)
  ) {
    return undefined;
  }
  return imports.length === 0
    ? declarations
    : [...imports, ...declarations].sort((one, other) => one.$cstNode!.offset - other.$cstNode!.offset);
}

function endOf(item: Item): number {
  return item.$cstNode!.end;
}

/**
 * The item with which the stretch begins: the one before that in which the edit is. Tokens that the parser skipped are
 * behind the end of the item that they belong to, so that only beginnings count. In a declaration left open the parser
 * may see a `landscape` that begins none for the lexer; an error in it says so.
 */
function findFirst(items: readonly Item[], errors: readonly number[], edit: Edit): number {
  let first = firstFrom(items, edit.start) - 2;
  while (first > 0 && items[first]!.$type === "LandscapeDeclaration" && hasError(items, first, errors)) {
    first--;
  }
  return Math.max(0, first);
}

/** The index of the first item that begins at a place or behind it. */
function firstFrom(items: readonly Item[], offset: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.$cstNode!.offset < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function hasError(items: readonly Item[], index: number, errors: readonly number[]): boolean {
  const start = items[index]!.$cstNode!.offset;
  const next = items[index + 1]?.$cstNode?.offset ?? Number.POSITIVE_INFINITY;
  return errors.some((offset) => offset >= start && offset < next);
}

/** Where all errors are; nothing when it is not known of one. */
function offsetsOfErrors({ lexerErrors, parserErrors }: Errors): number[] | undefined {
  const offsets = lexerErrors.map(({ offset }) => offset);
  for (const error of parserErrors) {
    const place = placeOfError(error) ?? (error as { previousToken?: unknown }).previousToken;
    const offset = (place as Token | undefined)?.startOffset;
    if (offset === undefined || Number.isNaN(offset)) {
      return undefined;
    }
    offsets.push(offset >= 0 ? offset : Number.MAX_SAFE_INTEGER);
  }
  return offsets;
}

/** The first sound item behind the edit such that what follows it begins on a line the edit does not touch. */
function findSentinel(
  errors: readonly number[],
  items: readonly Item[],
  oldText: string,
  edit: Edit,
): number | undefined {
  for (let index = firstFrom(items, edit.oldEnd + 1); index < items.length; index++) {
    const item = items[index]!.$cstNode!;
    if (hasError(items, index, errors)) {
      continue;
    }
    const behind = oldText.slice(item.end).search(/\S/);
    const line = oldText.indexOf("\n", edit.oldEnd);
    if (behind < 0 || (line >= 0 && line < item.end + behind)) {
      return index;
    }
  }
  return undefined;
}

/** Whether the last item that was parsed is one of the old text, sound and at its place. */
function isSame(stretch: Result, again: Item | undefined, last: Item, moved: number): boolean {
  const place = again?.$cstNode;
  if (!place || again.$type !== last.$type || place.offset !== last.$cstNode!.offset + moved) {
    return false;
  }
  const { lexerErrors, parserErrors } = errorsWithin(stretch, place.offset, Number.POSITIVE_INFINITY);
  return place.end === endOf(last) + moved && lexerErrors.length + parserErrors.length === 0;
}

type Errors = Pick<Result, "lexerErrors" | "parserErrors">;

function errorsWithin(result: Result, from: number, to: number): Errors {
  const within = (offset: number | undefined): boolean =>
    offset !== undefined && offset >= from && offset < to;
  return {
    lexerErrors: result.lexerErrors.filter(({ offset }) => within(offset)),
    parserErrors: result.parserErrors.filter((error) => within(offsetOfError(error))),
  };
}

/** Where an error is shown; an error at the end of the text is behind everything. */
function offsetOfError(error: Result["parserErrors"][number]): number | undefined {
  const place: Token | undefined = placeOfError(error);
  return place && (place.startOffset >= 0 ? place.startOffset : Number.MAX_SAFE_INTEGER);
}

function adopted(
  root: CompositeCstNode,
  ...lists: readonly (readonly MovableNode[])[]
): RootCstNodeImpl["content"] {
  const content: MovableNode[] = [];
  for (const nodes of lists) {
    for (const node of nodes) {
      node.container = root;
      content.push(node);
    }
  }
  return content as unknown as RootCstNodeImpl["content"];
}

function takeItems(file: DiagFile, ...lists: readonly (readonly Item[])[]): void {
  const imports: Import[] = [];
  const declarations: Declaration[] = [];
  for (const items of lists) {
    for (const item of items) {
      if (item.$type === "Import") {
        place(item, file, "imports", imports.push(item) - 1);
      } else {
        place(item, file, "declarations", declarations.push(item) - 1);
      }
    }
  }
  file.imports = imports;
  file.declarations = declarations;
}

function place(item: Item, file: DiagFile, property: string, index: number): void {
  // Written one by one: this is done for every declaration of a file at every key.
  const written = item as { -readonly [Key in keyof AstNode]: AstNode[Key] };
  written.$container = file;
  written.$containerProperty = property;
  written.$containerIndex = index;
}
