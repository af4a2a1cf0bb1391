import type { DrawnEdge, DrawnLabel, DrawnNode, DrawnOutline, Point } from "../../src/drawing/drawing.js";
import { rings, signOffset } from "../../src/drawing/measures.js";
import { outlineStyle } from "../../src/drawing/styles.js";
import { round, setAttributes, setText, svgElement } from "../kit/elements.js";
import { alignCorners, corners, cornersOf, pathData, polygonData } from "./outline-morph.js";

/** How an element is shown beyond what it is. */
export type Decoration = "selected" | "cursor" | "error" | "warning";

/**
 * The group that shows one element, and goes from where it is to where it is to be. Places are relative to the
 * drawing's root, which so stays where it is while the rest grows round it.
 */
export abstract class Shape<Target> {
  readonly group: SVGGElement;
  private from: readonly number[] = [];
  private to: readonly number[] = [];
  private now: readonly number[] | undefined;
  private readonly decorations = new Map<Decoration, SVGElement>();

  constructor(kind: "node" | "edge" | "part") {
    this.group = svgElement("g", { class: kind, "data-kind": kind });
  }

  protected abstract valuesOf(target: Target, origin: Point, before: readonly number[] | undefined): number[];
  /** Draws at the given values; `settled` when they are those of the target. */
  protected abstract draw(values: readonly number[], settled: boolean): void;
  protected abstract decorate(decoration: Decoration): SVGElement;
  protected abstract show(target: Target, origin: Point): void;

  /** Takes a target, to be gone to by `step`. */
  aim(target: Target, origin: Point): void {
    const to = this.valuesOf(target, origin, this.now);
    this.from = this.now?.length === to.length ? this.now : to;
    this.to = to;
    this.show(target, origin);
  }

  /** Goes the given share of the way, of 0 to 1. */
  step(share: number): void {
    const { from, to } = this;
    const settled = share >= 1 || from === to;
    this.now = settled ? to : to.map((value, index) => from[index]! + (value - from[index]!) * share);
    this.draw(this.now, settled);
  }

  setDecoration(decoration: Decoration, present: boolean): void {
    if (this.decorations.has(decoration) === present) {
      return;
    }
    this.group.classList.toggle(decoration, present);
    if (present) {
      const mark = this.decorate(decoration);
      this.decorations.set(decoration, mark);
      if (this.now) {
        this.draw(this.now, this.now === this.to);
      }
    } else {
      this.decorations.get(decoration)!.remove();
      this.decorations.delete(decoration);
    }
  }

  protected decoration(decoration: Decoration): SVGElement | undefined {
    return this.decorations.get(decoration);
  }

  /** Places the sign of an error or a warning. */
  protected placeSign(x: number, y: number): void {
    for (const kind of ["error", "warning"] as const) {
      this.decorations.get(kind)?.setAttribute("transform", `translate(${round(x)} ${round(y)})`);
    }
  }
}

/** A sign that tells by its shape too: an octagon for an error, a triangle for a warning. */
function makeSign(decoration: "error" | "warning"): SVGGElement {
  const rim =
    decoration === "error"
      ? "M-2.4 -5.6H2.4L5.6 -2.4V2.4L2.4 5.6H-2.4L-5.6 2.4V-2.4Z"
      : "M0 -6.6L6.6 5.6H-6.6Z";
  return svgElement(
    "g",
    { class: `sign ${decoration}`, "aria-hidden": "true" },
    svgElement("path", { d: rim }),
    svgElement("path", { class: "bang", d: "M0 -2.7V0.7M0 2.8V2.9" }),
  );
}

export class NodeShape extends Shape<DrawnNode> {
  private readonly reach = svgElement("circle", { class: "reach" });
  private readonly disc = svgElement("circle", { class: "disc" });
  private readonly label = svgElement("text", { class: "name", dy: "0.34em" });
  private ring: SVGCircleElement | undefined;
  private radius = 0;

  constructor() {
    super("node");
    this.group.append(this.reach, this.disc, this.label);
  }

  protected override valuesOf({ x, y, label }: DrawnNode, origin: Point): number[] {
    return [x - origin.x, y - origin.y, label.x - x, label.y - y];
  }

  protected override show({ radius, isRoot, label }: DrawnNode): void {
    this.radius = radius;
    this.group.classList.toggle("root", isRoot);
    this.reach.setAttribute("r", String(radius + rings.focused));
    this.disc.setAttribute("r", String(round(isRoot ? radius * 0.45 : radius)));
    if (isRoot && !this.ring) {
      this.ring = svgElement("circle", { class: "ring" });
      this.disc.before(this.ring);
    } else if (!isRoot && this.ring) {
      this.ring.remove();
      this.ring = undefined;
    }
    this.ring?.setAttribute("r", String(round(radius - 0.8)));
    showLabel(this.label, label);
  }

  protected override draw(values: readonly number[]): void {
    this.group.setAttribute("transform", `translate(${round(values[0]!)} ${round(values[1]!)})`);
    setAttributes(this.label, { x: String(round(values[2]!)), y: String(round(values[3]!)) });
    this.decoration("selected")?.setAttribute("r", String(this.radius + rings.selected));
    this.decoration("cursor")?.setAttribute("r", String(this.radius + rings.cursor));
    const sign = signOffset(this.radius, values[3]!);
    this.placeSign(sign.x, sign.y);
  }

