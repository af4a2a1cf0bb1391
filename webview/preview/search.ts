import { formatShortForm, makeDiagram } from "../../src/diagram/index.js";
import type { PreviewDiagram } from "../../src/preview/index.js";

/* Finds diagrams by their names, facts, complaints, the names of nodes and parts, and their short form. */

const texts = new WeakMap<PreviewDiagram, string>();
const shortForms = new WeakMap<PreviewDiagram, string>();

function textOf(diagram: PreviewDiagram): string {
  let text = texts.get(diagram);
  if (text === undefined) {
    const { name, facts, nodes, parts, marks } = diagram;
    text = [
      name,
      facts,
      ...nodes.map((node) => node.name),
      ...parts.flatMap((part) => part.name ?? []),
      ...marks.flatMap(({ code, severity }) => [code, severity]),
    ]
      .join("\n")
      .toLowerCase();
    texts.set(diagram, text);
  }
  return text;
}

/** The short form, without white space; empty when the diagram is not a tree with a partition. */
function shortFormOf(diagram: PreviewDiagram): string {
  let text = shortForms.get(diagram);
  if (text === undefined) {
    const parents = diagram.nodes.map(() => -1);
    for (const { child, parent } of diagram.edges) {
      parents[child] = parent;
    }
    const parts = diagram.nodes.map((_, node) => diagram.parts.length + node);
    for (const [part, { nodes }] of diagram.parts.entries()) {
      for (const node of nodes) {
        parts[node] = part;
      }
    }
    try {
      text = formatShortForm(makeDiagram(parents, parts).diagram);
    } catch {
      text = "";
    }
    shortForms.set(diagram, text);
  }
  return text;
}

/** The diagrams that have every word of the search somewhere; all of them for an empty search. */
export function findDiagrams(diagrams: readonly PreviewDiagram[], search: string): readonly PreviewDiagram[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return diagrams;
  }
  return diagrams.filter((diagram) =>
    words.every((word) =>
      /^\(?[\d.]+-|^\(/.test(word) ? shortFormOf(diagram).includes(word) : textOf(diagram).includes(word),
    ),
  );
}
