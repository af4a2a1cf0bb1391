import type { AstNode } from "langium";
import { type Diagram, formatShortForm, makeDiagram } from "../../diagram/index.js";
import {
  type DiagramDeclaration,
  type EdgeStatement,
  isEdgeStatement,
  type NodeGroup,
  type NodeMention,
} from "../../language/generated/ast.js";
import type { NamedDiagram } from "../../language/semantics/diagram.js";
import { type Piece, withSpace } from "./text.js";

/** The diagram without a link: its child hangs on its parent (THEORY §2). */
export function contracted(diagram: Diagram, link: number): Diagram {
  const target = diagram.parents[link]!;
  const kept = diagram.parents.map((_, node) => node).filter((node) => node !== link);
  const place = new Map(kept.map((node, index) => [node, index]));
  return makeDiagram(
    kept.map((node) => {
      const parent = diagram.parents[node] === link ? target : diagram.parents[node]!;
      return parent === -1 ? -1 : place.get(parent)!;
    }),
    kept.map((node) => diagram.parts[node]!),
  ).diagram;
}

/** What to change in a declaration, whose diagram is `named`, to contract one of its links. */
export function contraction(declaration: DiagramDeclaration, named: NamedDiagram, link: string): Piece[] {
  const form = declaration.shortForm?.$cstNode;
  if (form) {
    const text = formatShortForm(contracted(named.diagram, named.nodeNames.indexOf(link)));
    return [{ start: form.offset, end: form.end, text }];
  }
  const parent = named.nodeNames[named.diagram.parents[named.nodeNames.indexOf(link)]!]!;
  const text = declaration.$cstNode!.root.fullText;
  return declaration.statements.flatMap((statement): Piece[] => {
    if (isEdgeStatement(statement)) {
      return withoutLink(statement, link, parent, text);
    }
    // A link is alone in its part, so that the part goes with it.
    return statement.nodes.some(({ node }) => node.$refText === link)
      ? [withSpace(text, statement.$cstNode!)]
      : [];
  });
}

function withoutLink(statement: EdgeStatement, link: string, parent: string, text: string): Piece[] {
  const { groups } = statement;
  const index = groups.findIndex(({ nodes }) => nodes.some(({ node }) => node.$refText === link));
  const group = groups[index];
  if (!group) {
    return [];
  }
  const mention = group.nodes.find(({ node }) => node.$refText === link)!;
  const alone = group.nodes.length === 1;
  const next = groups[index + 1];
  if (alone && next && (index > 0 || groups.length > 2)) {
    return [{ start: group.$cstNode!.offset, end: next.$cstNode!.offset, text: "" }];
  }
  if (index > 0) {
    return [{ start: mention.$cstNode!.offset, end: mention.$cstNode!.end, text: parent }];
  }
  return alone ? [withSpace(text, statement.$cstNode!)] : [withoutMention(group.nodes, mention)];
}

/** A mention of a list with the comma that goes with it. */
function withoutMention(nodes: NodeGroup["nodes"], mention: NodeMention): Piece {
  return keepingOnly(
    nodes,
    nodes.filter((one) => one !== mention),
  )[0]!;
}

/** A list without the members that are not kept, of which there is one at least. */
export function keepingOnly<T extends AstNode>(nodes: readonly T[], kept: readonly T[]): Piece[] {
  const first = nodes.indexOf(kept[0]!);
  const staying = new Set(kept);
  return nodes.flatMap((mention, index): Piece[] => {
    const { offset, end } = mention.$cstNode!;
    if (index < first) {
      return [{ start: offset, end: nodes[index + 1]!.$cstNode!.offset, text: "" }];
    }
    return staying.has(mention) ? [] : [{ start: nodes[index - 1]!.$cstNode!.end, end, text: "" }];
  });
}
