import type { OutlineStyle } from "../../../src/drawing/styles.js";
import type { PreviewDiagram, PreviewEmbedding, PreviewEmbeddings } from "../../../src/preview/index.js";
import { setAttributes, setText, svgElement } from "../../kit/elements.js";
import { animate } from "../../kit/motion.js";
import { nameOf } from "../element-labels.js";
import { leftOutWords, tipWords } from "./embedding-labels.js";
import { arcData, type GridGeometry, geometryOf, type Place, type Room } from "./geometry.js";
import { gridLayer, type Headings, headingsOf } from "./grid-cells.js";
import { labelsOf } from "./node-labels.js";

export interface GridContent {
  readonly diagram: PreviewDiagram;
  readonly answer: PreviewEmbeddings;
  readonly embedding: PreviewEmbedding;
  /** The style of a part, as the drawing has it. */
  styleOf(part: number): OutlineStyle;
}

interface NodeMark {
  readonly group: SVGGElement;
  readonly disc: SVGCircleElement;
  readonly label: SVGTextElement;
  readonly tip: SVGTitleElement;
}

interface PartMark {
  readonly group: SVGGElement;
  readonly nodes: readonly number[];
  readonly rings: readonly SVGCircleElement[];
  readonly ties: readonly SVGPathElement[];
}

const edgeBend = 0.16;
const tieBend = -0.12;

/** The grid with one embedding in it. Cells are hatched, not only coloured; parts have the drawing's dashes. */
export class EmbeddingGrid {
  readonly element = svgElement("svg", { class: "st-picture", role: "img" });
  private readonly cells = svgElement("g", { class: "st-cells" });
  private readonly bands = svgElement("g", { class: "st-bands" });
  private readonly ties = svgElement("g", { class: "st-parts" });
  private readonly edges = svgElement("g", { class: "st-edges" });
  private readonly nodes = svgElement("g", { class: "st-nodes" });
  private readonly numbers = svgElement("g");
  private headings: Headings | undefined;
  private kept: Place = { x: 0, y: 0 };
  private marks: NodeMark[] = [];
  private arcs: { readonly path: SVGPathElement; readonly child: number; readonly parent: number }[] = [];
  private parts: PartMark[] = [];
  private places: Place[] = [];
  private shown: { readonly diagram: PreviewDiagram; readonly styles: string } | undefined;
  private cellsKey = "";
  private content: GridContent | undefined;
  private geometry: GridGeometry | undefined;
  private marked: { readonly selected?: number; readonly cursor?: number } = {};
  private stop = (): void => {};

  /** @param onNode called when a node is pressed. */
  constructor(private readonly onNode: (node: number) => void) {
    this.element.append(this.bands, this.cells, this.ties, this.edges, this.nodes, this.numbers);
  }

  /** Shows an embedding. @param label the sentence that reads it. */
  draw(content: GridContent, room: Room, label: string, moves: boolean): void {
    const geometry = geometryOf(content.answer, content.embedding, room);
    const isSameGrid = this.drawCells(content.answer, geometry);
    const isSameDiagram = this.makeMarks(content);
    this.content = content;
    this.geometry = geometry;
    setAttributes(this.element, {
      width: String(Math.ceil(geometry.width)),
      height: String(Math.ceil(geometry.height)),
      "aria-label": label,
    });
    const { radius, nodes } = geometry;
    const names = this.marks.map((_, node) => nameOf(content.diagram, node));
    const labels = labelsOf(geometry, names, (node) => this.parts.some((part) => part.nodes.includes(node)));
    this.marks.forEach(({ disc, label: name, tip }, node) => {
      const isRoot = node === this.marks.length - 1;
      disc.setAttribute("r", String(isRoot ? radius * 0.8 : radius));
      // A name without room is left to the table, the tip and the sentence.
      const { text, x, y, anchor } = labels[node] ?? { text: "", x: 0, y: 0, anchor: "middle" };
      setText(name, text);
      setAttributes(name, { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor });
      setText(tip, tipWords(content.embedding.cells, names, node));
    });
    for (const { rings } of this.parts) {
      for (const ring of rings) {
        ring.setAttribute("r", String(radius + 3));
      }
    }
    this.stop();
    const from = this.places;
    if (moves && isSameGrid && isSameDiagram && from.length === nodes.length) {
      this.stop = animate((share) =>
        this.place(
          nodes.map((to, node) => ({
            x: from[node]!.x + (to.x - from[node]!.x) * share,
            y: from[node]!.y + (to.y - from[node]!.y) * share,
          })),
        ),
      );
    } else {
      this.place(nodes);
    }
    this.drawBands();
  }

  /** What the gaps stand for; empty where there are none. */
  get leftOutWords(): string {
    const { content, geometry } = this;
    return content && geometry
      ? leftOutWords(content.answer, geometry.rows.leftOut, geometry.columns.leftOut)
      : "";
  }

