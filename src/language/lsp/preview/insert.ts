import type { LangiumDocument } from "langium";
import { isRootAlone, satisfiesPathCondition } from "../../../diagram/index.js";
import type { EditAnswer, InsertParameters } from "../../../preview/index.js";
import { type DiagFile, isDiagramDeclaration } from "../../generated/ast.js";
import { checkDiagram } from "../../semantics/diagram.js";
import { type Piece, withComments } from "../actions/text.js";
import type { DiagLspServices } from "../lsp-module.js";
import { readVersion, textAnswer } from "./reading.js";

/** A short form, as the paper writes it, as a declaration; or in one line what is wrong with it. */
export function answerInsert(services: DiagLspServices, parameters: InsertParameters): Promise<EditAnswer> {
  const { uri, version, shortForm, position } = parameters;
  return readVersion<EditAnswer>(services, uri, version, (document) => {
    const read = readShortForm(services, shortForm);
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

const example = "write one such as (01-2)(02-12)";

/**
 * Reads a short form with the language's own reader, so that the same is taken and the same is said. Where
 * something is wrong the place in what was given is told, in characters from 1.
 */
export function readShortForm(
  services: DiagLspServices,
  given: string,
): { readonly form: string; readonly markers: string } | { readonly problem: string } {
  if (given.trim() === "") {
    return { problem: `there is no short form; ${example}` };
  }
  if (given.length > longestForm) {
    return { problem: `${given.length} characters are too many for a short form; ${example}` };
  }
  const { start: before, end } = withoutSetting(given);
  const wrapped = given.slice(before, end);
  if (!wrapped.startsWith("(")) {
    return { problem: `"${shortened(given)}" is no short form; ${example}` };
  }
  const stray = /[^\d\s().-]/u.exec(wrapped);
  if (stray) {
    return {
      problem: `"${stray[0]}" at character ${before + stray.index + 1}: a short form has digits, dots, dashes and parentheses only`,
    };
  }
  if (!/^\([^()]*\)\s*\([^()]*\)$/.test(wrapped)) {
    return {
      problem: `a short form has two pairs of parentheses, for the parts and for the edges; ${example}`,
    };
  }
  // White space is as good as none, but would tear numbers apart.
  const places = [...wrapped.matchAll(/\S/g)].map(({ index }) => before + index + 1);
  const form = wrapped.replace(/\s/g, "");
  const head = "train multi_epoch diagram d = ";
  const { value } = services.parser.LangiumParser.parse<DiagFile>(`${head}${form}`);
  const [declaration] = value.declarations;
  if (!isDiagramDeclaration(declaration) || !declaration.shortForm) {
    return { problem: `"${shortened(given)}" is no short form; ${example}` };
  }
  const { value: named, problems } = checkDiagram(declaration, undefined);
  if (!named) {
    const { message, range } = problems.find(({ severity }) => severity === "error")!;
    const place = places[range.start.character - head.length];
    return { problem: place === undefined ? message : `at character ${place}: ${message}` };
  }
  const { diagram } = named;
  // The path condition does not hold back a diagram that somebody has found elsewhere.
  const markers = `${isRootAlone(diagram) ? "" : "train "}${satisfiesPathCondition(diagram) ? "" : "multi_epoch "}`;
  return { form, markers };
}

/** Where the form itself stands in what the paper writes, such as `$\\sdia{c(012-3)(03-13-23)}$`. */
function withoutSetting(given: string): { start: number; end: number } {
  let start = 0;
  for (const pattern of [/^[\s$]*/, /^\\[A-Za-z]+\s*/, /^\{\s*/, /^[A-Za-z]\s*/]) {
    start += pattern.exec(given.slice(start))?.[0].length ?? 0;
  }
  let end = given.length;
  while (end > start && /[\s$},;.]/.test(given[end - 1]!)) {
    end--;
  }
  return { start, end };
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
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const { declarations, imports } = document.parseResult.value;
  const nodes = [...imports, ...declarations].flatMap(({ $cstNode }) => $cstNode ?? []);
  const before =
    offset === undefined ? undefined : nodes.findLast((node) => withComments(text, node).offset <= offset);
  const next = before ? nodes[nodes.indexOf(before) + 1] : nodes[0];
  if (before && next) {
    const remark = /^[^\S\r\n]*(?:\/\/[^\r\n]*|\/\*(?:[^*\r\n]|\*(?!\/))*\*\/[^\S\r\n]*(?=\r?\n))/.exec(
      text.slice(before.end),
    );
    const start = before.end + (remark?.[0].trimEnd().length ?? 0);
    const isLast = /^[^\S\r\n]*(?:\r?\n|$)/.test(text.slice(start));
    return {
      start,
      end: start,
      text: `${gap(text.slice(before.offset, before.end), newline)}${declaration}${isLast ? "" : newline}`,
    };
  }
  if (offset !== undefined && next && !before) {
    const { offset: start } = withComments(text, next);
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

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
