import {
  type Diagram,
  type FormPiece,
  type FormWord,
  isDotted,
  isNodeNumber,
  makeDiagram,
  piecesOfWord,
  restrictedGrowth,
} from "../../diagram/index.js";
import type { DiagramDeclaration, ShortForm } from "../../language/generated/ast.js";
import { ProblemList, span } from "../../language/problem.js";
import type { DiagramDraft, DraftEdge, DraftMention } from "../../language/semantics/draft.js";
import { draftOfStatements } from "../../language/semantics/long-form.js";
import { draftOfShortForm, writtenForm } from "../../language/semantics/short-form.js";
import { type DraftForest, growForest } from "../../language/semantics/tree.js";

/**
 * A draft as far as it can be drawn, broken or not. Its nodes have the numbers of the drawing: for a sound
 * draft those of its `NamedDiagram`.
 */
export interface Sketch {
  readonly draft: DiagramDraft;
  /** The draft's node by node of the drawing. */
  readonly order: readonly number[];
  /** The node of the drawing by the draft's node. */
  readonly placeOf: readonly number[];
  /** A tree, or of a broken draft a forest; the root is the last node. `undefined` when there is no node. */
  readonly diagram: Diagram | undefined;
  /** The draft's part by part of the diagram; `undefined` for a node that the text puts in none. */
  readonly writtenParts: readonly (number | undefined)[];
  /** Written parts of which every node is in an earlier part. */
  readonly emptyParts: readonly number[];
  readonly forest: DraftForest;
}

/** More edges than this beside a tree are a tangle that takes long to draw and tells nothing. */
export const mostStrays = 100;

/** What a declaration says, broken or not. */
export function draftOf(declaration: DiagramDeclaration): DiagramDraft {
  const { shortForm } = declaration;
  return shortForm
    ? (draftOfShortForm(shortForm, new ProblemList()) ?? gatherShortForm(shortForm))
    : draftOfStatements(declaration);
}

/** Nodes have one parent, the first that the text gives them, and one part, the first that names them. */
export function sketchDraft(draft: DiagramDraft): Sketch {
  const size = draft.nodes.length;
  const forest = growForest(draft);
  const parents = draft.nodes.map((_, node) => forest.outgoing[node]?.parent ?? -1);
  const partOf = new Array<number | undefined>(size).fill(undefined);
  draft.parts.forEach((part, index) => {
    for (const { node } of part.nodes) {
      partOf[node] ??= index;
    }
  });
  const labels = partOf.map((part, node) => part ?? draft.parts.length + node);
  const order = size === 0 ? [] : orderForest(parents, labels, forest.root);
  const placeOf = new Array<number>(size);
  order.forEach((node, place) => {
    placeOf[node] = place;
  });
  const used = new Set(partOf);
  const parts = restrictedGrowth(order.map((node) => labels[node]!));
  const writtenParts: (number | undefined)[] = [];
  parts.forEach((part, place) => {
    writtenParts[part] = partOf[order[place]!];
  });
  return {
    draft,
    order,
    placeOf,
    diagram:
      size === 0
        ? undefined
        : { parents: order.map((node) => (parents[node] === -1 ? -1 : placeOf[parents[node]!]!)), parts },
    writtenParts,
    emptyParts: draft.parts.flatMap((_, index) => (used.has(index) ? [] : [index])),
    forest,
  };
}

/** Nodes with children before parents, the tree of the root last: for a tree the order of `makeDiagram`. */
function orderForest(
  parents: readonly number[],
  labels: readonly number[],
  wanted: number | undefined,
): number[] {
  const size = parents.length;
  const roots = parents.flatMap((parent, node) => (parent === -1 ? [node] : []));
  if (roots.length === 1) {
    return makeDiagram(parents, labels).order;
  }
  // One node above all roots makes a tree of the forest.
  const above = [...parents.map((parent) => (parent === -1 ? size : parent)), -1];
  const order = makeDiagram(above, [...labels, -1]).order.slice(0, -1);
  const root = wanted !== undefined && parents[wanted] === -1 ? wanted : roots.at(-1)!;
  const inLast = new Array<boolean>(size).fill(false);
  for (const node of [...order].reverse()) {
    inLast[node] = node === root || (parents[node] !== -1 && inLast[parents[node]!]!);
  }
  return [...order.filter((node) => !inLast[node]), ...order.filter((node) => inLast[node])];
}

/** What can be read of a short form that is none: its groups of numbers and its pairs. */
function gatherShortForm(form: ShortForm): DiagramDraft {
  const written = writtenForm(form);
  const dotted = isDotted([...written.partition, ...written.edges]);
  const groups = numbersIn(written.partition, dotted);
  const pairs = numbersIn(written.edges, dotted).filter((pair) => pair.length === 2);
  const numbers = [...new Set([...groups.flat(), ...pairs.flat()].map(({ text }) => Number(text)))].sort(
    (one, other) => one - other,
  );
  const indices = new Map(numbers.map((number, index) => [number, index]));
  const mentionOf = (piece: FormPiece): DraftMention => ({
    node: indices.get(Number(piece.text))!,
    range: written.rangeOf(piece),
  });
  const mentions = [...groups.flat(), ...pairs.flat()].map(mentionOf);
  const firstRanges = new Map([...mentions].reverse().map(({ node, range }) => [node, range]));
  const edges = pairs.map((pair): DraftEdge => {
    const [child, parent] = pair.map(mentionOf) as [DraftMention, DraftMention];
    return { child: child.node, parent: parent.node, range: span(child.range, parent.range) };
  });
  const last = numbers.length - 1;
  return {
    nodes: numbers.map((number, index) => ({
      name: String(number),
      range: firstRanges.get(index)!,
    })),
    edges,
    parts: groups.map((group) => ({
      range: written.rangeOf({ start: group[0]!.start, end: group[group.length - 1]!.end }),
      nodes: group.map(mentionOf),
    })),
    mentions,
    ...(last < 0 || edges.some(({ child }) => child === last) ? {} : { root: last }),
  };
}

/** Groups of node numbers between dashes, whatever else stands there left out. */
function numbersIn(words: readonly FormWord[], dotted: boolean): FormPiece[][] {
  const groups: FormPiece[][] = [[]];
  for (const piece of words.flatMap((word) => piecesOfWord(word, dotted))) {
    if (piece.text === "-") {
      groups.push([]);
    } else if (isNodeNumber(piece)) {
      groups[groups.length - 1]!.push(piece);
    }
  }
  return groups.filter((group) => group.length > 0);
}
