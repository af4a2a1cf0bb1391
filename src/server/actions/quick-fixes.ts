import {
  type AstNode,
  AstUtils,
  type CstNode,
  CstUtils,
  type LangiumDocument,
  type ParseResult,
} from "langium";
import type { CodeAction, Diagnostic } from "vscode-languageserver";
import {
  type DiagFile,
  type DiagramDeclaration,
  isColumn,
  isDiagramDeclaration,
  isDistribution,
  isLandscapeDeclaration,
  isMeasureChoice,
  isMetricEntry,
  isNodeMention,
  isPartStatement,
  isPredictChoice,
  isSumChoice,
  isSymbolReference,
  isVerifyDeclaration,
  type PartStatement,
} from "../../language/generated/ast.js";
import type { Problem } from "../../language/problem.js";
import { checkDiagram } from "../../language/semantics/diagram.js";
import { listOfNames } from "../../language/semantics/tree.js";
import { meantAt } from "../../language/validation/meant.js";
import { namedAt, occurrencesOf } from "../names/occurrences.js";
import type { DiagLspServices } from "../services.js";
import { commentsOf, keepingComments, withComments } from "./comments.js";
import { contraction, keepingOnly } from "./contract.js";
import { lastStatement, type Piece, quickFix, replaced, withSpace } from "./text.js";

/** Landscapes offered to a `verify` that names none. */
const mostLandscapes = 5;

type Data = Readonly<Record<string, unknown>>;

/** The ways to repair what a diagnostic tells. Edits go by words, so that comments stay wherever they are. */
export function quickFixes(
  document: LangiumDocument<DiagFile>,
  diagnostic: Diagnostic,
  services: DiagLspServices,
): CodeAction[] {
  const { textDocument, parseResult } = document;
  const text = textDocument.getText();
  const offset = textDocument.offsetAt(diagnostic.range.start);
  const end = textDocument.offsetAt(diagnostic.range.end);
  const data = (diagnostic.data ?? {}) as Data;
  if (diagnostic.code === "syntax") {
    return spellingFixes(document, diagnostic, services);
  }
  const root = parseResult.value.$cstNode;
  const leaf = root && CstUtils.findLeafNodeAtOffset(root, offset);
  const node = leaf?.astNode;
  if (!root || !node) {
    return [];
  }
  const diagram = AstUtils.getContainerOfType(node, isDiagramDeclaration);
  const fixes: CodeAction[] = [];
  const fix = (title: string, wanted: readonly Piece[], preferred = false): void => {
    const pieces = keepingComments(root, wanted);
    if (pieces.length > 0 && (!diagram || mends(diagram, pieces, diagnostic, services))) {
      fixes.push(quickFix(document, diagnostic, title, pieces, preferred));
    }
  };

  if (typeof data.suggestion === "string") {
    const wrong = typeof data.name === "string" ? data.name : text.slice(offset, end);
    fix(
      `Change to \`${data.suggestion}\``,
      respelled(document, { offset, end, wrong, right: data.suggestion }, services),
      true,
    );
  }
  switch (diagnostic.code) {
    case "reducible": {
      const named = diagram && services.validation.DeclarationChecker.diagram(diagram).value;
      if (named && typeof data.link === "string") {
        fix(`Contract the link \`${data.link}\``, contraction(diagram, named, data.link), true);
      }
      break;
    }
    case "duplicate-name":
      if (node.$type !== "Import") {
        const name = text.slice(offset, end);
        if (/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name)) {
          const free = freeName(name, document, services);
          fix(`Rename to \`${free}\``, [{ start: offset, end, text: free }], true);
        }
        if (isDiagramDeclaration(node) || isLandscapeDeclaration(node) || isVerifyDeclaration(node)) {
          // What is said of it, and in it, goes with it.
          const whole = withComments(commentsOf(root), text, node.$cstNode!);
          const piece = withSpace(text, whole);
          fixes.push(quickFix(document, diagnostic, `Remove this \`${name}\``, [piece]));
        }
      }
      break;
    case "two-parts":
    case "root-in-part": {
      const names = Array.isArray(data.nodes) ? (data.nodes as string[]) : [];
      if (names.length > 0) {
        fix(
          `Take ${listOfNames(names)} out of this part`,
          leavingPart(text, partAt(node), names, data.twice === true),
          diagnostic.code === "two-parts",
        );
      }
      if (diagnostic.code === "root-in-part" && diagram) {
        fix("Mark as `train diagram`", marked(diagram, "train"));
      }
      break;
    }
    case "path-condition":
      if (diagram && diagnostic.severity === 1) {
        fix("Mark as `multi_epoch diagram`", marked(diagram, "multi_epoch"));
      }
      if (diagram && Array.isArray(data.nodes)) {
        for (const name of data.nodes as string[]) {
          const part = diagram.statements
            .filter(isPartStatement)
            .find(({ nodes }) => nodes.some(({ node: reference }) => reference.$refText === name));
          fix(`Take \`${name}\` out of its part`, leavingPart(text, part, [name], false));
        }
      }
      break;
    case "bad-distribution":
      for (const { title, pieces } of probabilityFixes(node, data)) {
        fix(title, pieces);
      }
      break;
    case "bad-value":
      if (data.repeated === true && isMetricEntry(node)) {
        const { entries } = node.$container;
        const others = entries.filter((entry) => entry !== node);
        fix(`Remove this \`${node.weight.$refText}\``, keepingOnly(entries, others));
      }
      if (typeof data.replacement === "string") {
        fix(`Change to \`${data.replacement}\``, [{ start: offset, end, text: data.replacement }], true);
      }
      if (typeof data.example === "string" && isVerifyDeclaration(node)) {
        for (const line of linesLike(data.example, document, services)) {
          fix(`Add \`${line}\``, [lastStatement(text, node, line)], true);
        }
      }
      if (data.removable === "predict") {
        fix("Remove `predict`: trials are measured only", leavingOut(text, node), true);
      }
      if (data.removable === "test_points" || data.removable === "samples") {
        fix(`Remove \`${data.removable}\``, leavingOut(text, node), true);
      }
      break;
  }
  return fixes;
}

