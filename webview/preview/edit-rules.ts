import { type EditedDiagram, refusalOf } from "../../src/preview/edit-refusals.js";
import type { DiagramEdit, PreviewDiagram } from "../../src/preview/index.js";

/** A place in a drawing or on the screen. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** Which edits by hand make sense at a node. What the text allows is for the language server to say. */
export interface PossibleEdits {
  /** The nodes that it may be re-attached to; none for a root. */
  readonly newParents: readonly number[];
  /** Whether it is a link: one child, one parent, alone in its part. */
  readonly contract: boolean;
  /** Whether it shares a part with others. */
  readonly ungroup: boolean;
  readonly remove: boolean;
}

/** A broken diagram may have cycles, several roots and nodes with several parents; a node is then judged by its first. */
export function possibleEdits(diagram: PreviewDiagram, node: number): PossibleEdits {
  const parents = diagram.edges.filter(({ child }) => child === node).map(({ parent }) => parent);
  const children = diagram.edges.filter(({ parent }) => parent === node);
  const shares = diagram.parts.some(({ nodes }) => nodes.length > 1 && nodes.includes(node));
  return {
    newParents: parents.length === 0 ? [] : newParents(diagram, node, parents),
    contract: parents.length === 1 && children.length === 1 && !shares,
    ungroup: shares,
    remove: parents.length > 0,
  };
}

function newParents(diagram: PreviewDiagram, node: number, parents: readonly number[]): number[] {
  const under = hangingFrom(diagram, node);
  return diagram.nodes.flatMap((_, other) =>
    under.has(other) || (parents.length === 1 && parents[0] === other) ? [] : [other],
  );
}

/** A node and all that hangs from it. */
export function hangingFrom(diagram: PreviewDiagram, node: number): ReadonlySet<number> {
  const children = new Map<number, number[]>();
  for (const { child, parent } of diagram.edges) {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = new Set([node]);
  for (const one of found) {
    for (const child of children.get(one) ?? []) {
      found.add(child);
    }
  }
  return found;
}

/**
 * In one line why an edit makes no sense for a diagram; nothing when it does, or when the diagram is broken: what is wrong
 * with it is for the language server to say. Names are without quotes, as the page shows them.
 */
export function whyNot(diagram: PreviewDiagram, edit: DiagramEdit): string | undefined {
  return diagram.broken ? undefined : plain(refusalOf(editedDiagram(diagram), edit));
}

/** A sentence of the language server, whose names stand in backticks there. */
export function plain<Text extends string | undefined>(sentence: Text): Text {
  return sentence?.replaceAll("`", "") as Text;
}

function editedDiagram({ nodes, edges, parts, train }: PreviewDiagram): EditedDiagram {
  const parents = nodes.map(() => -1);
  for (const { child, parent } of edges) {
    parents[child] = parent;
  }
  const partOf = nodes.map(() => -1);
  parts.forEach((part, index) => {
    for (const node of part.nodes) {
      partOf[node] = index;
    }
  });
  return {
    diagram: { parents, parts: partOf },
    nodeNames: nodes.map(({ name }) => name),
    train: train ?? false,
  };
}

/** Which of some places a freehand loop goes round, by the even-odd rule; the loop is closed by a straight line. */
export function placesWithin(loop: readonly Place[], places: readonly Place[]): number[] {
  const within = ({ x, y }: Place): boolean => {
    let inside = false;
    for (let at = 0, before = loop.length - 1; at < loop.length; before = at++) {
      const [a, b] = [loop[at]!, loop[before]!];
      if (a.y > y !== b.y > y && x < a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y)) {
        inside = !inside;
      }
    }
    return inside;
  };
  return places.flatMap((place, index) => (within(place) ? [index] : []));
}
