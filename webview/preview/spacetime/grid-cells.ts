import type { PreviewEmbeddings } from "../../../src/preview/index.js";
import { svgElement } from "../../kit/elements.js";
import type { AxisPlace } from "./axis.js";
import { type GridGeometry, headroom } from "./geometry.js";

/** Whether training point `n` is in the batch of update `t`, in the unshuffled order. */
export function isShaded({ N, B }: Pick<PreviewEmbeddings, "N" | "B">, n: number, t: number): boolean {
  return Math.floor(n / B) === t % (N / B);
}

/** What does not move with the embedding: cells and gaps. */
export function gridLayer(answer: PreviewEmbeddings, geometry: GridGeometry): SVGElement[] {
  const { columns, rows, left, top, rootLeft } = geometry;
  const right = left + columns.length;
  const bottom = top + rows.length;
  const shaded: string[] = [];
  const lines: string[] = [];
  const gaps: SVGElement[] = [];
  for (const column of columns.places) {
    const x = left + column.start;
    lines.push(`M${x} ${top}V${bottom}`);
    if (column.kind === "gap") {
      gaps.push(gapMark(x, top, column.size, rows.length, skipped(column, "update")));
      continue;
    }
    for (const row of rows.places) {
      if (row.kind === "gap" || !isShaded(answer, row.index, column.index)) {
        continue;
      }
      shaded.push(`M${x + 1} ${top + row.start + 1}h${column.size - 2}v${row.size - 2}h${2 - column.size}z`);
    }
  }
  lines.push(`M${right} ${top}V${bottom}`);
  for (const row of rows.places) {
    const y = top + row.start;
    lines.push(`M${left} ${y}H${right}`);
    if (row.kind === "gap") {
      gaps.push(gapMark(left, y, columns.length, row.size, skipped(row, "training point")));
    }
  }
  lines.push(`M${left} ${bottom}H${right}`);
  return [
    hatching(),
    svgElement("path", { class: "st-shaded", d: shaded.join("") }),
    svgElement("path", { class: "st-hatch", d: shaded.join("") }),
    svgElement("path", { class: "st-lines", d: lines.join("") }),
    ...gaps,
    ...epochLines(answer, geometry),
    svgElement("rect", {
      class: "st-root",
      x: rootLeft,
      y: top,
      width: columns.cell,
      height: rows.length,
      rx: 3,
    }),
  ];
}

function skipped(place: Extract<AxisPlace, { kind: "gap" }>, what: string): string {
  const count = place.last - place.first + 1;
  const [first, last] = [place.first, place.last].map((index) => index.toLocaleString("en-US"));
  return `${count.toLocaleString("en-US")} ${what}s, ${first} to ${last}`;
}

/** Stripes that tell shaded cells without colour. */
function hatching(): SVGElement {
  const stripes = svgElement("pattern", {
    id: "st-stripes",
    width: 5,
    height: 5,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  stripes.append(svgElement("path", { class: "st-stripe", d: "M0 0V5" }));
  return svgElement("defs", {}, stripes);
}

/** A gap covers the lines of the cells that it stands for. */
function gapMark(x: number, y: number, width: number, height: number, tip: string): SVGElement {
  return svgElement(
    "g",
    { class: "st-gap" },
    svgElement("title", {}, tip),
    svgElement("rect", { x: x + 1, y: y + 1, width: width - 2, height: height - 2 }),
  );
}

/** Where an epoch begins, when there are several. */
function epochLines(
  { N, T, B }: PreviewEmbeddings,
  { columns, rows, left, top }: GridGeometry,
): SVGElement[] {
  const perEpoch = N / B;
  if (perEpoch === 1 || T === perEpoch) {
    return [];
  }
  const data = columns.places
    .filter((place) => place.kind === "cell" && place.index > 0 && place.index % perEpoch === 0)
    .map(({ start }) => `M${left + start} ${top - 5}V${top + rows.length}`)
    .join("");
  return data === "" ? [] : [svgElement("path", { class: "st-epochs", d: data })];
}

/** The numbers of columns and of rows, each on a ground that hides what is scrolled below it. */
export interface Headings {
  readonly columns: SVGElement;
  readonly rows: SVGElement;
  /** What the axes are called, where both meet. */
  readonly corner: SVGElement;
}

export function headingsOf({ T }: PreviewEmbeddings, geometry: GridGeometry): Headings {
  const { columns, rows, left, top, rootLeft, upright, width, height } = geometry;
  const text = (content: string, x: number, y: number, anchor: string, className = "st-number"): SVGElement =>
    svgElement("text", { class: className, x, y, "text-anchor": anchor }, content);
  const base = top - headroom - 2;
  const ofColumn = (content: string, x: number): SVGElement => {
    if (upright || content.length < 2) {
      return text(content, x, base, "middle");
    }
    const label = text(content, 0, 0, "start");
    label.setAttribute("transform", `translate(${x + 3.5} ${base}) rotate(-90)`);
    return label;
  };
  const group = (area: { width: number; height: number }, ...content: SVGElement[]): SVGElement =>
    svgElement("g", { class: "st-headings" }, svgElement("rect", area), ...content);
  const ofColumns = group(
    { width, height: base + 3 },
    ...columns.places.map((place) =>
      ofColumn(place.kind === "cell" ? String(place.index) : "⋯", left + place.start + place.size / 2),
    ),
    ofColumn(`T = ${T}`.length * 6.6 <= columns.cell ? `T = ${T}` : "T", rootLeft + columns.cell / 2),
  );
  const ofRows = group(
    { width: left - 4, height },
    ...rows.places.map((place) =>
      text(
        place.kind === "cell" ? String(place.index) : "⋮",
        left - 7,
        top + place.start + place.size / 2 + 4,
        "end",
      ),
    ),
  );
  const corner = group(
    { width: left - 4, height: top - 1 },
    text("n", left - 7, top - 4, "end", "st-axis"),
    text("t", left - 7, base, "end", "st-axis"),
  );
  return { columns: ofColumns, rows: ofRows, corner };
}
