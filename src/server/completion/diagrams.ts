/** The word that is being typed, among the words of a diagram. */
export const cursor = "\0";

const nameStart = /^[\p{ID_Start}_]/u;

/** Trees of more nodes are not tried with each candidate. */
const mostNodes = 300;

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
  const inPart = words.lastIndexOf("{", at) > words.lastIndexOf("}", at);
  if (inPart && last !== "{" && last !== ",") {
    return { nodes: [], begins: false };
  }
  // Grown only where it is asked: most cursors stand where any node may.
  const forestNow = (): Forest =>
    new Forest(
      known,
      edges.filter(([child, parent]) => child !== cursor && parent !== cursor),
    );
  if (inPart) {
    const forest = forestNow();
    const part = parts.find((one) => one.includes(cursor));
    const others = (part ?? []).filter((node) => node !== cursor);
    const taken = new Set(parts.flat());
    const { root } = forest;
    if (!marks.train && root !== undefined && others.includes(root)) {
      return { nodes: [], begins: false };
    }
    return {
      begins: false,
      nodes: known.filter(
        (node) =>
          !taken.has(node) &&
          (marks.train || node !== root) &&
          (marks.multiEpoch ||
            others.every((other) => !forest.areOnOnePath(node, other, marks.train ? root : undefined))),
      ),
    };
  }
  if (beginsPart(words, at - 1) || beginsPart(words, at - 2) || last === "=") {
    // A part is named as one likes.
    return { nodes: [], begins: false };
  }
  const begins = last !== "," && last !== "->";
  const group = begins ? [] : groupBefore(words, at);
  const others = group.length > 0 ? known.filter((node) => !group.includes(node)) : known;
  const mine = edges.filter(([child, parent]) => child === cursor || parent === cursor);
  if (mine.length === 0 || known.length > mostNodes) {
    return { begins, nodes: others };
  }
  const forest = forestNow();
  return { begins, nodes: others.filter((node) => forest.takes(mine, node)) };
}

/** The trees that edges between names make; an edge that would make an error in them is left out. */
class Forest {
  private readonly parentOf = new Map<string, string>();
  /** Short cuts to the ends: a node far below one is not walked up from again and again. */
  private readonly above = new Map<string, string>();

  constructor(
    private readonly nodes: readonly string[],
    edges: readonly (readonly [child: string, parent: string])[],
  ) {
    for (const [child, parent] of edges) {
      if (!this.parentOf.has(child) && this.endOf(parent) !== child) {
        this.parentOf.set(child, parent);
        this.above.set(child, parent);
      }
    }
  }

  /** The end that most nodes lead to, and of equals the first; of nodes that nothing joins any may become the root. */
  get root(): string | undefined {
    const sizes = new Map<string, number>();
    for (const node of this.nodes) {
      const end = this.endOf(node);
      sizes.set(end, (sizes.get(end) ?? 0) + 1);
    }
    const ends = this.nodes.filter((node) => !this.parentOf.has(node));
    const size = Math.max(1, ...sizes.values());
    return size > 1 ? ends.find((end) => sizes.get(end) === size) : undefined;
  }

  /** Whether edges make no error when a node stands in them where the cursor does. */
  takes(edges: readonly (readonly [child: string, parent: string])[], node: string): boolean {
    const joined: string[] = [];
    const fits = edges.every(([from, to]) => {
      const child = from === cursor ? node : from;
      const parent = to === cursor ? node : to;
      if (this.parentOf.has(child) || child === parent || this.isAbove(parent, child)) {
        return false;
      }
      this.parentOf.set(child, parent);
      joined.push(child);
      return true;
    });
    for (const child of joined) {
      this.parentOf.delete(child);
    }
    return fits;
  }

  /** Whether one of two nodes is on the other's path to the root; a root that may join a part is not. */
  areOnOnePath(one: string, other: string, except: string | undefined): boolean {
    return (other !== except && this.isAbove(one, other)) || (one !== except && this.isAbove(other, one));
  }

  private isAbove(low: string, high: string): boolean {
    let node = this.parentOf.get(low);
    while (node !== undefined && node !== high) {
      node = this.parentOf.get(node);
    }
    return node !== undefined;
  }

  private endOf(node: string): string {
    let end = node;
    for (let next = this.above.get(end); next !== undefined; next = this.above.get(end)) {
      const second = this.above.get(next);
      if (second !== undefined) {
        this.above.set(end, second);
      }
      end = next;
    }
    return end;
  }
}

function isName(word: string | undefined): word is string {
  return word !== undefined && (word === cursor || nameStart.test(word));
}

/** The nodes, edges and parts of words in any state. */
function sketchOf(words: readonly string[]): Sketch {
  const nodes = new Set<string>();
  const edges: [string, string][] = [];
  const parts: string[][] = [];
  let children: string[] = [];
  let group: string[] = [];
  let inPart: string[] | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
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
    } else if (!isPart && isName(word) && !beginsPart(words, index - 1)) {
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
