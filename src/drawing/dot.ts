import { nodesOfParts, rootOf } from "../diagram/diagram.js";
import type { DrawingInput } from "./drawing.js";
import { depthFirst, orderChildren, partedParts, treeOf } from "./order.js";
import { outlineStyle } from "./styles.js";

/**
 * A diagram as a Graphviz graph. It has no positions: Graphviz lays it out. Nodes are listed in the order of our
 * drawings. A part of several nodes is a cluster where these are neighbours in that order; where they are not, a
 * cluster would pull the tree apart, and its nodes are tied by wide soft lines that do not move them.
 */
export function drawingToDot({ diagram, name, nodeNames, partNames }: DrawingInput): string {
  const lines = [
    `digraph ${quote(name)} {`,
    '  graph [rankdir=LR, fontname="Helvetica", fontsize=11];',
    '  node [shape=point, width=0.12, fontname="Helvetica", fontsize=11];',
    "  edge [arrowhead=none];",
  ];
  const tree = treeOf(diagram);
  const order = orderChildren(tree);
  const tied = new Set(partedParts(tree, order));
  // Graphviz puts what it reads first first.
  for (const node of depthFirst(order).filter((one) => one < nodeNames.length)) {
    lines.push(
      `  ${node} [xlabel=${quote(nodeNames[node]!)}${node === rootOf(diagram) ? ', shape=doublecircle, label=""' : ""}];`,
    );
  }
  let outlines = 0;
  nodesOfParts(diagram).forEach((nodes, part) => {
    if (nodes.length < 2) {
      return;
    }
    const { colour, dashes } = outlineStyle(outlines++);
    if (tied.has(part)) {
      const words = partNames[part];
      nodes.slice(1).forEach((node, index) => {
        const named =
          index === 0 && words !== undefined ? `, label=${quote(words)}, fontcolor="${colour}"` : "";
        lines.push(
          `  ${nodes[index]} -> ${node} [constraint=false, penwidth=9, color="${colour}57"${named}];`,
        );
      });
      return;
    }
    const style = dashes.length === 0 ? "filled,rounded" : "filled,rounded,dashed";
    lines.push(
      `  subgraph cluster_${outlines - 1} {`,
      `    graph [label=${quote(partNames[part] ?? "")}, style="${style}", color="${colour}", fillcolor="${colour}22", fontcolor="${colour}"];`,
      `    ${nodes.join("; ")};`,
      "  }",
    );
  });
  diagram.parents.forEach((parent, node) => {
    if (parent !== -1) {
      lines.push(`  ${node} -> ${parent};`);
    }
  });
  lines.push("}", "");
  return lines.join("\n");
}

/** A quoted string of the DOT language, in which a backslash starts an escape of Graphviz' own. */
function quote(words: string): string {
  return `"${words
    .replace(/\p{Cc}/gu, " ")
    .replace(/\\/g, "\\\\")
    .replace(/"/g, '\\"')}"`;
}