/** What was meant where reading stopped, where that can be read so far at least. */
function spellingFixes(
  document: LangiumDocument<DiagFile>,
  diagnostic: Diagnostic,
  services: DiagLspServices,
): CodeAction[] {
  const { textDocument, parseResult } = document;
  const text = textDocument.getText();
  const [start, end] = [diagnostic.range.start, diagnostic.range.end].map((at) => textDocument.offsetAt(at));
  const meant =
    text.length > mostReadAgain ? undefined : meantAt(text, start!, end!, String(diagnostic.message));
  const pieces = meant?.pieces ?? [];
  const first = pieces[0];
  if (meant === undefined || first === undefined) {
    return [];
  }
  const errorsBefore = ({ lexerErrors, parserErrors }: ParseResult, place: number): number =>
    lexerErrors.filter(({ offset }) => offset < place).length +
    parserErrors.filter(({ token }) => token.startOffset < place).length;
  // What is wrong behind it may be another slip.
  const near = pieces.findLast((piece) => piece.start <= end!) ?? first;
  const moved = pieces
    .filter((piece) => piece.start <= near.start)
    .reduce((shift, piece) => shift + piece.text.length - (piece.end - piece.start), 0);
  const after = services.parser.LangiumParser.parse<DiagFile>(replaced(text, pieces));
  const isReadFarther = errorsBefore(after, near.end + moved) <= errorsBefore(parseResult, first.start);
  return isReadFarther ? [quickFix(document, diagnostic, meant.title, pieces, true)] : [];
}

/** A longer text is not read again to see what a change makes of it, in characters. */
const mostReadAgain = 50_000;

/**
 * Whether a diagram's declaration has an error or a warning less after a change, and no error more: a node that leaves
 * its part may break another condition.
 */
function mends(
  diagram: DiagramDeclaration,
  pieces: readonly Piece[],
  diagnostic: Diagnostic,
  services: DiagLspServices,
): boolean {
  const { offset, end, text } = diagram.$cstNode!;
  // Names of declarations are checked with the file.
  if (
    diagnostic.code === "duplicate-name" ||
    pieces.some((piece) => piece.start < offset || piece.end > end)
  ) {
    return true;
  }
  const moved = pieces.map((piece) => ({ ...piece, start: piece.start - offset, end: piece.end - offset }));
  const after = services.parser.LangiumParser.parse<DiagFile>(replaced(text, moved));
  const [changed, ...others] = after.value.declarations;
  if (
    after.lexerErrors.length + after.parserErrors.length + others.length > 0 ||
    !isDiagramDeclaration(changed)
  ) {
    return false;
  }
  const codesOf = (problems: readonly Problem[]): string[] =>
    problems.filter(({ severity }) => severity === "error").map(({ code }) => code);
  const before = services.validation.DeclarationChecker.diagram(diagram).problems;
  const now = checkDiagram(changed, undefined).problems;
  const left = codesOf(before);
  const isNew = codesOf(now).some((code) => {
    const index = left.indexOf(code);
    left.splice(Math.max(0, index), index < 0 ? 0 : 1);
    return index < 0;
  });
  const count = (problems: readonly Problem[]): number =>
    problems.filter(({ code }) => code === diagnostic.code).length;
  return !isNew && (diagnostic.severity === 1 ? left.length > 0 : count(now) < count(before));
}

/**
 * A name as it was meant: everywhere in a diagram for a node, and everywhere for a column, which declares itself; elsewhere
 * at its place.
 */
