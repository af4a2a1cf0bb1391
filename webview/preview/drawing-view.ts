import type { Drawing, DrawnEdge, Point } from "../../src/drawing/drawing.js";
import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";
import { setAttributes, svgElement } from "../kit/elements.js";
import { giveKeyboard, keyboardHolder } from "../kit/keyboard.js";
import { animate, SlicedWork } from "../kit/motion.js";
import { complaintsOf, edgeWords, nodeWords, partWords, sameElement } from "./element-labels.js";
import { followElement } from "./follow.js";
import { OutlineIdentity } from "./outline-identity.js";
import type { DrawingView } from "./page.js";
import { type Decoration, EdgeShape, NodeShape, PartShape, type Shape } from "./shapes.js";
import { DrawnTree } from "./tree.js";

/** Drawings of more nodes are built in several frames, and go to their new places without being seen moving. */
const mostAtOnce = 150;

export interface Choices {
  readonly selected: ElementReference | undefined;
  readonly cursor: ElementReference | undefined;
}

/** A drawing in the document. Elements keep their groups as long as the text keeps their names. */
export class SvgDrawing implements DrawingView {
  readonly element = svgElement("svg", { class: "drawing" });
  /** What a camera transforms. */
  readonly camera = svgElement("g", { class: "camera" });
  readonly overlay = svgElement("g", { class: "overlay", "aria-hidden": "true" });
  diagram!: PreviewDiagram;
  drawing!: Drawing;
  tree!: DrawnTree;
  private origin: Point = { x: 0, y: 0 };
  private readonly layers = {
    part: svgElement("g", { class: "parts" }),
    edge: svgElement("g", { class: "edges" }),
    node: svgElement("g", { class: "nodes" }),
  };
  private readonly shapes = new Map<string, Shape<never>>();
  private readonly byElement = new Map<string, Shape<never>>();
  private readonly outlines = new OutlineIdentity();
  private marks: ReadonlyMap<string, ReadonlySet<Decoration>> = new Map();
  private stopMoving = (): void => {};
  private choices: Choices = { selected: undefined, cursor: undefined };
  /** What has the keyboard's place, by its key in `shapes`. */
  private current: string | undefined;
  /** A place that is not built yet. */
  private awaited: { readonly element: ElementReference; readonly focus: boolean } | undefined;
  private work: SlicedWork | undefined;

  /** @param isWidget whether its elements are for the keyboard; otherwise it is one image. */
  constructor(
    readonly id: string,
    private readonly isWidget: boolean,
  ) {
    this.element.dataset.id = id;
    this.camera.append(this.layers.part, this.layers.edge, this.layers.node, this.overlay);
    this.element.append(this.camera);
  }

  /** Shows a drawing in place of the one before; `moves` when elements are to be seen moving there. */
  patch(diagram: PreviewDiagram, drawing: Drawing, moves: boolean): void {
    if (this.diagram === diagram && this.drawing === drawing) {
      return;
    }
    this.work?.finish();
    const isFirst = this.drawing === undefined;
    const isSame = this.drawing === drawing;
    const held = isFirst ? undefined : { element: this.place, diagram: this.diagram };
    this.diagram = diagram;
    this.drawing = drawing;
    if (isSame) {
      this.describe();
      this.decorate();
      return;
    }
    this.stopMoving();
    const root = drawing.nodes.at(-1);
    this.origin = root ? { x: root.x, y: root.y } : { x: 0, y: 0 };
    this.overlay.setAttribute("transform", `translate(${-this.origin.x} ${-this.origin.y})`);
    this.tree = new DrawnTree(drawing);
    const isLarge = drawing.nodes.length > mostAtOnce;
    const animated = moves && !isFirst && !isLarge;
    this.work = new SlicedWork(this.build(animated, held));
    if (!isLarge) {
      this.work.finish();
    }
    if (!animated) {
      return;
    }
    const shapes = [...this.shapes.values()];
    this.stopMoving = animate((share) => {
      for (const shape of shapes) {
        shape.step(share);
      }
    });
  }

  setChoices(choices: Choices): void {
    if (
      sameElement(choices.selected, this.choices.selected) &&
      sameElement(choices.cursor, this.choices.cursor)
    ) {
      return;
    }
    this.choices = choices;
    if (this.drawing) {
      this.decorate();
    }
  }

  /** The element where the keyboard is, or comes back to. */
  get place(): ElementReference {
    const shape = this.current === undefined ? undefined : this.shapes.get(this.current);
    return (shape && this.elementOf(shape.group)) ?? { kind: "node", index: this.tree.root };
  }

  /** Moves the keyboard's place; `focus` when the keyboard is to go there now. */
  setPlace(element: ElementReference, focus: boolean): void {
    const after = this.find(element);
    this.awaited = after ? undefined : { element, focus };
    if (!after) {
      return;
    }
    const before = this.find(this.place);
    if (before !== after) {
      before?.setAttribute("tabindex", "-1");
    }
    after.setAttribute("tabindex", "0");
    for (const [key, shape] of this.shapes) {
      if (shape.group === after) {
        this.current = key;
      }
    }
    if (focus) {
      after.focus({ preventScroll: true });
    }
  }

