import type {
  ElementReference,
  HoverAnswer,
  HoverPiece,
  HoverSpan,
  PreviewDiagram,
  TextPosition,
} from "../../src/preview/index.js";
import { giveKeyboard, isPlainKey } from "../kit/keyboard.js";
import { keepAside } from "../kit/placement.js";
import { lineOf } from "../kit/text.js";
import { whenThemeChanges } from "./diagram-formula.js";
import type { DrawingView, Page } from "./page.js";

const openDelay = 350; // ms that a pointer rests before the card opens
const closeDelay = 300; // ms to get from the element into the card

/** The card's width at most, what of the window stays free, and the card's borders and padding, px: as in its style. */
const [widest, rim, padding] = [560, 16, 22];

/**
 * Shows what the editor's hover says of an element: under a resting pointer, or at the selected element by the
 * key `i`. As WCAG 1.4.13 asks, the pointer may go into the card, Escape closes it, and else it stays.
 */
export function mountHoverCard(page: Page): void {
  new HoverCard(page);
  page.describeKey("i", "formulas of the selected element");
}

interface Subject {
  readonly view: DrawingView;
  readonly element: ElementReference;
}

class HoverCard {
  private readonly card = document.createElement("div");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private subject: Subject | undefined;
  /** What the pointer is on; its card may not be open yet. */
  private under: Subject | undefined;
  /** Where the pointer was let go last, as long as it stays there. */
  private pressed: Subject | undefined;
  /** What had the keyboard when a key opened the card; such a card stays until Escape. */
  private focusBefore: Element | null = null;
  private release = (): void => {};

  constructor(private readonly page: Page) {
    const { card } = this;
    card.className = "hover-card";
    card.dataset.tool = "hover";
    card.setAttribute("role", "dialog");
    card.hidden = true;
    document.body.append(card);
    document.addEventListener("pointerover", (event) => this.over(event));
    // Over the rest of the window a frame hears of no pointer.
    document.documentElement.addEventListener("pointerleave", () => this.rest(undefined));
    document.addEventListener("pointerdown", (event) => {
      if (!this.holds(event.target)) {
        this.close();
      }
    });
    document.addEventListener(
      "pointerup",
      (event) => {
        if (!this.holds(event.target)) {
          this.pressed = this.subjectAt(event);
        }
      },
      { capture: true },
    );
    // The camera keeps from others the wheel that it takes.
    document.addEventListener(
      "wheel",
      (event) => {
        if (!this.holds(event.target)) {
          this.close();
        }
      },
      { capture: true, passive: true },
    );
    window.addEventListener("keydown", (event) => this.key(event), { capture: true });
    page.onDrawing(() => this.closeIfGone());
    whenThemeChanges(() => {
      if (this.subject !== undefined && !this.card.hidden) {
        void this.open(this.subject);
      }
    });
    page.store.subscribe((now, before) => {
      if (now.shown !== before.shown || now.file !== before.file) {
        this.close();
      }
    });
  }

  private over(event: PointerEvent): void {
    if (event.pointerType === "touch") {
      return;
    }
    if (this.holds(event.target)) {
      this.wait(undefined);
      return;
    }
    const found = event.buttons === 0 && !this.isBusy() ? this.subjectAt(event) : undefined;
    // What was pressed, or dropped on, is known; its card comes when the pointer has been elsewhere.
    const subject = same(found, this.pressed) ? undefined : found;
    if (event.buttons === 0 && subject === found) {
      this.pressed = undefined;
    }
    if (same(subject, this.under) && this.timer !== undefined) {
      return;
    }
    this.rest(subject);
  }

  /** The pointer rests on something, or on nothing that has a card. */
  private rest(subject: Subject | undefined): void {
    this.under = subject;
    if (subject === undefined) {
      if (!this.card.hidden && this.focusBefore === null) {
        this.wait(closeDelay, () => this.close());
      } else {
        this.wait(undefined);
      }
    } else if (same(subject, this.subject)) {
      this.wait(undefined);
    } else {
      this.wait(openDelay, () => void this.open(subject));
    }
  }

  /** Whether a card would be in the way: of a gesture, a menu or a form. */
  private isBusy(): boolean {
    return (
      this.page.stage.matches(".dragging, .dragging-node, .lassoing, .lasso") ||
      document.querySelector(".menu, .popover:not([hidden])") !== null
    );
  }

  private subjectAt(event: PointerEvent): Subject | undefined {
    const view = this.page.drawingOf(event.target);
    const element = view?.elementAt(event.clientX, event.clientY);
    return view && element && { view, element };
  }

