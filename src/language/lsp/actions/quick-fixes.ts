import { AstUtils, CstUtils, type LangiumDocument } from "langium";
import type { CodeAction, Diagnostic } from "vscode-languageserver";
import {
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
  isDistribution,
  isLandscapeDeclaration,
  isNodeMention,
  isPartStatement,
  isVerifyDeclaration,
} from "../../generated/ast.js";
import { ProblemList } from "../../problem.js";
import { constantValue } from "../../semantics/expression.js";
import type { DiagLspServices } from "../lsp-module.js";
import { contraction, withoutMention } from "./contract.js";
import { type Piece, quickFix, startOfBlanks, withComments, withSpace } from "./text.js";

type Data = Readonly<Record<string, unknown>>;

/** The ways to repair what a diagnostic tells. */
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
  const root = parseResult.value.$cstNode;
  const leaf = root && CstUtils.findLeafNodeAtOffset(root, offset);
  const node = leaf?.astNode;
  const diagram = node && AstUtils.getContainerOfType(node, isDiagramDeclaration);
  const fixes: CodeAction[] = [];
  const fix = (title: string, pieces: readonly Piece[], preferred = false): void => {
    if (pieces.length > 0) {
      fixes.push(quickFix(document, diagnostic, title, pieces, preferred));
    }
  };

  if (typeof data.suggestion === "string") {
    const wrong = typeof data.name === "string" ? data.name : text.slice(offset, end);
    const within = text.slice(offset, end).indexOf(wrong);
    if (within >= 0) {
      const start = offset + within;
      fix(
        `Change to \`${data.suggestion}\``,
        [{ start, end: start + wrong.length, text: data.suggestion }],
        true,
      );
    }
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
      if (node && node.$type !== "Import") {
        const name = text.slice(offset, end);
        if (/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name)) {
          const free = freeName(name, document, services);
          fix(`Rename to \`${free}\``, [{ start: offset, end, text: free }], true);
        }
        if (isDiagramDeclaration(node) || isLandscapeDeclaration(node) || isVerifyDeclaration(node)) {
          fix(`Remove this \`${name}\``, [withSpace(text, withComments(text, node.$cstNode!))]);
        }
      }
      break;
    case "two-parts":
    case "root-in-part":
      if (typeof data.node === "string") {
        fix(
          `Take \`${data.node}\` out of this part`,
          leavingPart(document, offset),
          diagnostic.code === "two-parts",
        );
      }
      if (diagnostic.code === "root-in-part" && diagram) {
        fix("Mark as `train diagram`", marked(diagram, "train"));
      }
      break;
    case "path-condition":
      if (diagram && diagnostic.severity === 1) {
        fix("Mark as `multi_epoch diagram`", marked(diagram, "multi_epoch"));
      }
      if (diagram && Array.isArray(data.nodes)) {
        for (const name of data.nodes as string[]) {
          const mention = diagram.statements
            .filter(isPartStatement)
            .flatMap((part) => part.nodes)
            .find(({ node: reference }) => reference.$refText === name);
          fix(
            `Take \`${name}\` out of its part`,
            mention ? leavingPart(document, mention.$cstNode!.offset) : [],
          );
        }
      }
      break;
    case "bad-distribution":
      for (const { title, pieces } of probabilityFixes(document, offset, data)) {
        fix(title, pieces);
      }
      break;
    case "bad-value":
      if (typeof data.example === "string" && node) {
        const close = /\}$/.exec(node.$cstNode?.text ?? "");
        const place = node.$cstNode!.end - 1;
        if (close) {
          const onOwnLine = text[startOfBlanks(text, place) - 1] === "\n";
          const inserted = onOwnLine
            ? `  ${data.example}\n`
            : `${/\s/.test(text[place - 1] ?? "") ? "" : " "}${data.example} `;
          const at = onOwnLine ? text.lastIndexOf("\n", place) + 1 : place;
          fix(`Add \`${data.example}\``, [{ start: at, end: at, text: inserted }], true);
        }
      }
      break;
  }
  return fixes;
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

function marked(diagram: DiagramDeclaration, marker: string): Piece[] {
  const start = diagram.$cstNode!.offset;
  return [{ start, end: start, text: `${marker} ` }];
}

/** Takes the node mentioned at a place out of the part there; a part left empty goes. */
function leavingPart(document: LangiumDocument<DiagFile>, offset: number): Piece[] {
  const leaf = CstUtils.findLeafNodeAtOffset(document.parseResult.value.$cstNode!, offset);
  const mention = leaf?.astNode;
  const part = mention?.$container;
  if (!isNodeMention(mention) || !isPartStatement(part)) {
    return [];
  }
  return part.nodes.length === 1
    ? [withSpace(document.textDocument.getText(), part.$cstNode!)]
    : [withoutMention(part.nodes, mention)];
}

function probabilityFixes(
  document: LangiumDocument<DiagFile>,
  offset: number,
  { total }: Data,
): { title: string; pieces: Piece[] }[] {
  const leaf = CstUtils.findLeafNodeAtOffset(document.parseResult.value.$cstNode!, offset);
  const distribution = leaf && AstUtils.getContainerOfType(leaf.astNode, isDistribution);
  if (typeof total !== "number" || !(total > 0) || !distribution) {
    return [];
  }
  const probabilities = distribution.arguments.flatMap(({ probability }) => probability ?? []);
  const values = probabilities.map((one) => constantValue(one, () => undefined, new ProblemList()));
  const places = probabilities.map(({ $cstNode }) => $cstNode!);
  const fixes: { title: string; pieces: Piece[] }[] = [];
  if (values.every((value) => value !== undefined)) {
    fixes.push({
      title: "Scale the probabilities to sum to 1",
      pieces: places.map(({ offset: start, end }, index) => ({
        start,
        end,
        text: String(Number((values[index]! / total).toPrecision(12))),
      })),
    });
  }
  const last = places.at(-1);
  const lastValue = values.at(-1);
  if (last && places.length > 1 && (lastValue === undefined || total - lastValue <= 1)) {
    const others = places.slice(0, -1).map(({ text }) => (/^[\w./ ]+$/.test(text) ? text : `(${text})`));
    fixes.push({
      title: "Give the last value the remaining probability",
      pieces: [{ start: last.offset, end: last.end, text: ["1", ...others].join(" - ") }],
    });
  }
  return fixes;
}
