import { CstUtils, GrammarUtils, type LangiumDocument, URI, UriUtils } from "langium";
import { type CodeAction, CodeActionKind } from "vscode-languageserver";
import { childrenOf, type Diagram, formatShortForm, nodesOfParts, rootOf } from "../../diagram/index.js";
import {
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isPredictChoice,
  isVerifyDeclaration,
  type LandscapeDeclaration,
} from "../../language/generated/ast.js";
import { counted } from "../../printable/index.js";
import { declarationsOfOrder, offeredOrders } from "../editing/order-diagrams.js";
import type { DiagLspServices } from "../services.js";
import { commentsOf, withComments } from "./comments.js";
import { editOf, newlineOf, textEdits, withSpace } from "./text.js";

/** What refactorings may do. */
export interface RefactoringRights {
  /** Whether the editor makes files. */
  readonly createsFiles: boolean;
  /** Whether diagrams may be offered where there is no declaration. */
  readonly insertsAnywhere: boolean;
}

/** Other ways to write what stands at a place. */
export function refactorings(
  document: LangiumDocument<DiagFile>,
  offset: number,
  services: DiagLspServices,
  { createsFiles, insertsAnywhere }: RefactoringRights,
): CodeAction[] {
  const declaration = document.parseResult.value.declarations.find(
    ({ $cstNode }) => $cstNode && $cstNode.offset <= offset && offset <= $cstNode.end,
  );
  if (isDiagramDeclaration(declaration)) {
    return rewrittenDiagram(document, declaration, services);
  }
  if (isLandscapeDeclaration(declaration)) {
    return createsFiles ? extractedLandscape(document, declaration, services) : [];
  }
  if (declaration === undefined && !insertsAnywhere) {
    return [];
  }
  return insertedOrders(document, offset, declaration, services);
}

function rewrittenDiagram(
  document: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
  services: DiagLspServices,
): CodeAction[] {
  const named = services.validation.DeclarationChecker.diagram(declaration).value;
  if (!named) {
    return [];
  }
  // What stands before the name, and behind it up to `{` or `=`, is not touched.
  const whole = declaration.$cstNode!;
  const name = GrammarUtils.findNodeForProperty(whole, "name")!;
  const body = CstUtils.flattenCst(whole).find(
    (leaf) => !leaf.hidden && leaf.offset >= name.end && (leaf.text === "{" || leaf.text === "="),
  );
  if (!body) {
    return [];
  }
  const text = whole.root.fullText;
  const newline = newlineOf(text);
  const comments = commentsOf(whole).filter(({ start }) => start >= body.end);
  const lines = comments.map((comment) => `  ${comment.text}${newline}`).join("");
  const write = (title: string, written: string): CodeAction => ({
    title,
    kind: CodeActionKind.RefactorRewrite,
    edit: editOf(document, [{ start: body.offset, end: whole.end, text: written }]),
  });
  if (declaration.shortForm) {
    const statements = statementsOf(named.diagram).replaceAll("\n", newline);
    return [write("Write as statements", `{${newline}${lines}${statements}}`)];
  }
  const form = formatShortForm(named.diagram);
  // Within the declaration a comment cannot become one about the next.
  return [write("Write in the short form", lines === "" ? `= ${form}` : `=${newline}${lines}  ${form}`)];
}

/** Edges, one parent a line, and parts of several nodes; leaves are named by letters. */
export function statementsOf(diagram: Diagram): string {
  const root = rootOf(diagram);
  const names = diagram.parents.map((_, node) => (node === root ? "out" : letters(node)));
  const edges = childrenOf(diagram).flatMap((children, parent) =>
    children.length > 0
      ? [`  ${children.map((child) => names[child]).join(", ")} -> ${names[parent]}\n`]
      : [],
  );
  const parts = nodesOfParts(diagram)
    .filter((nodes) => nodes.length > 1)
    .map((nodes) => `  part {${nodes.map((node) => names[node]).join(", ")}}\n`);
  return edges.length > 0 ? [...edges, ...parts].join("") : `  ${names[root]}\n`;
}

function letters(node: number): string {
  const letter = String.fromCharCode(97 + (node % 26));
  return node < 26 ? letter : `${letter}${Math.floor(node / 26)}`;
}