  /** Marks what is chosen in the page, and where the editor's cursor is. */
  mark(selected: number | undefined, cursor: number | undefined): void {
    this.marked = {
      ...(selected === undefined ? {} : { selected }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    this.marks.forEach(({ group }, node) => {
      group.classList.toggle("selected", node === selected);
      group.classList.toggle("cursor", node === cursor);
    });
    this.drawBands();
  }

  /** The heights between which the embedding's nodes stand, below the headings of the columns. */
  get reach(): { readonly from: number; readonly to: number } | undefined {
    const { geometry } = this;
    if (geometry === undefined || geometry.nodes.length === 0) {
      return undefined;
    }
    const heights = geometry.nodes.map(({ y }) => y);
    const { cell } = geometry.rows;
    return { from: Math.min(...heights) - cell - geometry.top, to: Math.max(...heights) + cell };
  }

  /** Keeps the numbers of rows and columns in sight. @param scrolled how much of the picture is out of sight before them. */
  keepHeadings(scrolled: Place): void {
    this.kept = scrolled;
    const move = (element: SVGElement | undefined, x: number, y: number): void =>
      element?.setAttribute("transform", `translate(${x} ${y})`);
    move(this.headings?.columns, 0, scrolled.y);
    move(this.headings?.rows, scrolled.x, 0);
    move(this.headings?.corner, scrolled.x, scrolled.y);
  }

  private drawCells(answer: PreviewEmbeddings, geometry: GridGeometry): boolean {
    const key = `${answer.N} ${answer.T} ${answer.B} ${geometry.columns.key} ${geometry.rows.key}`;
    if (key === this.cellsKey) {
      return true;
    }
    this.cellsKey = key;
    this.cells.replaceChildren(...gridLayer(answer, geometry));
    this.headings = headingsOf(answer, geometry);
    const { columns, rows, corner } = this.headings;
    this.numbers.replaceChildren(columns, rows, corner);
    this.keepHeadings(this.kept);
    return false;
  }

  /** The row and the column of what is chosen. */
  private drawBands(): void {
    const { geometry, content } = this;
    const node = this.marked.selected ?? this.marked.cursor;
    const cell = node === undefined ? undefined : content?.embedding.cells[node];
    if (!geometry || !cell) {
      this.bands.replaceChildren();
      return;
    }
    const [n, t] = cell;
    const { columns, rows, left, top } = geometry;
    const isRoot = node === content!.embedding.cells.length - 1;
    const x = isRoot ? geometry.rootLeft : left + columns.middleOf(t) - columns.cell / 2;
    const band = (at: Record<string, number>) => svgElement("rect", { class: "st-band", ...at });
    this.bands.replaceChildren(
      band({ x, y: top, width: columns.cell, height: rows.length }),
      ...(n < 0
        ? []
        : [
            band({
              x: left,
              y: top + rows.middleOf(n) - rows.cell / 2,
              width: columns.length,
              height: rows.cell,
            }),
          ]),
    );
  }

  /** Makes the marks of a diagram; they stay while it is the same. */
  private makeMarks({ diagram, styleOf }: GridContent): boolean {
    const joined = diagram.parts.flatMap(({ nodes }, part) => (nodes.length > 1 ? [{ nodes, part }] : []));
    const styles = JSON.stringify(joined.map(({ part }) => styleOf(part)));
    if (this.shown?.diagram === diagram && this.shown.styles === styles) {
      return true;
    }
    const isSame = this.shown?.diagram.key === diagram.key;
    this.shown = { diagram, styles };
    const root = diagram.nodes.length - 1;
    this.marks = diagram.nodes.map((_, node) => {
      const tip = svgElement("title");
      const disc = svgElement("circle", { class: "st-disc" });
      const label = svgElement("text", { class: "st-name" });
      const halo = svgElement("circle", { class: "st-halo", r: 10 });
      const group = svgElement("g", { class: node === root ? "st-node root" : "st-node", "data-node": node });
      group.append(tip, halo, disc, label);
      group.addEventListener("click", () => this.onNode(node));
      return { group, disc, label, tip };
    });
    this.nodes.replaceChildren(...this.marks.map(({ group }) => group));
    this.arcs = diagram.edges.map(({ child, parent }) => ({ path: svgElement("path"), child, parent }));
    this.edges.replaceChildren(...this.arcs.map(({ path }) => path));
    this.parts = joined.map(({ nodes, part }) => {
      const { colour, dashes } = styleOf(part);
      const group = svgElement("g", { class: "st-part" });
      group.style.setProperty("--part-colour", colour);
      if (dashes.length > 0) {
        group.setAttribute("stroke-dasharray", dashes.join(" "));
      }
      const rings = nodes.map(() => svgElement("circle"));
      const ties = nodes.slice(1).map(() => svgElement("path"));
      group.append(...ties, ...rings);
      return { group, nodes, rings, ties };
    });
    this.ties.replaceChildren(...this.parts.map(({ group }) => group));
    this.mark(this.marked.selected, this.marked.cursor);
    return isSame;
  }

  private place(places: readonly Place[]): void {
    this.places = [...places];
    places.forEach(({ x, y }, node) => {
      this.marks[node]!.group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    });
    for (const { path, child, parent } of this.arcs) {
      path.setAttribute("d", arcData(places[child]!, places[parent]!, edgeBend));
    }
    for (const { nodes, rings, ties } of this.parts) {
      // Along the row, so that a tie joins neighbours.
      const ordered = [...nodes].sort((a, b) => places[a]!.x - places[b]!.x || places[a]!.y - places[b]!.y);
      ordered.forEach((node, index) => {
        const { x, y } = places[node]!;
        setAttributes(rings[index]!, { cx: x.toFixed(1), cy: y.toFixed(1) });
        if (index > 0) {
          ties[index - 1]!.setAttribute("d", arcData(places[ordered[index - 1]!]!, places[node]!, tieBend));
        }
      });
    }
  }
}