  protected override decorate(decoration: Decoration): SVGElement {
    const isSign = decoration === "error" || decoration === "warning";
    const mark = isSign ? makeSign(decoration) : svgElement("circle", { class: `halo ${decoration}` });
    if (isSign) {
      this.group.append(mark);
    } else {
      this.reach.after(mark);
    }
    return mark;
  }
}

export class EdgeShape extends Shape<DrawnEdge> {
  private readonly reach = svgElement("path", { class: "reach" });
  private readonly arc = svgElement("path", { class: "arc" });

  /** @param style "stray" for an edge that does not belong: it is dashed and crossed out. */
  constructor(style?: "stray") {
    super("edge");
    this.group.append(this.reach, this.arc);
    if (style === undefined) {
      return;
    }
    this.group.classList.add(style);
    this.cross = svgElement("path", { class: "cross", d: "M-4 -4L4 4M-4 4L4 -4" });
    this.group.append(this.cross);
  }
  private readonly cross: SVGPathElement | undefined;

  protected override valuesOf({ path: { start, curves } }: DrawnEdge, origin: Point): number[] {
    const points = [start, ...curves.flatMap(({ control1, control2, end }) => [control1, control2, end])];
    return points.flatMap(({ x, y }) => [x - origin.x, y - origin.y]);
  }

  protected override show(): void {}

  protected override draw(values: readonly number[]): void {
    const places: string[] = [];
    for (let at = 0; at < values.length; at += 2) {
      places.push(`${round(values[at]!)} ${round(values[at + 1]!)}`);
    }
    const [start, ...rest] = places;
    const data = `M${start}C${rest.join(" ")}`;
    this.reach.setAttribute("d", data);
    this.arc.setAttribute("d", data);
    for (const kind of ["selected", "cursor"] as const) {
      this.decoration(kind)?.setAttribute("d", data);
    }
    // The middle of the first curve.
    const middle = (axis: 0 | 1): number =>
      (values[axis]! + 3 * values[2 + axis]! + 3 * values[4 + axis]! + values[6 + axis]!) / 8;
    this.cross?.setAttribute("transform", `translate(${round(middle(0))} ${round(middle(1))})`);
  }

  protected override decorate(decoration: Decoration): SVGElement {
    // Its dashes tell of an error or a warning; signs there would crowd those of its nodes.
    const isSign = decoration === "error" || decoration === "warning";
    const mark = svgElement("path", { class: isSign ? "unsigned" : `halo ${decoration}` });
    if (!isSign) {
      this.reach.after(mark);
    }
    return mark;
  }
}

/** Of the values of a part: how many come before those of its rims. */
const beforeRims = 4;

/** A part's outline or ties. Its first values are the places of its label, if it has one, and of a sign about it. */
export class PartShape extends Shape<DrawnOutline> {
  private readonly haze = svgElement("path", { class: "haze" });
  private readonly line = svgElement("path", { class: "line" });
  private label: SVGTextElement | undefined;
  private settledData = "";

  constructor() {
    super("part");
    this.group.append(this.haze, this.line);
  }

  protected override valuesOf(
    { paths, label, sign }: DrawnOutline,
    origin: Point,
    before: readonly number[] | undefined,
  ): number[] {
    const rims = paths.flatMap((path, index) => {
      const found = cornersOf(path, origin);
      const from = beforeRims + index * corners * 2;
      const other = before?.slice(from, from + corners * 2);
      return other?.length === found.length ? alignCorners(found, other) : found;
    });
    const name = label ?? sign;
    return [name.x - origin.x, name.y - origin.y, sign.x - origin.x, sign.y - origin.y, ...rims];
  }

  protected override show({ style, form, paths, label }: DrawnOutline, origin: Point): void {
    const { colour, dashes } = outlineStyle(style);
    this.group.classList.toggle("ties", form === "ties");
    this.group.style.setProperty("--part-colour", colour);
    this.group.dataset.style = String(style);
    setAttributes(this.line, { "stroke-dasharray": dashes.length > 0 ? dashes.join(" ") : undefined });
    this.settledData = paths.map((path) => pathData(path, origin, true)).join("");
    if (label && !this.label) {
      this.label = svgElement("text", { class: "name", dy: "0.34em" });
      this.group.append(this.label);
    } else if (!label) {
      this.label?.remove();
      this.label = undefined;
    }
    if (label && this.label) {
      showLabel(this.label, label);
    }
  }

  protected override draw(values: readonly number[], settled: boolean): void {
    const count = (values.length - beforeRims) / (corners * 2);
    const data = settled ? this.settledData : polygonData(values, beforeRims, count);
    this.haze.setAttribute("d", data);
    this.line.setAttribute("d", data);
    for (const kind of ["selected", "cursor"] as const) {
      this.decoration(kind)?.setAttribute("d", data);
    }
    if (this.label) {
      setAttributes(this.label, { x: String(round(values[0]!)), y: String(round(values[1]!)) });
    }
    this.placeSign(values[2]!, values[3]!);
  }

  protected override decorate(decoration: Decoration): SVGElement {
    const isSign = decoration === "error" || decoration === "warning";
    const mark = isSign ? makeSign(decoration) : svgElement("path", { class: `halo ${decoration}` });
    if (isSign) {
      this.group.append(mark);
    } else {
      this.line.before(mark);
    }
    return mark;
  }
}

function showLabel(element: SVGTextElement, label: DrawnLabel): void {
  setText(element, label.text);
  setAttributes(element, { "text-anchor": label.anchor === "start" ? undefined : label.anchor });
}
