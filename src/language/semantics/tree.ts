import { type ProblemList, span } from "../problem.js";
import { nearestName, suggestion } from "../spelling.js";
import type { DiagramDraft, DraftEdge } from "./draft.js";

/** A path in a message, its middle left out when it is long. */
export function formatPath(names: readonly string[]): string {
  const shown = names.length > 9 ? [...names.slice(0, 4), "…", ...names.slice(-4)] : names;
  return shown.join(" -> ");
}

/** Names in a message, the middle left out when they are many. */
export function listOfNames(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  const shown = quoted.length > 6 ? [...quoted.slice(0, 4), "…", quoted.at(-1)!] : quoted;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** An edge that a tree has no room for. */
export interface StrayEdge {
  readonly edge: DraftEdge;
  /** Its child has an edge to another parent already; otherwise the edge closes a cycle. */
  readonly earlier?: DraftEdge;
}

/** The trees that a draft's edges make, taken in the order of the text, and the edges left over. */
export interface DraftForest {
  /** By node: the edge to its parent. */
  readonly outgoing: readonly (DraftEdge | undefined)[];
  readonly strays: readonly StrayEdge[];
  /** The nodes that no edge leaves, strays counted: a sound draft has one. */
  readonly ends: readonly number[];
  /** The end taken for the root: the one that must be, or else the one that most nodes lead to, and of equals the first. */
  readonly root: number | undefined;
  /** How many nodes hang together with a node. */
  sizeOf(node: number): number;
}

export function growForest(draft: DiagramDraft): DraftForest {
  const outgoing = new Array<DraftEdge | undefined>(draft.nodes.length);
  const components = new Components(draft.nodes.length);
  const closing = new Set<number>();
  const strays: StrayEdge[] = [];
  for (const edge of draft.edges) {
    const { child, parent } = edge;
    const earlier = outgoing[child];
    if (child !== parent && earlier) {
      strays.push({ edge, earlier });
    } else if (!components.join(child, parent)) {
      closing.add(child);
      strays.push({ edge });
    } else {
      outgoing[child] = edge;
    }
  }
  const ends = draft.nodes.flatMap((_, node) => (outgoing[node] || closing.has(node) ? [] : [node]));
  const sizeOf = (node: number): number => components.sizeOf(node);
  const root =
    draft.root ??
    ends.reduce<number | undefined>(
      (best, end) => (best === undefined || sizeOf(end) > sizeOf(best) ? end : best),
      undefined,
    );
  return { outgoing, strays, ends, root, sizeOf };
}

/** The cycle that a stray edge closes: its child, and from its parent on the nodes back to the child. */
export function cycleOf({ outgoing }: DraftForest, { child, parent }: DraftEdge): number[] {
  const path = [child];
  for (let node = parent; node !== child; node = outgoing[node]!.parent) {
    path.push(node);
  }
  return path;
}

/** What is wrong with edges that are written as one list. */
function commasBetween(edges: readonly string[]): string {
  const written = edges.map((edge) => `\`${edge}\``).join(" ");
  const shown = written.length > 100 ? "" : `: ${written}`;
  return `one node stands behind \`->\`, and no comma between edges; write them one by one without it${shown}`;
}

/**
 * The parents of the nodes, when the edges are one rooted tree (THEORY §2); `-1` for the root.
 * Reports `cycle`, `second-parent` and `many-roots`, each where the text goes wrong.
 */
export function checkTree(draft: DiagramDraft, problems: ProblemList): number[] | undefined {
  const forest = growForest(draft);
  const names = draft.nodes.map((node) => node.name);
  const told = new Set<readonly string[]>();
  for (const { edge, earlier } of forest.strays) {
    const { child, parent, oneByOne } = edge;
    if (oneByOne !== undefined && told.has(oneByOne)) {
      continue;
    }
    if (child === parent) {
      problems.error(
        "cycle",
        edge.range,
        `an edge from \`${names[child]}\` to itself; an edge joins two nodes`,
      );
    } else if (earlier) {
      if (oneByOne !== undefined) {
        told.add(oneByOne);
      }
      problems.error(
        "second-parent",
        edge.range,
        oneByOne !== undefined
          ? commasBetween(oneByOne)
          : earlier.parent === parent
            ? `the edge from \`${names[child]}\` to \`${names[parent]}\` is written twice; remove one`
            : `\`${names[child]}\` already has an edge to \`${names[earlier.parent]}\`; a node has one outgoing edge, so remove this one or that one`,
        {
          related: [{ range: earlier.range, message: `the first edge from \`${names[child]}\`` }],
          data: { node: names[child], parent: names[parent], firstParent: names[earlier.parent] },
        },
      );
    } else {
      const path = [...cycleOf(forest, edge), child];
      problems.error(
        "cycle",
        edge.range,
        `this edge closes a cycle: ${formatPath(path.map((node) => names[node]!))}; every path must end at the root`,
        { data: { child: names[child], parent: names[parent] } },
      );
    }
  }
  if (forest.ends.length > 1) {
    reportExtraRoots(draft, forest, problems);
  }
  return forest.strays.length === 0 && forest.ends.length <= 1
    ? draft.nodes.map((_, node) => forest.outgoing[node]?.parent ?? -1)
    : undefined;
}

function reportExtraRoots(
  draft: DiagramDraft,
  { ends, root: known, sizeOf }: DraftForest,
  problems: ProblemList,
): void {
  const root = known!;
  const rootName = draft.nodes[root]!.name;
  const others = draft.nodes.length > 1000 ? [] : draft.nodes.map((node) => node.name);
  // Nodes of one list that lacks its arrow, or of one part that nothing joins, are one slip.
  const alone = new Set(ends.filter((end) => end !== root && sizeOf(end) === 1));
  const told = new Set<number>();
  for (const list of [...(draft.lists ?? []), ...draft.parts.map(({ nodes }) => nodes)]) {
    const lonely = [...new Set(list.map(({ node }) => node))].filter(
      (node) => alone.has(node) && !told.has(node),
    );
    if (lonely.length < 2) {
      continue;
    }
    const names = lonely.map((node) => draft.nodes[node]!.name);
    const places = list.filter(({ node }) => lonely.includes(node)).map(({ range }) => range);
    for (const node of lonely) {
      told.add(node);
    }
    problems.error(
      "many-roots",
      span(places[0]!, places.at(-1)!),
      `no edge joins ${listOfNames(names)} to the tree; add edges such as \`${names.length > 6 ? `${names[0]}` : names.join(", ")} -> ${rootName}\``,
      {
        related: [{ range: draft.nodes[root]!.range, message: `the root \`${rootName}\`` }],
        data: { node: names[0], root: rootName },
      },
    );
  }
  for (const end of ends) {
    if (end === root || told.has(end)) {
      continue;
    }
    const { name, range } = draft.nodes[end]!;
    const lonely = sizeOf(end) === 1;
    const meant = lonely || sizeOf(end) < sizeOf(root) ? nearestName(name, others) : undefined;
    problems.error(
      "many-roots",
      range,
      lonely
        ? `no edge joins \`${name}\` to the tree; add one such as \`${name} -> ${rootName}\`${suggestion(meant)}`
        : `\`${name}\` has no outgoing edge, and \`${rootName}\` is the root already; add an edge such as \`${name} -> ${rootName}\`${suggestion(meant)}`,
      {
        related: [{ range: draft.nodes[root]!.range, message: `the root \`${rootName}\`` }],
        data: { node: name, root: rootName, ...(meant === undefined ? {} : { suggestion: meant }) },
      },
    );
  }
}

/** Which nodes edges have joined so far (union by size, with path halving). */
class Components {
  private readonly above: number[];
  private readonly sizes: number[];

  constructor(size: number) {
    this.above = Array.from({ length: size }, (_, node) => node);
    this.sizes = new Array<number>(size).fill(1);
  }

  /** Whether the two were apart. */
  join(one: number, other: number): boolean {
    const first = this.find(one);
    const second = this.find(other);
    if (first === second) {
      return false;
    }
    const [small, large] = this.sizes[first]! < this.sizes[second]! ? [first, second] : [second, first];
    this.above[small] = large;
    this.sizes[large]! += this.sizes[small]!;
    return true;
  }

  sizeOf(node: number): number {
    return this.sizes[this.find(node)]!;
  }

  private find(node: number): number {
    let at = node;
    while (this.above[at] !== at) {
      this.above[at] = this.above[this.above[at]!]!;
      at = this.above[at]!;
    }
    return at;
  }
}
