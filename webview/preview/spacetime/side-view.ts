import { type OutlineStyle, outlineStyle } from "../../../src/drawing/styles.js";
import type { PreviewDiagram, Problem } from "../../../src/preview/index.js";
import { htmlElement, setText } from "../../kit/elements.js";
import { isPlainKey } from "../../kit/keyboard.js";
import { embeddingWords } from "./embedding-labels.js";
import { CellTable, Facts } from "./facts.js";
import { EmbeddingGrid } from "./grid.js";
import { type Ask, EmbeddingSource, type Found, type Subject } from "./source.js";
import { Steps } from "./steps.js";

export interface SideEvents {
  onNode(node: number): void;
  announce(text: string): void;
  /** The style that a part has in the drawing, when it is drawn. */
  styleOf?(part: number): OutlineStyle | undefined;
}

const mostHeight = 460; // px of the grid

/**
 * The N × T grid of one descent with one embedding of a diagram in it, and the steps to the others. It asks for what it shows,
 * and keeps what it showed until the answer is there.
 */
export class SideView {
  readonly element = htmlElement("section", { class: "st-side" });
  private readonly steps: Steps;
  private readonly grid: EmbeddingGrid;
  private readonly facts = new Facts();
  private readonly table: CellTable;
  private readonly frame = htmlElement("div", { class: "st-grid", tabindex: "0", role: "group" });
  private readonly problem = htmlElement("p", { class: "form-status problem", role: "status" });
  private readonly title = htmlElement("h3", { class: "st-side-title" });
  private readonly note = htmlElement("p", { class: "st-note" });
  private readonly results = htmlElement("div", { class: "st-results" });
  private source: EmbeddingSource | undefined;
  private number = 0n;
  private diagram: PreviewDiagram | undefined;
  private found: Found | undefined;
  /** The diagram that was found in: another may be drawn already while its embeddings are awaited. */
  private foundIn: PreviewDiagram | undefined;
  /** Whether the next news is to be said, since the user has asked for it. */
  private says = false;
  private width = 0;

  /** @param name what the descent is called where there are two. */
  constructor(
    private readonly name: string,
    private readonly ask: Ask,
    private readonly events: SideEvents,
  ) {
    this.steps = new Steps((number) => this.go(number));
    this.grid = new EmbeddingGrid((node) => events.onNode(node));
    this.table = new CellTable((node) => events.onNode(node));
    this.frame.setAttribute("aria-label", "grid; arrow keys step through the embeddings");
    this.frame.append(this.grid.element);
    this.frame.addEventListener("keydown", (event) => {
      if (!isPlainKey(event) || event.shiftKey) {
        return;
      }
      if (this.steps.key(event.key)) {
        event.preventDefault();
      }
    });
    this.results.append(this.steps.element, this.frame, this.facts.element, this.table.element, this.note);
    this.title.hidden = true;
    this.element.append(this.title, this.problem, this.results);
    this.results.hidden = true;
    new ResizeObserver(() => this.resized()).observe(this.frame);
    // The frame is scrolled, and what it is in.
    document.addEventListener("scroll", () => this.keepHeadings(), { capture: true, passive: true });
  }

  /** The diagram has changed, but not what is asked of it. */
  set drawn(diagram: PreviewDiagram) {
    this.diagram = diagram;
    if (this.foundIn?.key === diagram.key) {
      this.foundIn = diagram;
    }
  }

  /** Asks for the embeddings of another subject. @param isElsewhere whether they are others, of which the first is shown. */
  show(subject: Subject, isElsewhere: boolean): void {
    if (isElsewhere) {
      this.number = 0n;
    }
    this.source?.end();
    this.source = new EmbeddingSource(subject, this.ask, (news) => this.tell(news));
    this.source.want(this.number);
  }

  /** Asks for nothing until it is shown again. */
  rest(): void {
    this.source?.end();
    this.source = undefined;
  }

  /** What is told next is said aloud. */
  sayNext(): void {
    this.says = true;
  }

  /** Marks what is chosen in the page, and where the editor's cursor is. */
  mark(selected: number | undefined, cursor: number | undefined): void {
    this.grid.mark(selected, cursor);
    this.table.mark(selected);
  }

  /** Parts may have come to other styles. */
  redraw(): void {
    this.draw(false);
  }

  /** @returns whether there is something to go to. */
  focus(): boolean {
    if (!this.results.hidden) {
      this.frame.focus();
    }
    return !this.results.hidden;
  }

  private go(number: bigint): void {
    this.number = number;
    this.says = true;
    this.source?.want(number);
  }

  tell(news: Found | Problem): void {
    const { says } = this;
    if ("problem" in news) {
      this.says = false;
      setText(this.problem, news.problem);
      // What is older stays, but it is seen to be so.
      this.results.classList.toggle("older", this.found !== undefined);
      return;
    }
    setText(this.problem, "");
    this.results.classList.remove("older");
    this.results.hidden = false;
    this.found = news;
    this.foundIn = this.diagram;
    this.number = news.number;
    const { answer, embedding, number } = news;
    const { landscape } = this.source?.subject ?? {};
    this.steps.show(embedding ? number : undefined, answer.total);
    this.facts.show(answer, embedding, landscape !== undefined);
    this.table.show(this.diagram!, embedding);
    setText(this.note, answer.note ?? "");
    this.title.hidden = answer.isOfDifference === undefined;
    setText(this.title, `${this.name}: ${answer.spacetime}`);
    this.draw(true);
    const isAwaited = landscape !== undefined && (answer.observable === undefined || answer.pending === true);
    if (!says || isAwaited) {
      return;
    }
    this.says = false;
    this.events.announce(this.sentence());
  }

  private sentence(): string {
    const { found, foundIn: diagram } = this;
    if (!found || !diagram) {
      return "";
    }
    return found.embedding
      ? embeddingWords(diagram, found.answer, found.embedding, found.number)
      : (found.answer.note ?? "there is no embedding");
  }

  private draw(moves: boolean): void {
    const { found, foundIn: diagram } = this;
    if (!found || !diagram) {
      return;
    }
    // Without an embedding the grid is shown alone: its cells are what no embedding fits.
    const embedding = found.embedding ?? { cells: [], automorphisms: 1 };
    const content = {
      diagram: found.embedding ? diagram : { ...diagram, nodes: [], edges: [], parts: [] },
      answer: found.answer,
      embedding,
      styleOf: (part: number) => this.events.styleOf?.(part) ?? outlineStyle(part),
    };
    const room = { width: Math.max(this.width, 180), height: mostHeight };
    this.grid.draw(content, room, this.sentence(), moves);
    this.facts.showGaps(this.grid.leftOutWords);
    if (moves) {
      this.showNodes();
    }
    this.keepHeadings();
  }

  /** Scrolls to the rows of the embedding, where not all rows are in sight. */
  private showNodes(): void {
    const { reach } = this.grid;
    const { scrollTop, clientHeight } = this.frame;
    if (reach && (reach.from < scrollTop || reach.to > scrollTop + clientHeight)) {
      this.frame.scrollTop = Math.max(0, reach.from);
    }
  }

  private keepHeadings(): void {
    const picture = this.grid.element.getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    const around = this.frame.closest(".single-aside")?.getBoundingClientRect() ?? frame;
    this.grid.keepHeadings({
      x: Math.max(0, frame.left - picture.left),
      y: Math.max(0, Math.max(frame.top, around.top) - picture.top),
    });
  }

  private resized(): void {
    const width = this.frame.clientWidth;
    if (width === 0 || width === this.width) {
      return;
    }
    this.width = width;
    this.draw(false);
  }
}
