import { isDotted } from "../../diagram/index.js";
import type { DiagramDeclaration } from "../../language/generated/ast.js";
import { ProblemList } from "../../language/problem.js";
import type { NamedDiagram } from "../../language/semantics/diagram.js";
import { draftOfShortForm, writtenForm } from "../../language/semantics/short-form.js";
import {
  descendantsOf,
  type EditAnswer,
  type EditParameters,
  type NodeEdit,
  refusalOf,
} from "../../preview/index.js";
import { commentsOf, keepingComments, withRemarks } from "../actions/comments.js";
import { contraction } from "../actions/contract.js";
import { type Piece, replaced } from "../actions/text.js";
import type { DiagLspServices } from "../services.js";
import { deleteDiagram } from "./delete-diagram.js";
import { refusalOfResult } from "./edit-refusals.js";
import { ShortFormEdits } from "./edit-short-form.js";
import { StatementEdits } from "./edit-statements.js";
import { freshName } from "./fresh-name.js";
import { diagramsOf } from "./listed-diagrams.js";
import { joined, readVersion, textAnswer } from "./reading.js";
import { joinedTo, layoutOf, tidied } from "./tidy.js";

/** An edit of a diagram by hand as edits of its text, or in one line why it cannot be made. */
export function answerEdit(services: DiagLspServices, parameters: EditParameters): Promise<EditAnswer> {
  const { uri, version, id, edit } = parameters;
  return readVersion<EditAnswer>(services, uri, version, (document) => {
    const found = diagramsOf(document.parseResult.value).find((one) => one.id === id);
    if (!found) {
      return { problem: "this diagram is no longer in the text; choose another one" };
    }
    const { declaration } = found;
    const made: EditedDiagram | { readonly problem: string } =
      edit.kind === "deleteDiagram"
        ? deleteDiagram(services, document, declaration)
        : editDiagram(services, declaration, edit);
    return "problem" in made ? made : textAnswer(document, made.pieces, made.select);
  });
}

/** The pieces of the text that change, and the name of the node to select afterwards. */
export interface EditedDiagram {
  readonly pieces: readonly Piece[];
  readonly select?: string;
}

/** What an edit changes in a declaration; nodes are those of its diagram. */
export function editDiagram(
  services: DiagLspServices,
  declaration: DiagramDeclaration,
  edit: NodeEdit,
): EditedDiagram | { readonly problem: string } {
  const { value: named, problems } = services.validation.DeclarationChecker.diagram(declaration);
  if (!named) {
    const error = problems.find(({ severity }) => severity === "error")?.message;
    return { problem: `the diagram is broken; correct its text first${error ? `: ${error}` : ""}` };
  }
  const refusal = refusalOf(named, edit);
  if (refusal !== undefined) {
    return { problem: refusal };
  }
  const node = declaration.$cstNode!;
  const wanted = declaration.shortForm
    ? editShortForm(declaration, named, edit)
    : editStatements(declaration, named, edit);
  const pieces = joined(declaration.shortForm ? wanted.pieces : keepingComments(node, wanted.pieces));
  const moved = pieces.map(({ start, end, text: put }) => ({
    start: start - node.offset,
    end: end - node.offset,
    text: put,
  }));
  const problem = refusalOfResult(services, named, replaced(node.text, moved));
  if (problem !== undefined) {
    return { problem };
  }
  const { fullText } = node.root;
  const layout = layoutOf(services, declaration);
  const tidy = tidied(services, node.text, moved, layout);
  const { text, taken } = joinedTo(fullText.slice(node.end), tidy, layout);
  if (taken === 0 && text === replaced(node.text, moved)) {
    return { ...wanted, pieces };
  }
  const end = node.end + taken;
  return {
    ...wanted,
    pieces: [trimmed(fullText.slice(node.offset, end), { start: node.offset, end, text })],
  };
}

