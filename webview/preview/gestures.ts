import type { Drawing, DrawnNode, Point } from "../../src/drawing/drawing.js";
import type { PreviewDiagram } from "../../src/preview/index.js";
import { isTool, round, svgElement } from "../kit/elements.js";
import { placesWithin, possibleEdits } from "./edit-rules.js";
import { nameOf } from "./element-labels.js";
import { ring } from "./marks.js";
import { mountNodeTools } from "./node-tools.js";
import type { DrawingView, Page } from "./page.js";
import { changedMeanwhile, editText } from "./text-edits.js";

const slack = 5; // client px that a pointer moves before a press becomes a drag
const reach = 12; // client px beyond a disc that still hit it while dragging

type Gesture =
  | { readonly kind: "press"; readonly node: number; readonly from: Point }
  | {
      readonly kind: "reattach";
      readonly node: number;
      readonly targets: readonly number[];
      /** The node under the pointer, whether the other may hang from it or not. */
      over?: number;
    }
  | { readonly kind: "lasso"; readonly loop: Point[]; caught: readonly number[] };

/**
 * Edits by hand. With the pointer: a node dragged onto another is re-attached to it; a loop, drawn with the lasso
 * tool or with Shift held, makes a part of the nodes it goes round; Escape lets go. All the same is in the tools
 * of the selected node, for the keyboard.
 */
export function mountGestures(page: Page): void {
  const gestures = new Gestures(page);
  const tools = mountNodeTools(page, (armed) => gestures.armLasso(armed));
  gestures.onLasso = tools.showLasso;
  page.describeKey("Drag a node", "hang it from another");
  page.describeKey("Shift+drag", "draw a loop round nodes to make them a part");
}

class Gestures {
  onLasso: (armed: boolean) => void = () => {};
  private gesture: Gesture | undefined;
  private lassoArmed = false;
  private readonly marks = svgElement("g", { class: "gesture-marks" });

  constructor(private readonly page: Page) {
    const { stage } = page;
    stage.addEventListener("pointerdown", (event) => this.down(event), { capture: true });
    stage.addEventListener("pointermove", (event) => this.move(event), { capture: true });
    stage.addEventListener("pointerup", (event) => this.up(event), { capture: true });
    stage.addEventListener("pointercancel", () => this.cancel());
    window.addEventListener("keydown", (event) => this.key(event), { capture: true });
    window.addEventListener("blur", () => this.cancel());
    // A drawing that changes under a gesture would be edited as nobody saw it.
    page.onDrawing(() => {
      const isUnderWay = this.gesture !== undefined && this.gesture.kind !== "press";
      this.cancel();
      if (isUnderWay) {
        page.notify(changedMeanwhile);
      }
    });
  }

  /** Takes the lasso up, or puts it down. */
  armLasso(armed: boolean): void {
    if (this.lassoArmed === armed) {
      return;
    }
    this.lassoArmed = armed;
    this.page.stage.classList.toggle("lasso", armed);
    this.onLasso(armed);
    if (armed) {
      this.page.announce("Lasso: draw a loop round nodes to make them a part; Escape puts it down");
    }
  }

  private cancel(): void {
    this.gesture = undefined;
    this.marks.replaceChildren();
    this.marks.remove();
    this.page.stage.classList.remove("dragging-node", "lassoing");
  }

  private down(event: PointerEvent): void {
    const view = this.page.drawing();
    if (event.button !== 0 || !event.isPrimary || view === undefined || isTool(event.target)) {
      return;
    }
    const at = { x: event.clientX, y: event.clientY };
    if (event.shiftKey || this.lassoArmed) {
      this.gesture = { kind: "lasso", loop: [view.toDrawing(at.x, at.y)], caught: [] };
      this.page.stage.classList.add("lassoing");
      this.page.stage.setPointerCapture(event.pointerId);
      event.preventDefault();
      return;
    }
    const hit = view.elementAt(at.x, at.y);
    if (hit?.kind !== "node") {
      return;
    }
    this.gesture = { kind: "press", node: hit.index, from: at };
    // The camera is not to pan by it; whether it is a click or a drag, the next moves tell.
    event.preventDefault();
  }

