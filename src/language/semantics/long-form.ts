import { type DiagramDeclaration, isEdgeStatement, type NodeMention } from "../generated/ast.js";
import { type Range, rangeOf, span } from "../problem.js";
import type { DiagramDraft, DraftEdge, DraftNode, DraftPart } from "./draft.js";

/** A diagram written as statements, nodes in the order of their first mention. */
export function draftOfStatements(declaration: DiagramDeclaration): DiagramDraft {
  const nodes: DraftNode[] = [];
  const edges: DraftEdge[] = [];
  const parts: DraftPart[] = [];
  const numbers = new Map<string, number>();

  const numberOf = (mention: NodeMention): { node: number; range: Range } => {
    const name = mention.node.$refText;
    const range = rangeOf(mention);
    let node = numbers.get(name);
    if (node === undefined) {
      node = nodes.length;
      numbers.set(name, node);
      nodes.push({ name, range });
    }
    return { node, range };
  };

  for (const statement of declaration.statements) {
    if (isEdgeStatement(statement)) {
      let children: { node: number; range: Range }[] = [];
      for (const group of statement.groups) {
        const ends = group.nodes.map(numberOf);
        for (const child of children) {
          for (const parent of ends) {
            edges.push({ child: child.node, parent: parent.node, range: span(child.range, parent.range) });
          }
        }
        children = ends;
      }
    } else {
      parts.push({
        ...(statement.name ? { name: statement.name, nameRange: rangeOf(statement, "name") } : {}),
        nodes: statement.nodes.map(numberOf),
      });
    }
  }
  return { nodes, edges, parts };
}