function editStatements(declaration: DiagramDeclaration, named: NamedDiagram, edit: NodeEdit): EditedDiagram {
  const { diagram, nodeNames, partNames } = named;
  const edits = new StatementEdits(declaration);
  const nameOf = (node: number) => nodeNames[node]!;
  switch (edit.kind) {
    case "addChild": {
      const name = freshName(
        nodeNames,
        partNames.flatMap((part) => part ?? []),
      );
      return { pieces: edits.addEdge(name, nameOf(edit.parent)), select: name };
    }
    case "reattach":
      return { pieces: edits.reattach(nameOf(edit.node), nameOf(edit.parent)), select: nameOf(edit.node) };
    case "group":
      return { pieces: edits.group(ascending(edit.nodes).map(nameOf)) };
    case "ungroup":
      return { pieces: edits.ungroup(nameOf(edit.node)), select: nameOf(edit.node) };
    case "dissolve":
      return { pieces: edits.dissolve(edit.nodes.map(nameOf)) };
    case "contract":
      return {
        pieces: contraction(declaration, named, nameOf(edit.node)),
        select: nameOf(diagram.parents[edit.node]!),
      };
    case "remove":
      return {
        pieces: edits.remove(new Set(descendantsOf(diagram, edit.node).map(nameOf))),
        select: nameOf(diagram.parents[edit.node]!),
      };
  }
}

function editShortForm(declaration: DiagramDeclaration, named: NamedDiagram, edit: NodeEdit): EditedDiagram {
  const form = declaration.shortForm!;
  const { diagram, nodeNames } = named;
  const comments = commentsOf(form.$cstNode!);
  const { partition, edges: pairs } = writtenForm(form);
  const dotted = isDotted([...partition, ...pairs]);
  const edits = new ShortFormEdits(draftOfShortForm(form, new ProblemList())!, dotted);
  // The text's numbers need not be those of the diagram, where children come first.
  const numberOf = (node: number) => Number(nodeNames[node]);
  const put = (text: string): Piece[] => {
    const { offset, end } = form.$cstNode!;
    return [trimmed(form.$cstNode!.text, { start: offset, end, text: withRemarks(text, comments) })];
  };
  switch (edit.kind) {
    case "addChild": {
      const { text, added } = edits.addChild(numberOf(edit.parent));
      return { pieces: put(text), select: String(added) };
    }
    case "reattach":
      return {
        pieces: put(edits.reattach(numberOf(edit.node), numberOf(edit.parent))),
        select: nodeNames[edit.node]!,
      };
    case "group":
      return { pieces: put(edits.group(new Set(edit.nodes.map(numberOf)))) };
    case "ungroup":
      return { pieces: put(edits.ungroup(numberOf(edit.node))), select: nodeNames[edit.node]! };
    case "dissolve":
      return { pieces: put(edits.dissolve(new Set(edit.nodes.map(numberOf)))) };
    case "contract": {
      const [piece] = contraction(declaration, named, nodeNames[edit.node]!);
      // The contraction numbers the nodes as the diagram does, and the link comes before its parent.
      return { pieces: put(piece!.text), select: String(diagram.parents[edit.node]! - 1) };
    }
    case "remove": {
      const removed = new Set(descendantsOf(diagram, edit.node).map(numberOf));
      const parent = numberOf(diagram.parents[edit.node]!);
      const before = [...removed].filter((node) => node < parent).length;
      return { pieces: put(edits.remove(removed)), select: String(parent - before) };
    }
  }
}

/** The part of a replacement that differs from what stands there. */
function trimmed(before: string, { start, end, text }: Piece): Piece {
  const most = Math.min(before.length, text.length);
  let head = 0;
  while (head < most && before[head] === text[head]) {
    head++;
  }
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === text.at(-1 - tail)) {
    tail++;
  }
  return { start: start + head, end: end - tail, text: text.slice(head, text.length - tail) };
}

function ascending(nodes: readonly number[]): number[] {
  return [...new Set(nodes)].sort((one, other) => one - other);
}