  private move(event: PointerEvent): void {
    const view = this.page.drawing();
    if (this.gesture === undefined) {
      return;
    }
    if ((event.buttons & 1) === 0 || view === undefined) {
      this.cancel();
      return;
    }
    const at = view.toDrawing(event.clientX, event.clientY);
    if (this.gesture.kind === "press") {
      const { node, from } = this.gesture;
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < slack) {
        return;
      }
      this.gesture = { kind: "reattach", node, targets: possibleEdits(view.diagram, node).newParents };
      this.page.stage.classList.add("dragging-node");
      this.page.stage.setPointerCapture(event.pointerId);
    }
    if (this.gesture.kind === "reattach") {
      const over = nodeAt(view, at);
      if (over === undefined) {
        delete this.gesture.over;
      } else {
        this.gesture.over = over;
      }
      this.show(view, dragMarks(view.drawing, this.gesture, at));
    } else {
      const last = this.gesture.loop.at(-1)!;
      if (Math.hypot(at.x - last.x, at.y - last.y) >= 2 / scaleOf(view)) {
        this.gesture.loop.push(at);
      }
      this.gesture.caught = placesWithin(this.gesture.loop, view.drawing.nodes).map(
        (index) => view.drawing.nodes[index]!.node,
      );
      this.show(view, lassoMarks(view.drawing, this.gesture));
    }
  }

  private up(event: PointerEvent): void {
    const { gesture } = this;
    const view = this.page.drawing();
    if (gesture === undefined || !event.isPrimary) {
      return;
    }
    this.cancel();
    if (gesture.kind === "press" || view === undefined) {
      return;
    }
    swallowClick();
    if (gesture.kind === "reattach") {
      this.reattach(view.diagram, gesture);
    } else {
      this.group(view.diagram, gesture);
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || (this.gesture === undefined && !this.lassoArmed)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    // A first Escape lets go of the loop, a second puts the lasso down.
    if (this.gesture === undefined) {
      this.armLasso(false);
    }
    this.cancel();
    this.page.announce("Cancelled");
  }

  private reattach(diagram: PreviewDiagram, { node, over }: Gesture & { kind: "reattach" }): void {
    const name = nameOf(diagram, node);
    if (over === undefined) {
      this.page.notify(`${name} stays where it is: drop it on the node that it is to hang from`);
      return;
    }
    const done = `${name} hangs from ${nameOf(diagram, over)} now`;
    void editText(this.page, diagram, { kind: "reattach", node, parent: over }, done);
  }

  private group(diagram: PreviewDiagram, { caught }: Gesture & { kind: "lasso" }): void {
    if (caught.length >= 2) {
      const done = `${caught.map((node) => nameOf(diagram, node)).join(", ")} are one part now`;
      void editText(this.page, diagram, { kind: "group", nodes: caught }, done).then((edited) => {
        if (edited) {
          this.armLasso(false);
        }
      });
    } else {
      const found = caught.length === 1 ? "one node" : "no node";
      this.page.notify(`the loop goes round ${found}; a part needs two or more`);
    }
  }

  private show(view: DrawingView, marks: readonly SVGElement[]): void {
    this.marks.replaceChildren(...marks);
    if (this.marks.parentNode !== view.overlay) {
      view.overlay.append(this.marks);
    }
  }
}

/** A drag ends with a click on whatever is below the pointer, which nobody meant. */
function swallowClick(): void {
  const swallow = (event: MouseEvent): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
}

/** Client px per px of the drawing. */
function scaleOf(view: DrawingView): number {
  const [from, to] = [view.toClient({ x: 0, y: 0 }), view.toClient({ x: 1, y: 0 })];
  return Math.hypot(to.x - from.x, to.y - from.y) || 1;
}

/** The node at a place of the drawing, or the nearest within reach. */
function nodeAt(view: DrawingView, at: Point): number | undefined {
  let best: { readonly node: number; readonly distance: number } | undefined;
  for (const { node, x, y, radius } of view.drawing.nodes) {
    const distance = Math.hypot(x - at.x, y - at.y) - radius;
    if (distance <= reach / scaleOf(view) && distance < (best?.distance ?? Infinity)) {
      best = { node, distance };
    }
  }
  return best?.node;
}

function dragMarks(
  drawing: Drawing,
  { node, targets, over: under }: Gesture & { kind: "reattach" },
  at: Point,
): SVGElement[] {
  const over = under !== undefined && targets.includes(under) ? under : undefined;
  const find = (index: number): DrawnNode | undefined => drawing.nodes.find((one) => one.node === index);
  const from = find(node);
  if (from === undefined) {
    return [];
  }
  const to = (over === undefined ? undefined : find(over)) ?? at;
  const line = svgElement("path", {
    class: over === undefined ? "drag-line" : "drag-line chosen",
    d: `M${round(from.x)} ${round(from.y)}Q${round((from.x + 3 * to.x) / 4)} ${round(from.y)} ${round(to.x)} ${round(to.y)}`,
  });
  const ghost = svgElement("circle", {
    class: "drag-ghost",
    cx: round(at.x),
    cy: round(at.y),
    r: from.radius,
  });
  const rings = targets.flatMap((target) => {
    const drawn = find(target);
    return drawn ? [ring(drawn, target === over ? "target chosen" : "target")] : [];
  });
  return [...rings, line, ghost];
}

function lassoMarks(drawing: Drawing, { loop, caught }: Gesture & { kind: "lasso" }): SVGElement[] {
  const places = loop.map(({ x, y }) => `${round(x)} ${round(y)}`).join("L");
  const path = svgElement("path", { class: "lasso-loop", d: `M${places}Z` });
  return [
    path,
    ...drawing.nodes.flatMap((drawn) => (caught.includes(drawn.node) ? [ring(drawn, "caught")] : [])),
  ];
}
