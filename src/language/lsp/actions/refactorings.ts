import { type LangiumDocument, URI, UriUtils } from "langium";
import { type CodeAction, CodeActionKind } from "vscode-languageserver";
import { childrenOf, type Diagram, formatShortForm, nodesOfParts, rootOf } from "../../../diagram/index.js";
import {
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isPredictChoice,
  isVerifyDeclaration,
  type LandscapeDeclaration,
} from "../../generated/ast.js";
import { declarationsOfOrder, offeredOrders } from "../editing/order-diagrams.js";
import type { DiagLspServices } from "../lsp-module.js";
import { editOf, textEdits, withComments, withSpace } from "./text.js";

/** Other ways to write what stands at a place. */
export function refactorings(
  document: LangiumDocument<DiagFile>,
  offset: number,
  services: DiagLspServices,
  createsFiles: boolean,
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
  const text = document.textDocument.getText();
  const { offset, end } = declaration.$cstNode!;
  const head = /^[^={]*/.exec(text.slice(offset, end))![0].trimEnd();
  const kind = CodeActionKind.RefactorRewrite;
  return declaration.shortForm
    ? [
        {
          title: "Write as statements",
          kind,
          edit: editOf(document, [
            { start: offset, end, text: `${head} {\n${statementsOf(named.diagram)}}` },
          ]),
        },
      ]
    : [
        {
          title: "Write in the short form",
          kind,
          edit: editOf(document, [
            { start: offset, end, text: `${head} = ${formatShortForm(named.diagram)}` },
          ]),
        },
      ];
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
  if (!uri.path.startsWith("/") || !declaration.name) {
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
  const whole = withComments(text, declaration.$cstNode!);
  const imports = document.parseResult.value.imports;
  const after = imports.at(-1)?.$cstNode?.end;
  const statement = `import "./${fileName}"`;
  const inserted =
    after === undefined
      ? { start: 0, end: 0, text: `${statement}\n\n` }
      : { start: after, end: after, text: `\n${statement}` };
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
                newText: `${text.slice(whole.offset, whole.end)}\n`,
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
  const start = declaration
    ? withComments(text, declaration.$cstNode!).offset
    : text.lastIndexOf("\n", offset - 1) + 1;
  const taken = new Set(services.references.DeclarationFinder.visible(document.parseResult.value).keys());
  return orders.map((order) => {
    const { count, lines } = declarationsOfOrder(order, taken);
    const what = count === 1 ? "the irreducible diagram" : `the ${count} irreducible diagrams`;
    return {
      title: `Insert ${what} of ${order} edge${order === 1 ? "" : "s"}`,
      kind: `${CodeActionKind.Refactor}.insert`,
      edit: editOf(document, [
        { start, end: start, text: `${lines.join("\n")}\n${declaration ? "\n" : ""}` },
      ]),
    };
  });
}
