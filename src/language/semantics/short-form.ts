import { CstUtils, GrammarUtils, type LeafCstNode } from "langium";
import { type FormNumbers, type FormPiece, type FormWord, readFormNumbers } from "../../diagram/index.js";
import type { ShortForm } from "../generated/ast.js";
import { type ProblemList, type Range, rangeOf, span } from "../problem.js";
import type { DiagramDraft, DraftEdge, DraftMention, DraftNode, DraftPart } from "./draft.js";

/** A short form of a file: its words, and the ranges of what stands at their places. */
export interface WrittenForm {
  readonly partition: readonly FormWord[];
  readonly edges: readonly FormWord[];
  rangeOf(place: Pick<FormPiece, "start" | "end">): Range;
}

/** The words of a short form, without white space and comments. */
export function writtenForm(form: ShortForm): WrittenForm {
  const partition = leavesOf(form, "partition");
  const edges = leavesOf(form, "edges");
  const starts = new Map([...partition, ...edges].map((leaf) => [leaf.offset, leaf.range.start]));
  const offsets = [...starts.keys()];
  const wordsOf = (leaves: readonly LeafCstNode[]): FormWord[] =>
    leaves.map(({ text, offset }) => ({ text, start: offset }));
  // Words have no line break in them, so that a place is behind the last word that begins before it.
  const positionOf = (place: number) => {
    const offset = offsets[lastAtMost(offsets, place)]!;
    const { line, character } = starts.get(offset)!;
    return { line, character: character + place - offset };
  };
  return {
    partition: wordsOf(partition),
    edges: wordsOf(edges),
    rangeOf: ({ start, end }) => {
      const last = positionOf(Math.max(start, end - 1));
      return {
        start: positionOf(start),
        end: { ...last, character: last.character + Math.min(1, end - start) },
      };
    },
  };
}

/** The index of the last of ascending numbers that is not above another. */
function lastAtMost(numbers: readonly number[], most: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= most) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Math.max(0, low - 1);
}

/**
 * A diagram in the short form: partition, then edges. Reports what is no short form; its tree is checked elsewhere.
 */
export function draftOfShortForm(form: ShortForm, problems: ProblemList): DiagramDraft | undefined {
  const written = writtenForm(form);
  const read = readFormNumbers(written.partition, written.edges);
  if ("message" in read) {
    const { start, end } = read;
    const range =
      start === undefined || end === undefined ? rangeOf(form, "partition") : written.rangeOf({ start, end });
    problems.error(read.code, range, read.message);
    return undefined;
  }
  return draftOfNumbers(read, written.rangeOf);
}

/** What a short form's numbers say, at their places. */
export function draftOfNumbers(
  { size, parts, edges }: FormNumbers,
  placeOf: WrittenForm["rangeOf"],
): DiagramDraft {
  const mention = (piece: FormPiece): DraftMention => ({ node: Number(piece.text), range: placeOf(piece) });
  const groups = parts.map((part) => part.map(mention));
  const pairs = edges.map((edge) => edge.map(mention));
  const ranges = new Map<number, Range>();
  for (const { node, range } of groups.flat()) {
    if (!ranges.has(node)) {
      ranges.set(node, range);
    }
  }
  return {
    nodes: Array.from(
      { length: size },
      (_, node): DraftNode => ({ name: String(node), range: ranges.get(node)! }),
    ),
    edges: pairs.map(
      ([child, parent]): DraftEdge => ({
        child: child!.node,
        parent: parent!.node,
        range: span(child!.range, parent!.range),
      }),
    ),
    parts: groups.map((nodes): DraftPart => ({ range: span(nodes[0]!.range, nodes.at(-1)!.range), nodes })),
    mentions: [...groups.flat(), ...pairs.flat()],
    root: size - 1,
  };
}

function leavesOf(form: ShortForm, property: "partition" | "edges"): LeafCstNode[] {
  const node = GrammarUtils.findNodeForProperty(form.$cstNode, property);
  return node
    ? CstUtils.flattenCst(node)
        .filter((leaf) => !leaf.hidden)
        .toArray()
    : [];
}
