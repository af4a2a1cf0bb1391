import type { Drawing, DrawnEdge, DrawnOutline } from "../../src/drawing/drawing.js";
import type { ElementReference } from "../../src/preview/index.js";

/** The tree of a drawing, as the keyboard walks it. */
export class DrawnTree {
  readonly root: number;
  /** The root, before it the roots of what a broken text leaves apart, from top to bottom. */
  private readonly roots: readonly number[];
  /** Edges beside the tree, by their numbers as in `ElementReference`. */
  readonly strays: ReadonlyMap<number, DrawnEdge>;
  private readonly parents = new Map<number, number>();
  private readonly children = new Map<number, number[]>();
  private readonly outlines: readonly DrawnOutline[];
  private readonly places: readonly { readonly x: number; readonly y: number }[];

  constructor(drawing: Drawing) {
    this.places = drawing.nodes;
    this.outlines = drawing.outlines;
    this.strays = new Map(drawing.marks?.strays.map((stray, k) => [drawing.nodes.length + k, stray]));
    this.root = drawing.nodes.length - 1;
    for (const { from, to } of drawing.edges) {
      this.parents.set(from, to);
      const children = this.children.get(to);
      if (children) {
        children.push(from);
      } else {
        this.children.set(to, [from]);
      }
    }
    const fromTop = (a: number, b: number): number => this.places[a]!.y - this.places[b]!.y;
    for (const children of this.children.values()) {
      children.sort(fromTop);
    }
    this.roots = drawing.nodes.flatMap(({ node }) => (this.parents.has(node) ? [] : [node])).sort(fromTop);
  }

  parentOf(node: number): number | undefined {
    return this.parents.get(node);
  }

  childrenOf(node: number): readonly number[] {
    return this.children.get(node) ?? [];
  }

  siblingsOf(node: number): readonly number[] {
    const parent = this.parents.get(node);
    return parent === undefined ? this.roots : this.childrenOf(parent);
  }

  /** Nodes as they are read: each before its children, from top to bottom; with their depth from 1. */
  inOrder(): { readonly node: number; readonly level: number }[] {
    const found: { node: number; level: number }[] = [];
    const open = this.roots.map((node) => ({ node, level: 1 })).reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      found.push(next);
      const { level } = next;
      for (const child of this.childrenOf(next.node).toReversed()) {
        open.push({ node: child, level: level + 1 });
      }
    }
    return found;
  }

  /** Where a key leads from an element; nowhere when the element stands at the end. */
  walk(from: ElementReference, key: string): ElementReference | undefined {
    if (from.kind === "diagram") {
      return { kind: "node", index: this.root };
    }
    const target =
      from.kind === "node"
        ? this.walkFromNode(from.index, key)
        : from.kind === "edge"
          ? this.walkFromEdge(from.index, key)
          : this.walkFromPart(from.index, key);
    return target ?? (key === "Home" ? { kind: "node", index: this.root } : undefined);
  }

  private walkFromNode(node: number, key: string): ElementReference | undefined {
    const at = (index: number | undefined): ElementReference | undefined =>
      index === undefined ? undefined : { kind: "node", index };
    switch (key) {
      case "ArrowRight":
        return at(this.parents.get(node));
      case "ArrowLeft":
        return at(this.childrenOf(node)[0]);
      case "ArrowUp":
        return at(this.beside(node, -1));
      case "ArrowDown":
        return at(this.beside(node, 1));
      case "End":
        return at(this.inOrder().at(-1)?.node);
      case "e":
        return this.parents.has(node) ? { kind: "edge", index: node } : undefined;
      case "p": {
        const part = this.outlines.find(({ nodes }) => nodes.includes(node)) ?? this.outlines[0];
        return part && { kind: "part", index: part.part };
      }
    }
    return undefined;
  }

  private walkFromEdge(edge: number, key: string): ElementReference | undefined {
    const stray = this.strays.get(edge);
    const child = stray?.from ?? edge;
    const parent = stray?.to ?? this.parents.get(edge);
    if (key === "ArrowLeft" || key === "Escape" || key === "e") {
      return { kind: "node", index: child };
    }
    if (key === "ArrowRight") {
      return { kind: "node", index: parent ?? child };
    }
    if (key !== "ArrowUp" && key !== "ArrowDown") {
      return undefined;
    }
    const edges = [
      ...(parent === undefined ? [] : this.childrenOf(parent)),
      ...[...this.strays].flatMap(([index, { to }]) => (to === parent ? [index] : [])),
    ];
    const next = edges[edges.indexOf(edge) + (key === "ArrowUp" ? -1 : 1)];
    return next === undefined ? undefined : { kind: "edge", index: next };
  }

  private walkFromPart(part: number, key: string): ElementReference | undefined {
    const own = this.outlines.findIndex((outline) => outline.part === part);
    if (key === "ArrowLeft" || key === "Escape") {
      const first = this.outlines[own]?.nodes[0];
      return { kind: "node", index: first ?? this.root };
    }
    if (key === "ArrowRight") {
      return { kind: "node", index: this.outlines[own]?.nodes.at(-1) ?? this.root };
    }
    const step = key === "ArrowUp" ? -1 : key === "ArrowDown" || key === "p" ? 1 : 0;
    if (step === 0) {
      return undefined;
    }
    const next = this.outlines.at((own + step) % this.outlines.length);
    return next && next.part !== part ? { kind: "part", index: next.part } : undefined;
  }

  /** The sibling above or below; past the last of them the nearest node of the same layer. */
  private beside(node: number, step: 1 | -1): number | undefined {
    const siblings = this.siblingsOf(node);
    const sibling = siblings[siblings.indexOf(node) + step];
    if (sibling !== undefined) {
      return sibling;
    }
    const { y } = this.places[node]!;
    const depth = this.depthOf(node);
    const candidates = this.places
      .map((place, index) => ({ index, away: (place.y - y) * step }))
      .filter(({ index, away }) => away > 0 && this.depthOf(index) === depth)
      .sort((a, b) => a.away - b.away);
    return candidates[0]?.index;
  }

  private depthOf(node: number): number {
    let depth = 0;
    for (let at = this.parents.get(node); at !== undefined; at = this.parents.get(at)) {
      depth++;
    }
    return depth;
  }
}
