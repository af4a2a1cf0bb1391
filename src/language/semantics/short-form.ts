import { CstUtils, GrammarUtils, type LeafCstNode } from "langium";
import type { ShortForm } from "../generated/ast.js";
import { type ProblemList, type Range, rangeOf, span } from "../problem.js";
import type { DiagramDraft, DraftEdge, DraftMention, DraftNode, DraftPart } from "./draft.js";

export interface NumberedPlace {
  readonly text: string;
  readonly range: Range;
}

/**
 * A diagram in the short form: partition, then edges. Node numbers are single digits, unless dots stand
 * anywhere in it: then dots separate them. Reports what is no short form; its tree is checked elsewhere.
 */
export function draftOfShortForm(form: ShortForm, problems: ProblemList): DiagramDraft | undefined {
  const partition = leavesOf(form, "partition");
  const edgeLeaves = leavesOf(form, "edges");
  const dotted = [...partition, ...edgeLeaves].some((leaf) => leaf.text.includes("."));
  const groups = readGroups(partition, dotted, problems);
  const pairs = readGroups(edgeLeaves, dotted, problems);
  if (!groups || !pairs) {
    return undefined;
  }
  const places = new Map<number, Range>();
  for (const { text, range } of groups.flat()) {
    if (!places.has(Number(text))) {
      places.set(Number(text), range);
    }
  }
  const size = places.size;
  const last = size - 1;
  const gap = Array.from({ length: size }, (_, node) => node).find((node) => !places.has(node));
  if (gap !== undefined) {
    problems.error(
      "syntax",
      rangeOf(form, "partition"),
      `node ${gap} is missing from the partition; number the ${size} nodes 0 to ${last}`,
    );
    return undefined;
  }
  const nodes: DraftNode[] = Array.from({ length: size }, (_, node) => ({
    name: String(node),
    range: places.get(node)!,
  }));
  const edges: DraftEdge[] = [];
  for (const pair of pairs) {
    const range = span(pair[0]!.range, pair[pair.length - 1]!.range);
    if (pair.length !== 2) {
      problems.error("syntax", range, edgeMessage(pair.length, dotted));
      return undefined;
    }
    const stray = pair.find((end) => Number(end.text) > last);
    if (stray) {
      problems.error(
        "unresolved",
        stray.range,
        `node ${stray.text} is not in the partition, which has nodes 0 to ${last}`,
      );
      return undefined;
    }
    const [child, parent] = pair.map((end) => Number(end.text)) as [number, number];
    if (child === last && parent !== last) {
      problems.error(
        "many-roots",
        range,
        `node ${last} must be the root, and the root has no outgoing edge; renumber so that the last node is the root`,
      );
      return undefined;
    }
    edges.push({ child, parent, range });
  }
  const mention = ({ text, range }: NumberedPlace): DraftMention => ({ node: Number(text), range });
  const parts: DraftPart[] = groups.map((group) => ({
    range: span(group[0]!.range, group[group.length - 1]!.range),
    nodes: group.map(mention),
  }));
  return { nodes, edges, parts, mentions: [...groups.flat(), ...pairs.flat()].map(mention), root: last };
}

function edgeMessage(numbers: number, dotted: boolean): string {
  const written = numbers === 1 ? "an edge joins two nodes" : `an edge joins two nodes, not ${numbers}`;
  return dotted
    ? `${written}; with dots write \`0.10\` for the edge from 0 to 10`
    : `${written}: write \`02\` for the edge from 0 to 2; with more than ten nodes separate numbers by dots, as in \`0.10\``;
}

function leavesOf(form: ShortForm, property: "partition" | "edges"): LeafCstNode[] {
  const node = GrammarUtils.findNodeForProperty(form.$cstNode, property);
  return node
    ? CstUtils.flattenCst(node)
        .filter((leaf) => !leaf.hidden)
        .toArray()
    : [];
}

/** The node numbers between the dashes; `undefined` when the text has none where one must be. */
function readGroups(
  leaves: readonly LeafCstNode[],
  dotted: boolean,
  problems: ProblemList,
): NumberedPlace[][] | undefined {
  if (leaves.length === 0) {
    return [];
  }
  const groups: NumberedPlace[][] = [[]];
  let afterNumber = false;
  const refuse = (range: Range, message: string): undefined => {
    problems.error("syntax", range, message);
    return undefined;
  };
  for (const leaf of leaves) {
    for (const piece of piecesOf(leaf, dotted)) {
      const group = groups[groups.length - 1]!;
      if (piece.text === "-") {
        if (!afterNumber) {
          return refuse(piece.range, "expected a node number before `-`");
        }
        groups.push([]);
        afterNumber = false;
      } else if (piece.text === ".") {
        if (!afterNumber) {
          return refuse(piece.range, "expected a node number before `.`");
        }
        afterNumber = false;
      } else if (!/^\d{1,9}$/.test(piece.text)) {
        return refuse(
          piece.range,
          `\`${piece.text}\` is no node number; nodes are numbered 0, 1, 2 and so on`,
        );
      } else if (dotted && afterNumber) {
        return refuse(piece.range, "expected `.` or `-` between two node numbers");
      } else {
        group.push(piece);
        afterNumber = true;
      }
    }
  }
  const last = leaves[leaves.length - 1]!;
  return afterNumber ? groups : refuse(last.range, `expected a node number after \`${last.text.slice(-1)}\``);
}

/** A leaf cut into numbers, dots and dashes; one digit each where there are no dots. */
export function piecesOf(leaf: LeafCstNode, dotted: boolean): NumberedPlace[] {
  const { line, character } = leaf.range.start;
  const pattern = dotted ? /\d+|[.-]|[^\d.-]+/g : /\d|[.-]|[^\d.-]+/g;
  return [...leaf.text.matchAll(pattern)].map((match) => ({
    text: match[0],
    range: {
      start: { line, character: character + match.index },
      end: { line, character: character + match.index + match[0].length },
    },
  }));
}