function extractedLandscape(
  document: LangiumDocument<DiagFile>,
  declaration: LandscapeDeclaration,
  services: DiagLspServices,
): CodeAction[] {
  const { uri, textDocument } = document;
  const root = document.parseResult.value.$cstNode;
  const isBroken = services.validation.DeclarationChecker.isBroken(declaration);
  if (!root || !uri.path.startsWith("/") || !declaration.name || isBroken) {
    return [];
  }
  const { LangiumDocuments } = services.shared.workspace;
  const folder = UriUtils.dirname(uri);
  let fileName = `${declaration.name}.diag`;
  for (let number = 2; LangiumDocuments.hasDocument(UriUtils.joinPath(folder, fileName)); number++) {
    fileName = `${declaration.name}_${number}.diag`;
  }
  const target = URI.parse(UriUtils.joinPath(folder, fileName).toString()).toString();
  const text = textDocument.getText();
  const newline = newlineOf(text);
  const whole = withComments(commentsOf(root), text, declaration.$cstNode!);
  const imports = document.parseResult.value.imports;
  const after = imports.at(-1)?.$cstNode?.end;
  const statement = `import "./${fileName}"`;
  const inserted =
    after === undefined
      ? { start: 0, end: 0, text: `${statement}${newline}${newline}` }
      : { start: after, end: after, text: `${newline}${statement}` };
  return [
    {
      title: `Move \`${declaration.name}\` to ${fileName}`,
      kind: CodeActionKind.RefactorExtract,
      edit: {
        documentChanges: [
          { kind: "create", uri: target, options: { ignoreIfExists: false, overwrite: false } },
          {
            textDocument: { uri: target, version: null },
            edits: [
              {
                range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
                newText: `${text.slice(whole.offset, whole.end)}${newline}`,
              },
            ],
          },
          {
            textDocument: { uri: uri.toString(), version: null },
            edits: textEdits(document, [inserted, withSpace(text, whole)]),
          },
        ],
      },
    },
  ];
}

/** Between declarations all orders, and in a verification the one that it predicts by. */
function insertedOrders(
  document: LangiumDocument<DiagFile>,
  offset: number,
  declaration: Declaration | undefined,
  services: DiagLspServices,
): CodeAction[] {
  const text = document.textDocument.getText();
  const predicted = isVerifyDeclaration(declaration)
    ? declaration.statements.find(isPredictChoice)
    : undefined;
  const orders = declaration
    ? offeredOrders.filter((order) => predicted?.kind === "order" && Number(predicted.order) === order)
    : offeredOrders;
  const place = declaration
    ? beforeDeclaration(document, declaration)
    : betweenDeclarations(document, offset);
  const newline = newlineOf(text);
  const taken = new Set(services.references.DeclarationFinder.visible(document.parseResult.value).keys());
  return orders.map((order) => {
    const { count, lines } = declarationsOfOrder(order, taken);
    const what = count === 1 ? "the irreducible diagram" : `the ${count} irreducible diagrams`;
    return {
      title: `Insert ${what} of ${counted(order, "edge")}`,
      kind: `${CodeActionKind.Refactor}.insert`,
      edit: editOf(document, [
        {
          start: place.offset,
          end: place.offset,
          text: `${place.before ? newline : ""}${lines.join(newline)}${newline}${declaration ? newline : ""}`,
        },
      ]),
    };
  });
}

/** A place for whole lines, and whether something stands before it on its line. */
interface LinePlace {
  readonly offset: number;
  readonly before: boolean;
}

/** Directly before a declaration and the comments about it. */
function beforeDeclaration(document: LangiumDocument<DiagFile>, { $cstNode }: Declaration): LinePlace {
  const text = document.textDocument.getText();
  const comments = commentsOf(document.parseResult.value.$cstNode!);
  return { offset: withComments(comments, text, $cstNode!).offset, before: false };
}

/**
 * The beginning of the line of an offset between declarations; where that is in the middle of a declaration, of an import
 * or of a comment, the end of it, and before the comments about a declaration.
 */
function betweenDeclarations(document: LangiumDocument<DiagFile>, offset: number): LinePlace {
  const text = document.textDocument.getText();
  const { imports, declarations, $cstNode: root } = document.parseResult.value;
  const comments = root ? commentsOf(root) : [];
  const nodes = [...imports, ...declarations].flatMap(({ $cstNode }) => $cstNode ?? []);
  const about = nodes
    .map((node) => withComments(comments, text, node))
    .find((one) => one.offset < offset && offset <= one.end);
  if (about) {
    return { offset: about.offset, before: false };
  }
  const line = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  const start = offset === 0 ? 0 : line;
  // What reaches over the beginning of the line, or stands on it before the offset, is not cut nor parted from its end.
  const spans = [...nodes.map(({ offset: from, end }) => ({ start: from, end })), ...comments];
  const end = Math.max(start, ...spans.filter((span) => span.start < offset).map((span) => span.end));
  return end > start ? { offset: end, before: true } : { offset: start, before: false };
}