  find(element: ElementReference): SVGGElement | undefined {
    return element.kind === "diagram"
      ? undefined
      : this.byElement.get(`${element.kind} ${element.index}`)?.group;
  }

  elementAt(clientX: number, clientY: number): ElementReference | undefined {
    for (const element of document.elementsFromPoint(clientX, clientY)) {
      const found = this.elementOf(element);
      if (found) {
        return found;
      }
    }
    return undefined;
  }

  /** The element that an event's target shows. */
  elementOf(target: EventTarget | null): ElementReference | undefined {
    if (!(target instanceof Element) || !this.element.contains(target)) {
      return undefined;
    }
    const group = target.closest<SVGGElement>("[data-kind]");
    const { kind, index } = group?.dataset ?? {};
    if (kind !== "node" && kind !== "edge" && kind !== "part") {
      return undefined;
    }
    return index === undefined ? undefined : { kind, index: Number(index) };
  }

  toDrawing(clientX: number, clientY: number): Point {
    const matrix = this.overlay.getScreenCTM()?.inverse() ?? new DOMMatrix();
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix);
    return { x, y };
  }

  toClient(point: Point): Point {
    const matrix = this.overlay.getScreenCTM() ?? new DOMMatrix();
    const { x, y } = new DOMPoint(point.x, point.y).matrixTransform(matrix);
    return { x, y };
  }

  /** The drawing's frame, relative to its root: what a camera has to show. */
  get frame(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
    const { width, height } = this.drawing;
    return { x: -this.origin.x, y: -this.origin.y, width, height };
  }

  dispose(): void {
    this.work?.stop();
    this.stopMoving();
    this.element.remove();
  }

  /** Gives each element its group, in the order in which they are read and painted; a few with each step. */
  private *build(animated: boolean, held: Held | undefined): Generator<void> {
    const { drawing, origin } = this;
    const keys = keysOf(drawing);
    const before = new Map(this.shapes);
    const holder = keyboardHolder();
    const focused = this.element.contains(holder) ? holder : null;
    this.marks = this.marksByElement();
    this.byElement.clear();
    this.describeWhole();
    let layer: SVGGElement;
    let next: Element | null;
    const begin = (of: SVGGElement): void => {
      layer = of;
      next = of.firstElementChild;
    };
    const take = <Target>(
      key: string,
      index: number,
      make: () => Shape<Target>,
      target: Target,
      name: string,
    ): void => {
      // Keys of one kind of element name shapes of that kind only.
      let shape = before.get(key) as Shape<Target> | undefined;
      if (!before.delete(key) || !shape) {
        shape = make();
        if (animated) {
          shape.group.classList.add("entering");
        }
        this.shapes.set(key, shape);
      }
      shape.group.dataset.index = String(index);
      this.byElement.set(name, shape);
      shape.aim(target, origin);
      // What is to move is not seen without a place before its first frame.
      shape.step(animated ? 0 : 1);
      while (next?.classList.contains("leaving")) {
        next = next.nextElementSibling;
      }
      if (shape.group === next) {
        next = next.nextElementSibling;
      } else {
        layer.insertBefore(shape.group, next);
      }
      this.decorateOne(name, shape);
    };
    begin(this.layers.part);
    const outlineKeys = this.outlines.keysOf(drawing.outlines, keys);
    for (const [index, outline] of drawing.outlines.entries()) {
      const { part } = outline;
      take(outlineKeys[index]!, part, () => new PartShape(), outline, `part ${part}`);
      this.describePart(part);
      yield;
    }
    begin(this.layers.edge);
    for (const edge of drawing.edges) {
      take(`edge ${keys[edge.from]}`, edge.from, () => new EdgeShape(), edge, `edge ${edge.from}`);
      this.describeEdge(edge.from, edge);
      yield;
    }
    for (const [index, stray] of this.tree.strays) {
      const key = `stray ${keys[stray.from]} ${keys[stray.to]}`;
      take(key, index, () => new EdgeShape("stray"), stray, `edge ${index}`);
      this.describeEdge(index, stray);
      yield;
    }
    begin(this.layers.node);
    for (const { node, level } of this.tree.inOrder()) {
      take(`node ${keys[node]}`, node, () => new NodeShape(), drawing.nodes[node]!, `node ${node}`);
      this.describeNode(node, level);
      yield;
    }
    for (const [key, shape] of before) {
      this.shapes.delete(key);
      leave(shape.group, animated);
    }
    const { awaited } = this;
    this.awaited = undefined;
    if (awaited) {
      this.setPlace(awaited.element, false);
      if (awaited.focus) {
        giveKeyboard(this.find(awaited.element));
      }
    } else if (held && this.current !== undefined && !this.shapes.has(this.current)) {
      // Its name may be another: then it has another shape.
      this.setPlace(followElement(held.element, held.diagram, this.diagram) ?? this.place, false);
    }
    const isLeaving = focused?.classList.contains("leaving") ?? false;
    // An element that is moved in the document loses the keyboard, and so does one that leaves, if only a moment later.
    if (!(focused instanceof SVGElement) || (keyboardHolder() === focused && !isLeaving)) {
      return;
    }
    giveKeyboard(focused.hasAttribute("data-kind") ? focused : this.find(this.place));
  }

  /** Gives everything its roles and words anew. */
  private describe(): void {
    this.describeWhole();
    for (const { part } of this.drawing.outlines) {
      this.describePart(part);
    }
    for (const edge of this.drawing.edges) {
      this.describeEdge(edge.from, edge);
    }
    for (const [index, stray] of this.tree.strays) {
      this.describeEdge(index, stray);
    }
    for (const { node, level } of this.tree.inOrder()) {
      this.describeNode(node, level);
    }
  }

  private describeWhole(): void {
    const { diagram, drawing, layers } = this;
    if (!this.isWidget) {
      setAttributes(this.element, { role: "img", "aria-label": drawing.description });
      return;
    }
    setAttributes(this.element, { role: "group", "aria-label": `diagram ${diagram.name}` });
    const group = (layer: SVGGElement, words: string, isThere: boolean): void =>
      setAttributes(layer, {
        role: isThere ? "group" : undefined,
        "aria-label": isThere ? words : undefined,
      });
    group(layers.part, "parts", drawing.outlines.length > 0);
    group(layers.edge, "edges", drawing.edges.length > 0);
    setAttributes(layers.node, { role: "tree", "aria-label": `nodes of ${diagram.name}` });
  }

  private describePart(index: number): void {
    const { label } = this.drawing.outlines.find(({ part }) => part === index) ?? {};
    this.describeOne({ kind: "part", index }, partWords(this.diagram, index, label), { role: "button" });
  }

  private describeEdge(index: number, { from, to }: DrawnEdge): void {
    const words = edgeWords(this.diagram, from, to) + (index === from ? "" : ", an edge too many");
    this.describeOne({ kind: "edge", index }, words, { role: "button" });
  }

  private describeNode(node: number, level: number): void {
    const { diagram, drawing, tree } = this;
    if (!this.isWidget) {
      return;
    }
    const siblings = tree.siblingsOf(node);
    const words = nodeWords(diagram, drawing.nodes[node]!, tree.parentOf(node));
    this.describeOne({ kind: "node", index: node }, words, {
      role: "treeitem",
      "aria-level": String(level),
      "aria-setsize": String(siblings.length),
      "aria-posinset": String(siblings.indexOf(node) + 1),
    });
  }

  private describeOne(element: ElementReference, words: string, more: Record<string, string>): void {
    const group = this.isWidget ? this.find(element) : undefined;
    if (!group) {
      return;
    }
    const label = words + complaintsOf(this.diagram, element);
    const tabindex = sameElement(element, this.place) ? "0" : "-1";
    setAttributes(group, { "aria-label": label, tabindex, ...more });
  }

  private decorate(): void {
    this.marks = this.marksByElement();
    for (const [name, shape] of this.byElement) {
      this.decorateOne(name, shape);
    }
  }

  /** How elements are to be shown beyond what they are. */
  private marksByElement(): ReadonlyMap<string, ReadonlySet<Decoration>> {
    const { selected, cursor } = this.choices;
    const marked = new Map<string, Set<Decoration>>();
    const mark = (element: ElementReference | undefined, decoration: Decoration): void => {
      if (!element || element.kind === "diagram") {
        return;
      }
      const name = `${element.kind} ${element.index}`;
      marked.set(name, (marked.get(name) ?? new Set()).add(decoration));
    };
    mark(selected, "selected");
    mark(cursor, "cursor");
    for (const { severity, elements } of this.diagram.marks) {
      for (const element of elements) {
        mark(element, severity);
      }
    }
    return marked;
  }

  private decorateOne(name: string, shape: Shape<never>): void {
    const wanted = this.marks.get(name);
    for (const decoration of ["selected", "cursor", "error", "warning"] as const) {
      shape.setDecoration(decoration, wanted?.has(decoration) ?? false);
    }
    if (!this.isWidget) {
      return;
    }
    setAttributes(shape.group, {
      [name.startsWith("node") ? "aria-selected" : "aria-pressed"]: String(wanted?.has("selected") ?? false),
      "aria-current": wanted?.has("cursor") ? "location" : undefined,
    });
  }
}

/** What names a node over edits: its name, with its number among those of the same name. */
function keysOf(drawing: Drawing): string[] {
  const met = new Map<string, number>();
  return drawing.nodes.map(({ name }) => {
    const count = met.get(name) ?? 0;
    met.set(name, count + 1);
    return count === 0 ? name : `${name}#${count}`;
  });
}

/** Where the keyboard's place was before a drawing came in the place of another. */
interface Held {
  readonly element: ElementReference;
  readonly diagram: PreviewDiagram;
}

function leave(group: SVGGElement, animated: boolean): void {
  for (const name of ["data-kind", "data-index", "tabindex", "role", "aria-label"]) {
    group.removeAttribute(name);
  }
  if (!animated) {
    group.remove();
    return;
  }
  group.classList.add("leaving");
  group.setAttribute("aria-hidden", "true");
  setTimeout(() => group.remove(), 220);
}
