import { findObservable } from "../../../src/observables/index.js";
import type { PreviewDiagram, PreviewEmbedding, PreviewEmbeddings } from "../../../src/preview/index.js";
import { htmlElement, setAttributes, setText } from "../../kit/elements.js";
import { nameOf } from "../element-labels.js";
import { countWords, gridWords, valueWords } from "./embedding-labels.js";

type Name = "grid" | "gaps" | "count" | "symmetries" | "contribution" | "sum";

/** What is known of an embedding, in lines of name and value. */
export class Facts {
  readonly element = htmlElement("dl", { class: "st-facts" });
  private readonly lines = new Map<Name, { readonly name: HTMLElement; readonly value: HTMLElement }>();

  constructor() {
    for (const name of ["grid", "gaps", "count", "symmetries", "contribution", "sum"] as const) {
      const line = { name: htmlElement("dt"), value: htmlElement("dd") };
      this.lines.set(name, line);
      this.element.append(htmlElement("div", {}, line.name, line.value));
    }
  }

  show(answer: PreviewEmbeddings, embedding: PreviewEmbedding | undefined, isEvaluated: boolean): void {
    const observable = findObservable(answer.observable ?? "")?.words ?? answer.observable;
    const waiting = isEvaluated && answer.note === undefined && answer.observable === undefined;
    const value = (one: number | null | undefined): string | undefined =>
      one === undefined ? (waiting || answer.pending ? "computing…" : undefined) : valueWords(one);
    this.set("grid", "grid", gridWords(answer));
    this.set("count", "embeddings", countWords(answer.total));
    this.set(
      "symmetries",
      "|Aut_f|",
      embedding &&
        `${embedding.automorphisms.toLocaleString("en-US")} of |Aut| = ${answer.automorphisms.toLocaleString("en-US")}`,
    );
    const own = isEvaluated && embedding ? value(embedding.contribution) : undefined;
    const isNumber = typeof embedding?.contribution === "number";
    this.set("contribution", "contribution", own && isNumber ? `${own} to the ${observable}` : own);
    this.set("sum", "sum over all", isEvaluated ? value(answer.sum) : undefined);
  }

  /** @param words what the grid leaves out; empty where it is whole. */
  showGaps(words: string): void {
    this.set("gaps", "left out", words === "" ? undefined : words);
  }

  private set(name: Name, label: string, value: string | undefined): void {
    const line = this.lines.get(name)!;
    setText(line.name, label);
    setText(line.value, value ?? "");
    (line.name.parentElement as HTMLElement).hidden = value === undefined;
  }
}

/** The cells of all nodes in lines, which the keyboard can choose. */
export class CellTable {
  readonly element = htmlElement("table", { class: "st-table" });
  private readonly body = htmlElement("tbody");
  private rows: {
    readonly row: HTMLElement;
    readonly button: HTMLButtonElement;
    readonly cells: HTMLElement[];
  }[] = [];

  constructor(private readonly onNode: (node: number) => void) {
    const head = ["node", "point n", "update t", "Δt − 1"].map((text) =>
      htmlElement("th", { scope: "col" }, text),
    );
    head[3]!.title = "Updates between the node and its parent: one factor I − ηH each";
    this.element.append(
      htmlElement("caption", { class: "unseen" }, "Cells of the nodes"),
      htmlElement("thead", {}, htmlElement("tr", {}, ...head)),
      this.body,
    );
  }

  show(diagram: PreviewDiagram, embedding: PreviewEmbedding | undefined): void {
    this.element.hidden = embedding === undefined;
    if (!embedding) {
      return;
    }
    if (this.rows.length !== diagram.nodes.length) {
      this.make(diagram.nodes.length);
    }
    const parentOf = new Map(diagram.edges.map(({ child, parent }) => [child, parent]));
    const number = (value: number): string => value.toLocaleString("en-US");
    this.rows.forEach(({ button, cells }, node) => {
      const [n, t] = embedding.cells[node]!;
      const parent = parentOf.get(node);
      setText(button, nameOf(diagram, node));
      button.title = nameOf(diagram, node);
      setText(cells[0]!, n < 0 ? "–" : number(n));
      setText(cells[1]!, parent === undefined ? `${number(t)} = T` : number(t));
      setText(cells[2]!, parent === undefined ? "–" : number(embedding.cells[parent]![1] - t - 1));
    });
  }

  mark(selected: number | undefined): void {
    this.rows.forEach(({ row, button }, node) => {
      row.classList.toggle("selected", node === selected);
      setAttributes(button, { "aria-pressed": String(node === selected) });
    });
  }

  private make(count: number): void {
    this.rows = Array.from({ length: count }, (_, node) => {
      const button = htmlElement("button", { type: "button", class: "st-node-button" });
      button.addEventListener("click", () => this.onNode(node));
      const cells = [0, 1, 2].map(() => htmlElement("td"));
      const row = htmlElement("tr", {}, htmlElement("th", { scope: "row" }, button), ...cells);
      return { row, button, cells };
    });
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
  }
}
