import type { LangiumDocument } from "langium";
import { isRootAlone, satisfiesPathCondition } from "../../diagram/index.js";
import type { DiagFile } from "../../language/generated/ast.js";
import { readShortForm } from "../../language/semantics/diagram.js";
import type { EditAnswer, InsertParameters } from "../../preview/index.js";
import { counted } from "../../printable/index.js";
import { behindRemarks, commentsOf, withComments } from "../actions/comments.js";
import { newlineOf, type Piece } from "../actions/text.js";
import type { DiagLspServices } from "../services.js";
import { readVersion, textAnswer } from "./reading.js";

/** A short form, as the paper writes it, as a declaration; or in one line what is wrong with it. */
export function answerInsert(services: DiagLspServices, parameters: InsertParameters): Promise<EditAnswer> {
  const { uri, version, shortForm, position } = parameters;
  return readVersion<EditAnswer>(services, uri, version, (document) => {
    const read = readGiven(shortForm);
    if ("problem" in read) {
      return read;
    }
    const name = freeName(services, document);
    const offset = position ? document.textDocument.offsetAt(position) : undefined;
    const piece = placed(document, `${read.markers}diagram ${name} = ${read.form}`, offset);
    return isRead(services, document, piece)
      ? textAnswer(document, [piece], name)
      : { problem: "a comment or a string in the text does not end; close it first" };
  });
}

/** Longer ones are no short form that someone has copied. */
const longestForm = 20_000;

/** What was given as a declaration has it, or in one line why it is no short form. */
function readGiven(
  given: string,
): { readonly form: string; readonly markers: string } | { readonly problem: string } {
  if (given.length > longestForm) {
    return {
      problem: `${counted(given.length, "character is", "characters are")} too many for a short form; write one such as (01-2)(02-12)`,
    };
  }
  const read = readShortForm(given);
  if ("problem" in read) {
    return read;
  }
  const { diagram, start, end } = read;
  // The path condition does not hold back a diagram that somebody has found elsewhere.
  const markers = `${isRootAlone(diagram) ? "" : "train "}${satisfiesPathCondition(diagram) ? "" : "multi_epoch "}`;
  // White space stands between words only, and says nothing there.
  return { form: given.slice(start, end).replace(/\s/g, ""), markers };
}

function freeName(services: DiagLspServices, document: LangiumDocument<DiagFile>): string {
  const taken = services.references.DeclarationFinder.visible(document.parseResult.value);
  for (let number = 1; ; number++) {
    const name = number === 1 ? "pasted" : `pasted_${number}`;
    if (!taken.has(name)) {
      return name;
    }
  }
}

/** Puts a declaration behind the one at an offset, or behind the last before it; without an offset at the end. */
function placed(document: LangiumDocument<DiagFile>, declaration: string, offset: number | undefined): Piece {
  const text = document.textDocument.getText();
  const newline = newlineOf(text);
  const { declarations, imports, $cstNode: root } = document.parseResult.value;
  const comments = root ? commentsOf(root) : [];
  const nodes = [...imports, ...declarations]
    .flatMap(({ $cstNode }) => $cstNode ?? [])
    .sort((one, other) => one.offset - other.offset);
  const before =
    offset === undefined
      ? undefined
      : nodes.findLast((node) => withComments(comments, text, node).offset <= offset);
  const next = before ? nodes[nodes.indexOf(before) + 1] : nodes[0];
  if (before && next) {
    // A comment at the end of the line may be about what follows.
    const about = withComments(comments, text, next).offset;
    const start = Math.min(behindRemarks(comments, text, before.end), about);
    const isLast = /^[^\S\r\n]*(?:\r\n|\n|\r|$)/.test(text.slice(start));
    // What goes on behind the declaration begins a line of its own.
    const blanks = isLast ? 0 : /^[^\S\r\n]*/.exec(text.slice(start))![0].length;
    const blanksBefore = /[^\S\r\n]*$/.exec(text.slice(before.end, start))![0].length;
    return {
      start: start - blanksBefore,
      end: start + blanks,
      text: `${gap(text.slice(before.offset, before.end), newline)}${declaration}${isLast ? "" : newline}`,
    };
  }
  if (offset !== undefined && next && !before) {
    const { offset: start } = withComments(comments, text, next);
    return { start, end: start, text: `${declaration}${newline}${newline}` };
  }
  const end = text.trimEnd().length;
  const last = nodes.at(-1);
  const between =
    end === 0 ? "" : last?.end === end ? gap(text.slice(last.offset, last.end), newline) : newline.repeat(2);
  return {
    start: end,
    end,
    text: `${between}${declaration}${end === text.length || !/\n/.test(text.slice(end)) ? newline : ""}`,
  };
}

/** Whether what is put into a text becomes part of no comment. */
function isRead(services: DiagLspServices, document: LangiumDocument, { start, text }: Piece): boolean {
  if (document.parseResult.lexerErrors.length === 0) {
    return true;
  }
  const before = document.textDocument.getText();
  const word = start + text.search(/\S/);
  const { tokens } = services.parser.Lexer.tokenize(before.slice(0, start) + text + before.slice(start));
  return tokens.some(({ startOffset }) => startOffset === word);
}

/** Declarations of one line stand one below the other, longer ones apart. */
function gap(before: string, newline: string): string {
  return newline.repeat(/\n/.test(before) || !before.includes("=") ? 2 : 1);
}
