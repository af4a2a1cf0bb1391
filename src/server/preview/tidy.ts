import type { CstNode } from "langium";
import type { DiagFile, DiagramDeclaration } from "../../language/generated/ast.js";
import { type Piece, replaced } from "../actions/text.js";
import { formattedGaps, type Gap } from "../editing/layout.js";
import type { DiagLspServices } from "../services.js";

/** How a file is laid out: what a level of a block is indented by, and what ends its lines. */
export interface Layout {
  readonly unit: string;
  readonly newline: string;
}

/** More ways to indent than these are not tried. */
const mostUnits = 8;

/**
 * As a declaration has it, or else its file: indented by what the formatter would leave as it is, else as the first
 * statement that begins a line; by two spaces where nothing is.
 */
export function layoutOf(services: DiagLspServices, declaration: DiagramDeclaration): Layout {
  const { root, text } = declaration.$cstNode!;
  const { fullText } = root;
  const ending =
    fullText.includes("\r\n") || !fullText.includes("\n") ? /\r\n|\r/.exec(fullText)?.[0] : undefined;
  const newline = ending ?? "\n";
  const leaves = (node: CstNode | undefined, whole: string, unit: string): boolean =>
    node !== undefined && gapsOf(node, whole, { unit, newline }).every((gap) => isAsItShould(whole, gap));
  const units = unitsIn(text);
  if (units.length > 0) {
    const alone = soundRootOf(services, text);
    const unit = units.find((one) => leaves(alone, text, one));
    return { unit: unit ?? firstOfStatements(declaration) ?? units[0]!, newline };
  }
  const others = unitsIn(fullText);
  return { unit: others.find((one) => leaves(root, fullText, one)) ?? others[0] ?? "  ", newline };
}

/** What lines of a text begin with, which is one level or several, each once. */
function unitsIn(text: string): string[] {
  const found = new Set<string>();
  for (const [, blanks] of text.matchAll(/[\n\r]([^\S\n\r]+)\S/g)) {
    found.add(blanks!.startsWith("\t") ? "\t" : blanks!);
    if (found.size === mostUnits) {
      break;
    }
  }
  return [...found];
}

/** What the first statement that begins a line is indented by. */
function firstOfStatements({ $cstNode, statements }: DiagramDeclaration): string | undefined {
  const { fullText } = $cstNode!.root;
  return statements
    .map((statement) => /[\n\r]([^\S\n\r]+)$/.exec(fullText.slice(0, statement.$cstNode!.offset))?.[1])
    .flatMap((blanks) => (blanks === undefined ? [] : [blanks.startsWith("\t") ? "\t" : blanks]))[0];
}

/**
 * A declaration after an edit, as the formatter leaves it: all of it where it was so before, else what stands around
 * the places of the edit. Only what is between words and signs changes.
 * @param before the declaration's text
 * @param pieces what the edit changes in it
 */
export function tidied(
  services: DiagLspServices,
  before: string,
  pieces: readonly Piece[],
  layout: Layout,
): string {
  const after = replaced(before, pieces);
  const [wanted, had] = [after, before].map((text) => {
    const root = soundRootOf(services, text);
    return root && gapsOf(root, text, layout);
  });
  const wasTidy = had?.every((gap) => isAsItShould(before, gap)) ?? false;
  const touched = wasTidy ? undefined : placesOf(pieces);
  const changes = (wanted ?? []).filter(
    (gap) =>
      !isAsItShould(after, gap) &&
      (touched === undefined || touched.some(({ start, end }) => gap.start <= end && gap.end >= start)),
  );
  return replaced(after, changes);
}

/**
 * What a declaration's text becomes in its file: a line break that it ends with, behind a remark, is the one that
 * stands there already, or the next thing begins a line.
 * @param behind the file's text behind the declaration
 * @returns the text, and how many characters behind the declaration it takes the place of.
 */
export function joinedTo(
  behind: string,
  declaration: string,
  { newline }: Layout,
): { text: string; taken: number } {
  const ending = /(?:\r\n|\n|\r)$/.exec(declaration)?.[0] ?? "";
  const blanks = /^[^\S\n\r]*/.exec(behind)![0].length;
  const goesOn = /^[\n\r]/.test(behind.slice(blanks));
  return ending === ""
    ? { text: declaration, taken: 0 }
    : { text: `${declaration.slice(0, -ending.length)}${goesOn ? "" : newline}`, taken: blanks };
}

/** A text that stands alone, read; nothing where it cannot be. */
function soundRootOf(services: DiagLspServices, text: string): CstNode | undefined {
  const { value, lexerErrors, parserErrors } = services.parser.LangiumParser.parse<DiagFile>(text);
  return lexerErrors.length + parserErrors.length > 0 ? undefined : value.$cstNode;
}

/** The gaps of a text as they should be, but for the last: what is behind a declaration is not the declaration's. */
function gapsOf(root: CstNode, text: string, { unit, newline }: Layout): readonly Gap[] {
  return formattedGaps(root, text, unit, newline).slice(0, -1);
}

function isAsItShould(text: string, { start, end, text: wanted }: Gap): boolean {
  return text.slice(start, end) === wanted;
}

/** Where pieces have come to be in the text that they leave. */
function placesOf(pieces: readonly Piece[]): { readonly start: number; readonly end: number }[] {
  let moved = 0;
  return [...pieces]
    .sort((one, other) => one.start - other.start)
    .map(({ start, end, text }) => {
      const place = { start: start + moved, end: start + moved + text.length };
      moved += text.length - (end - start);
      return place;
    });
}