function respelled(
  document: LangiumDocument<DiagFile>,
  { offset, end, wrong, right }: { offset: number; end: number; wrong: string; right: string },
  services: DiagLspServices,
): Piece[] {
  const root = document.parseResult.value.$cstNode!;
  const leaf = CstUtils.flattenCst(root)
    .filter((one) => !one.hidden && one.text === wrong)
    .find((one) => one.offset >= offset && one.end <= end);
  if (!leaf) {
    return [];
  }
  const named =
    isNodeMention(leaf.astNode) || isColumn(leaf.astNode) ? namedAt(document, leaf.offset) : undefined;
  const { textDocument } = document;
  return named
    ? occurrencesOf(named.named, services)
        .filter((one) => one.document === document)
        .map(({ range }) => ({
          start: textDocument.offsetAt(range.start),
          end: textDocument.offsetAt(range.end),
          text: right,
        }))
    : [{ start: leaf.offset, end: leaf.end, text: right }];
}

/** The line of an example; one for each landscape that can be named, where the example names one. */
function linesLike(
  example: string,
  document: LangiumDocument<DiagFile>,
  services: DiagLspServices,
): string[] {
  if (!/^landscape\s/.test(example)) {
    return [example];
  }
  const visible = services.references.DeclarationFinder.visible(document.parseResult.value);
  return [...visible]
    .flatMap(([name, declaration]) => (isLandscapeDeclaration(declaration) ? [`landscape ${name}`] : []))
    .slice(0, mostLandscapes);
}

/** The name with the first number behind it that makes it free. */
function freeName(name: string, document: LangiumDocument<DiagFile>, services: DiagLspServices): string {
  const taken = services.references.DeclarationFinder.visible(document.parseResult.value);
  const text = document.textDocument.getText();
  for (let number = 2; ; number++) {
    const free = `${name}_${number}`;
    if (!taken.has(free) && !text.includes(free)) {
      return free;
    }
  }
}

/** Takes a verify's prediction away, and what else is about it. */
function leavingOut(text: string, node: AstNode): Piece[] {
  const statements = AstUtils.getContainerOfType(node, isVerifyDeclaration)?.statements ?? [];
  return statements
    .filter((one) => isPredictChoice(one) || isSumChoice(one) || isMeasureChoice(one))
    .map(({ $cstNode }) => withSpace(text, $cstNode!));
}

function marked(diagram: DiagramDeclaration, marker: string): Piece[] {
  const start = diagram.$cstNode!.offset;
  return [{ start, end: start, text: `${marker} ` }];
}

function partAt(node: AstNode): PartStatement | undefined {
  return AstUtils.getContainerOfType(node, isPartStatement);
}

/** Takes nodes out of a part, or but for their first mentions in it. A part left empty goes. */
function leavingPart(
  text: string,
  part: PartStatement | undefined,
  names: readonly string[],
  keepsFirst: boolean,
): Piece[] {
  if (!part) {
    return [];
  }
  const firstOf = (name: string): number => part.nodes.findIndex(({ node }) => node.$refText === name);
  const leaving = part.nodes.filter(
    ({ node: { $refText: name } }, index) => names.includes(name) && !(keepsFirst && index === firstOf(name)),
  );
  const kept = part.nodes.filter((mention) => !leaving.includes(mention));
  return kept.length === 0 ? [withSpace(text, part.$cstNode!)] : keepingOnly(part.nodes, kept);
}

function probabilityFixes(
  node: AstNode,
  { total, probabilities }: Data,
): { title: string; pieces: Piece[] }[] {
  const distribution = AstUtils.getContainerOfType(node, isDistribution);
  const places = distribution?.arguments.flatMap(({ probability }) => probability?.$cstNode ?? []) ?? [];
  if (typeof total !== "number" || !(total > 0) || !Array.isArray(probabilities)) {
    return [];
  }
  const values = probabilities as number[];
  if (places.length !== values.length) {
    return [];
  }
  const fixes: { title: string; pieces: Piece[] }[] = [];
  const usesNames = distribution?.arguments.some(
    ({ probability }) =>
      probability &&
      AstUtils.streamAst(probability).some((one) => isSymbolReference(one) && one.symbol.ref !== undefined),
  );
  // A number in the place of a param would no longer follow it.
  if (!usesNames) {
    fixes.push({
      title: "Scale the probabilities to sum to 1",
      pieces: places.map(({ offset: start, end }, index) => ({
        start,
        end,
        text: String(Number((values[index]! / total).toPrecision(12))),
      })),
    });
  }
  const last = places.at(-1)!;
  if (places.length > 1 && total - values.at(-1)! <= 1) {
    const others = places.slice(0, -1).map((place) => {
      const words = wordsOf(place);
      return words.some((word) => /^[-+]$/.test(word)) ? `(${words.join("")})` : words.join("");
    });
    fixes.push({
      title: "Give the last value the remaining probability",
      pieces: [{ start: last.offset, end: last.end, text: ["1", ...others].join(" - ") }],
    });
  }
  return fixes;
}

/** The words and signs of an expression. No two that stand side by side become one without what is between. */
function wordsOf(node: CstNode): string[] {
  return CstUtils.flattenCst(node)
    .filter((leaf) => !leaf.hidden)
    .map(({ text }) => text)
    .toArray();
}
