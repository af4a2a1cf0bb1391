import type { DiagramDraft, DraftEdge } from "../../semantics/draft.js";
import { growForest } from "../../semantics/tree.js";

/** The word that is being typed, among the words of a diagram. */
export const cursor = "\0";

/** Trees of more nodes are not tried with each candidate. */
const mostNodes = 300;

const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** What a cursor needs in a diagram: names of nodes that make no error where it stands. */
export interface DiagramOffers {
  readonly nodes: readonly string[];
  /** A statement may begin here. */
  readonly begins: boolean;
}

interface Sketch {
  readonly nodes: string[];
  readonly edges: (readonly [child: string, parent: string])[];
  readonly parts: string[][];
}

/**
 * Reads the words of a diagram's body, in any state, with the cursor among them, and finds the nodes that may stand
 * there: in a part none of another part, nor the root unless it may join, nor one on a path with a node of the
 * part; at an arrow none that would close a cycle or give a node a second parent.
 */
export function nodesAt(
  words: readonly string[],
  marks: { readonly train: boolean; readonly multiEpoch: boolean },
): DiagramOffers {
  const at = words.indexOf(cursor);
  const last = words[at - 1];
  const { nodes, edges, parts } = sketchOf(words);
  const known = nodes.filter((node) => node !== cursor);
  const part = parts.find((one) => one.includes(cursor));
  const inPart = isInBraces(words.slice(0, at));
  if (inPart && last !== "{" && last !== ",") {
    return { nodes: [], begins: false };
  }
  const own = edges.filter(([child, parent]) => child !== cursor && parent !== cursor);
  const tree = new Tree(known, own);
  if (inPart) {
    const others = (part ?? []).filter((node) => node !== cursor);
    const taken = new Set(parts.flat());
    const { root } = tree;
    if (!marks.train && root !== undefined && others.includes(root)) {
      return { nodes: [], begins: false };
    }
    return {
      begins: false,
      nodes: known.filter(
        (node) =>
          !taken.has(node) &&
          (marks.train || node !== root) &&
          (marks.multiEpoch || others.every((other) => !tree.areOnOnePath(node, other, marks.train))),
      ),
    };
  }
  const names = [at - 1, at - 2].some((index) => beginsPart(words, index));
  if (names || last === "=") {
    // A part is named as one likes.
    return { nodes: [], begins: false };
  }
  const begins = last !== "," && last !== "->";
  const group = begins ? [] : groupBefore(words, at);
  const mine = edges.filter(([child, parent]) => child === cursor || parent === cursor);
  return {
    begins,
    nodes: known.filter(
      (node) =>
        !group.includes(node) && (mine.length === 0 || known.length > mostNodes || tree.takes(mine, node)),
    ),
  };
}

class Tree {
  private readonly parentOf: Map<string, string>;
  readonly root: string | undefined;
  /** Edges that make an error already. */
  private readonly strays: number;

  constructor(
    private readonly nodes: readonly string[],
    private readonly edges: readonly (readonly [string, string])[],
  ) {
    const draft = draftOf(nodes, edges);
    const forest = growForest(draft);
    this.parentOf = new Map(
      forest.outgoing.flatMap((edge) => (edge ? [[nodes[edge.child]!, nodes[edge.parent]!] as const] : [])),
    );
    // Of nodes that nothing joins yet any may become the root.
    this.strays = forest.strays.length;
    const { root } = forest;
    this.root = root !== undefined && forest.sizeOf(root) > 1 ? nodes[root] : undefined;
  }

  /** Whether edges make no error when a node stands in them where the cursor does. */
  takes(edges: readonly (readonly [string, string])[], node: string): boolean {
    const put = (name: string): string => (name === cursor ? node : name);
    const more = edges.map(([child, parent]) => [put(child), put(parent)] as const);
    return growForest(draftOf(this.nodes, [...this.edges, ...more])).strays.length <= this.strays;
  }

  /** Whether one of two nodes is on the other's path to the root; a root that may join a part is not. */
  areOnOnePath(one: string, other: string, exceptRoot: boolean): boolean {
    const isAbove = (low: string, high: string): boolean => {
      let node = this.parentOf.get(low);
      while (node !== undefined && node !== high) {
        node = this.parentOf.get(node);
      }
      return node === high && !(exceptRoot && high === this.root);
    };
    return isAbove(one, other) || isAbove(other, one);
  }
}

function draftOf(nodes: readonly string[], edges: readonly (readonly [string, string])[]): DiagramDraft {
  const numbers = new Map(nodes.map((node, index) => [node, index]));
  return {
    nodes: nodes.map((name) => ({ name, range: nowhere })),
    edges: edges.map(
      ([child, parent]): DraftEdge => ({
        child: numbers.get(child)!,
        parent: numbers.get(parent)!,
        range: nowhere,
      }),
    ),
    parts: [],
    mentions: [],
  };
}

function isName(word: string | undefined): word is string {
  return word === cursor || /^[\p{ID_Start}_]/u.test(word ?? "");
}

/** The nodes, edges and parts of words in any state. */
function sketchOf(words: readonly string[]): Sketch {
  const nodes = new Set<string>();
  const edges: [string, string][] = [];
  const parts: string[][] = [];
  let children: string[] = [];
  let group: string[] = [];
  let inPart: string[] | undefined;
  for (const [index, word] of words.entries()) {
    const isPart = word === "part" && beginsPart(words, index);
    if (word === "{") {
      inPart = [];
      parts.push(inPart);
      group = [];
    } else if (word === "}") {
      inPart = undefined;
      children = [];
      group = [];
    } else if (word === "->") {
      children = group;
      group = [];
    } else if (isName(word) && !isPart && !beginsPart(words, index - 1)) {
      nodes.add(word);
      if (inPart) {
        inPart.push(word);
        continue;
      }
      if (words[index - 1] !== "," && words[index - 1] !== "->") {
        children = [];
        group = [];
      }
      group.push(word);
      edges.push(...children.map((child): [string, string] => [child, word]));
    }
  }
  return { nodes: [...nodes], edges, parts };
}

/** Whether the word `part` begins a statement there, and is no node. */
function beginsPart(words: readonly string[], index: number): boolean {
  const before = words[index - 1];
  return (
    words[index] === "part" &&
    before !== "," &&
    before !== "->" &&
    (words[index + 1] === "{" ||
      words[index + 2] === "=" ||
      words[index + 1] === cursor ||
      words[index + 2] === cursor)
  );
}

function isInBraces(words: readonly string[]): boolean {
  return words.lastIndexOf("{") > words.lastIndexOf("}");
}

/** The other names of the list that the cursor stands in. */
function groupBefore(words: readonly string[], at: number): string[] {
  const group: string[] = [];
  for (let index = at - 1; words[index] === "," && isName(words[index - 1]); index -= 2) {
    group.push(words[index - 1]!);
  }
  for (let index = at + 1; words[index] === "," && isName(words[index + 1]); index += 2) {
    group.push(words[index + 1]!);
  }
  return group;
}
