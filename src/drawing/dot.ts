import { nodesOfParts, rootOf } from "../diagram/diagram.js";
import type { DrawingInput } from "./drawing.js";
import { outlineStyle } from "./styles.js";

/** A diagram as a Graphviz graph: parts with several nodes are clusters. It has no positions: Graphviz lays it out. */
export function drawingToDot({ diagram, name, nodeNames, partNames }: DrawingInput): string {
  const lines = [
    `digraph ${quote(name)} {`,
    '  graph [rankdir=LR, fontname="Helvetica", fontsize=11];',
    '  node [shape=point, width=0.12, fontname="Helvetica", fontsize=11];',
    "  edge [arrowhead=none];",
  ];
  nodeNames.forEach((words, node) => {
    lines.push(
      `  ${node} [xlabel=${quote(words)}${node === rootOf(diagram) ? ', shape=doublecircle, label=""' : ""}];`,
    );
  });
  let outlines = 0;
  nodesOfParts(diagram).forEach((nodes, part) => {
    if (nodes.length < 2) {
      return;
    }
    const { colour, dashes } = outlineStyle(outlines);
    const style = dashes.length === 0 ? "filled,rounded" : "filled,rounded,dashed";
    lines.push(
      `  subgraph cluster_${outlines++} {`,
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