  private wait(delay: number | undefined, run: () => void = () => {}): void {
    clearTimeout(this.timer);
    this.timer = delay === undefined ? undefined : setTimeout(run, delay);
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.card.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      return;
    }
    const view = this.page.drawing();
    const { selected } = this.page.store.view;
    const inside = event.target instanceof Node && this.page.stage.contains(event.target);
    if (event.key !== "i" || !isPlainKey(event) || !inside) {
      return;
    }
    if (view === undefined) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const element: ElementReference = selected?.id === view.id ? selected.element : { kind: "diagram" };
    this.focusBefore = document.activeElement;
    void this.open({ view, element }).then(() => giveKeyboard(this.card));
  }

  private async open(subject: Subject): Promise<void> {
    this.wait(undefined);
    const { view, element } = subject;
    const position = positionOf(view.diagram, element);
    if (position === undefined) {
      return;
    }
    this.subject = subject;
    const room = Math.min(widest, window.innerWidth - rim) - padding;
    const answer = await this.page.link.request({ method: "hover", position, room }).catch(lineOf);
    // Meanwhile the pointer may have gone on, or have begun a gesture.
    if (this.subject !== subject || this.isBusy()) {
      return;
    }
    const pieces: readonly HoverPiece[] =
      typeof answer === "string"
        ? [{ kind: "line", spans: [{ text: answer, style: "emphasis" }] }]
        : ((answer as HoverAnswer | null)?.pieces ?? []);
    if (pieces.length === 0) {
      return this.close();
    }
    const title = titleOf(view.diagram, element);
    this.card.setAttribute("aria-label", title);
    this.card.tabIndex = -1;
    this.card.replaceChildren(...pieces.map((piece) => this.piece(piece)));
    this.card.hidden = false;
    this.release();
    const { overlay } = subject.view;
    const anchor = subject.view.find(subject.element) ?? overlay.parentElement ?? subject.view.element;
    // Under a diagram that is shown alone its formulas and problems are to be read, and beside it its grid.
    const { stage } = this.page;
    this.release = keepAside(anchor, this.card, 8, stage.contains(anchor) ? stage : undefined);
  }

  private close(): void {
    this.wait(undefined);
    this.subject = undefined;
    if (this.card.hidden) {
      return;
    }
    const hadFocus = this.card.contains(document.activeElement);
    this.release();
    this.card.hidden = true;
    this.card.replaceChildren();
    if (hadFocus) {
      giveKeyboard(this.focusBefore);
    }
    this.focusBefore = null;
  }

  private closeIfGone(): void {
    if (this.subject !== undefined && !this.subject.view.element.isConnected) {
      this.close();
    }
  }

  private holds(target: EventTarget | null): boolean {
    return target instanceof Node && this.card.contains(target);
  }

  private piece(piece: HoverPiece): HTMLElement {
    if (piece.kind === "line") {
      const line = document.createElement("p");
      line.append(...piece.spans.map(span));
      return line;
    }
    const figure = document.createElement("div");
    figure.className = "hover-formula";
    const label = document.createElement("p");
    label.append(...piece.label.map(span));
    const formula =
      piece.image === undefined
        ? span({ text: piece.latex, style: "code" })
        : picture(piece.image, piece.latex);
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "hover-copy";
    copy.append("Copy LaTeX");
    copy.addEventListener("click", () => {
      this.page.link.request({ method: "copy", text: piece.latex }).then(
        () => this.page.notify("LaTeX copied"),
        (error) => this.page.notify(lineOf(error), "error"),
      );
    });
    const head = document.createElement("div");
    head.append(label, copy);
    figure.append(head, formula);
    return figure;
  }
}

function same(one: Subject | undefined, other: Subject | undefined): boolean {
  if (one === undefined || other === undefined) {
    return one === other;
  }
  const index = (element: ElementReference): number => ("index" in element ? element.index : -1);
  return (
    one.view === other.view &&
    one.element.kind === other.element.kind &&
    index(one.element) === index(other.element)
  );
}

/** Where the text speaks first of an element. */
export function positionOf(diagram: PreviewDiagram, element: ElementReference): TextPosition | undefined {
  if (element.kind === "diagram") {
    return diagram.nameRange.start;
  }
  if (element.kind === "node") {
    return diagram.nodes[element.index]?.ranges[0]?.start;
  }
  if (element.kind === "edge") {
    return diagram.edges.find(({ child }) => child === element.index)?.range.start;
  }
  return diagram.parts[element.index]?.range?.start;
}

function titleOf(diagram: PreviewDiagram, element: ElementReference): string {
  if (element.kind === "diagram") {
    return `Formulas of ${diagram.name}`;
  }
  if (element.kind === "part") {
    return `Formulas of part ${diagram.parts[element.index]?.name ?? ""}`.trim();
  }
  return `Formulas of ${element.kind} ${diagram.nodes[element.index]?.name ?? element.index}`;
}

function span({ text, style }: HoverSpan): Node {
  if (style === undefined) {
    return document.createTextNode(text);
  }
  const tags = { strong: "strong", emphasis: "em", code: "code" } as const;
  const made = document.createElement(tags[style]);
  made.append(text);
  return made;
}

/** Only data addresses are shown, whatever the answer says. */
function picture(address: string, latex: string): HTMLElement {
  const image = document.createElement("img");
  image.alt = latex;
  if (address.startsWith("data:image/")) {
    image.src = address;
  }
  return image;
}
