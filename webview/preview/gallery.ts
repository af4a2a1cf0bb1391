import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";
import { htmlElement, setText } from "../kit/elements.js";
import { isPlainKey } from "../kit/keyboard.js";
import { FrameQueue, isMotionReduced } from "../kit/motion.js";
import { Card } from "./card.js";
import { cardHeightOf, commonScale, linesOfFacts, sizeOf } from "./card-sizes.js";
import type { Drawings } from "./drawings.js";
import { followElement } from "./follow.js";
import { columnsOf, type Grid, gap, gridOf, placeOf, windowOf } from "./grid-window.js";
import type { DrawingView, EditorLink, Store } from "./page.js";
import { findDiagrams } from "./search.js";

/** How long cards may be made in one go, in milliseconds: what shows them takes about as long again. */
const mostMaking = 10;

export interface GalleryHost {
  readonly store: Store;
  readonly link: EditorLink;
  readonly drawings: Drawings;
  /** Called when other diagrams are found than before. */
  onFound(count: number, total: number): void;
  onScroll(scroll: number): void;
}

/** All diagrams of the file as cards. Only those near the sight are in the document, and only they are drawn. */
export class Gallery {
  readonly element = htmlElement("div", { class: "gallery", tabindex: "-1" });
  private readonly canvas = htmlElement("div", { class: "gallery-canvas", role: "list" });
  private readonly title = htmlElement("h1", { class: "unseen" }, "Diagrams");
  private readonly empty = htmlElement("p", { class: "empty" });
  private readonly cards = new Map<string, Card>();
  private readonly queue = new FrameQueue();
  private found: readonly PreviewDiagram[] = [];
  private indexOf = new Map<string, number>();
  private grid: Grid = gridOf([], 1);
  /** Of all diagrams of the file, so that a search changes none of them. */
  private scale = 1;
  private sizes: ReadonlyMap<string, ReturnType<typeof sizeOf>> = new Map();
  /** Whose name has the keyboard, or gets it next. */
  private place: string | undefined;
  private scrolling = false;

  constructor(private readonly host: GalleryHost) {
    this.empty.hidden = true;
    this.canvas.setAttribute("aria-label", "diagrams");
    this.element.append(this.title, this.empty, this.canvas);
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.element.addEventListener("click", (event) => this.click(event));
    this.element.addEventListener("dblclick", (event) => this.doubleClick(event));
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusin", (event) => this.focused(event));
    new ResizeObserver(() => this.resized()).observe(this.element);
  }

  /** Takes the file, the search and the choices as they are now. */
  update(): void {
    const { file, search, title } = this.host.store.view;
    setText(this.title, `Diagrams of ${title || "a file"}`);
    const anchor = this.anchor();
    this.find();
    this.restore(anchor);
    this.showEmpty(file?.diagrams.length, search);
    this.render();
    this.host.onFound(this.found.length, file?.diagrams.length ?? 0);
  }

  /** Shows what has come for these diagrams. */
  drawn(ids: readonly string[]): void {
    for (const id of ids) {
      this.drawSoon(id, true);
    }
  }

  /** Marks what is chosen and where the cursor is. */
  choose(): void {
    for (const card of this.cards.values()) {
      this.chooseIn(card);
    }
  }

  /** Brings a diagram into sight, gently; not when it is there already. */
  reveal(id: string): void {
    const index = this.indexOf.get(id);
    if (index === undefined || this.element.hidden) {
      return;
    }
    const { y, height: cardHeight } = placeOf(this.grid, index);
    const { scrollTop, clientHeight } = this.element;
    const target =
      y - gap < scrollTop
        ? y - gap
        : y + cardHeight + gap > scrollTop + clientHeight
          ? y + cardHeight + gap - clientHeight
          : scrollTop;
    if (target === scrollTop) {
      return;
    }
    const isFar = Math.abs(target - scrollTop) > 3 * clientHeight;
    this.element.scrollTo({ top: target, behavior: isFar || isMotionReduced() ? "instant" : "smooth" });
  }

  scrollTo(scroll: number): void {
    this.element.scrollTop = scroll;
    this.render();
  }

  /** Puts the keyboard on a diagram's name, or on the first in sight. */
  focus(id?: string): void {
    const first = this.found[windowOf(this.grid, this.found.length, this.element.scrollTop + gap, 1)[0]]?.id;
    const target = [id, this.place, first].find((one) => one !== undefined && this.indexOf.has(one));
    if (target === undefined) {
      this.element.focus();
      return;
    }
    this.place = target;
    this.reveal(target);
    this.render();
    this.cards.get(target)?.name.focus({ preventScroll: true });
  }

  viewOf(target: Element): DrawingView | undefined {
    const card = this.cardOf(target);
    return card?.view.drawing ? card.view : undefined;
  }

  /** The drawing of a diagram, where its card is in sight. */
  view(id: string): DrawingView | undefined {
    const card = this.element.querySelector(`.card[data-id="${CSS.escape(id)}"]`);
    return card ? this.viewOf(card) : undefined;
  }

  /** After it was out of the document's layout. */
  shown(scroll: number): void {
    // The file may have become another meanwhile.
    this.find();
    this.scrollTo(scroll);
  }

  /** Has the diagrams that are searched for, and their places. */
  private find(): void {
    const { file, search } = this.host.store.view;
    this.found = findDiagrams(file?.diagrams ?? [], search);
    this.indexOf = new Map(this.found.map(({ id }, index) => [id, index]));
    this.measure();
  }

  private measure(): void {
    const { clientWidth } = this.element;
    const { cardWidth } = columnsOf(clientWidth);
    // Diagrams of equal keys are drawn alike, and an edit changes few keys.
    const before = this.sizes;
    const all = this.host.store.view.file?.diagrams ?? [];
    this.sizes = new Map(all.map((diagram) => [diagram.key, before.get(diagram.key) ?? sizeOf(diagram)]));
    this.scale = commonScale([...this.sizes.values()], cardWidth);
    const heights = this.found.map(({ key, facts }) =>
      cardHeightOf(this.sizes.get(key)!, cardWidth, this.scale, linesOfFacts(facts, cardWidth)),
    );
    this.grid = gridOf(heights, clientWidth);
    this.canvas.style.height = `${this.grid.height}px`;
  }

  private resized(): void {
    if (this.element.clientWidth === 0) {
      return;
    }
    const anchor = this.anchor();
    this.measure();
    this.restore(anchor);
    this.render();
  }

  private scrolled(): void {
    if (this.scrolling) {
      return;
    }
    this.scrolling = true;
    requestAnimationFrame(() => {
      this.scrolling = false;
      if (this.element.clientWidth === 0) {
        return;
      }
      this.render();
      this.host.onScroll(this.element.scrollTop);
    });
  }

  /** The card at the top of the sight, to stay there whatever comes before it. */
  private anchor(): { readonly id: string; readonly offset: number } | undefined {
    const { scrollTop } = this.element;
    if (scrollTop <= 0) {
      return undefined;
    }
    const [first] = windowOf(this.grid, this.found.length, scrollTop, 1);
    const diagram = this.found[first];
    return diagram && { id: diagram.id, offset: placeOf(this.grid, first).y - scrollTop };
  }

  private restore(anchor: { readonly id: string; readonly offset: number } | undefined): void {
    const index = anchor && this.indexOf.get(anchor.id);
    if (index === undefined) {
      return;
    }
    const top = placeOf(this.grid, index).y - anchor!.offset;
    if (Math.abs(top - this.element.scrollTop) >= 1) {
      this.element.scrollTop = top;
    }
  }

  /** Brings the cards near the sight into the document, and takes the others out. */
  private render(): void {
    const { element, grid, found } = this;
    if (element.clientWidth === 0) {
      return;
    }
    const { scrollTop, clientHeight } = element;
    const near = windowOf(grid, found.length, scrollTop - clientHeight / 2, 2 * clientHeight);
    const seen = windowOf(grid, found.length, scrollTop, clientHeight);
    const wanted = new Map<string, number>();
    for (let index = near[0]; index < near[1]; index++) {
      wanted.set(found[index]!.id, index);
    }
    // The keyboard stays where it is while the sight goes elsewhere.
    const kept = this.place === undefined ? undefined : this.indexOf.get(this.place);
    if (kept !== undefined) {
      wanted.set(this.place!, kept);
    } else {
      this.place = undefined;
    }
    for (const [id, card] of this.cards) {
      if (wanted.has(id)) {
        continue;
      }
      this.queue.drop(card);
      card.dispose();
      this.cards.delete(id);
    }
    const inOrder = [...wanted].sort((a, b) => a[1] - b[1]);
    this.place ??= inOrder[0]?.[0];
    this.makeCards(inOrder, seen);
    let next: Element | null = this.canvas.firstElementChild;
    for (const [id, index] of inOrder) {
      const card = this.cards.get(id);
      if (card === undefined) {
        continue;
      }
      card.place({ ...placeOf(grid, index), width: grid.cardWidth }, this.scale);
      card.show(found[index]!, index, found.length);
      card.name.tabIndex = id === this.place ? 0 : -1;
      this.chooseIn(card);
      if (card.element === next) {
        next = next.nextElementSibling;
      } else {
        this.canvas.insertBefore(card.element, next);
      }
      this.drawSoon(id, false);
    }
    const idsOf = ([from, to]: readonly [number, number]): string[] =>
      found.slice(from, to).map(({ id }) => id);
    this.host.drawings.want([...new Set([...idsOf(seen), ...idsOf(near)])]);
  }

  /** Makes the cards that are not there yet, those in sight first; when that takes long, the others in later frames. */
  private makeCards(
    wanted: readonly (readonly [id: string, index: number])[],
    seen: readonly [number, number],
  ): void {
    const isSeen = (index: number): boolean => index >= seen[0] && index < seen[1];
    const missing = wanted.filter(([id]) => !this.cards.has(id));
    const inSight = missing.filter(([, index]) => isSeen(index));
    const others = missing.filter(([, index]) => !isSeen(index));
    const end = performance.now() + mostMaking;
    for (const [id] of [...inSight, ...others]) {
      // What has the keyboard cannot wait.
      if (performance.now() > end && id !== this.place) {
        this.queue.add(this, () => this.render());
      } else {
        this.cards.set(id, new Card(id));
      }
    }
  }

  private drawSoon(id: string, moves: boolean): void {
    const card = this.cards.get(id);
    if (!card) {
      return;
    }
    this.queue.add(card, () => {
      const { drawn, isFresh } = this.host.drawings.of(id);
      card.draw(
        drawn,
        isFresh,
        this.host.store.view.stale !== undefined,
        moves || card.view.drawing !== undefined,
      );
      this.chooseIn(card);
    });
  }

  private chooseIn(card: Card): void {
    const { selected, cursor } = this.host.store.view;
    const own = (choice: typeof selected): ElementReference | undefined =>
      choice?.id === card.id
        ? followElement(choice.element, this.host.store.diagram(card.id), card.view.diagram)
        : undefined;
    card.choose({ selected: own(selected), cursor: own(cursor) });
  }

  private showEmpty(total: number | undefined, search: string): void {
    const words =
      total === 0
        ? "This file has no diagrams yet. Write one, such as: diagram pair = (01-2)(02-12)"
        : total !== undefined && this.found.length === 0
          ? `No diagram has “${search.trim()}” in its name, facts, nodes or parts.`
          : "";
    setText(this.empty, words);
    this.empty.hidden = words === "";
  }

  private cardOf(target: EventTarget | null): Card | undefined {
    const id = target instanceof Element ? target.closest<HTMLElement>(".card")?.dataset.id : undefined;
    return id === undefined ? undefined : this.cards.get(id);
  }

  private click(event: MouseEvent): void {
    const card = this.cardOf(event.target);
    if (!card || event.defaultPrevented) {
      return;
    }
    if (card.name.contains(event.target as Node)) {
      this.host.store.update({ shown: card.id });
      return;
    }
    const element = this.elementAt(card, event);
    this.host.store.update({ selected: { id: card.id, element } });
    this.host.link.select(card.id, element, false);
  }

  private doubleClick(event: MouseEvent): void {
    const card = this.cardOf(event.target);
    if (!card || event.defaultPrevented || card.name.contains(event.target as Node)) {
      return;
    }
    const element = this.elementAt(card, event);
    if (element.kind === "diagram") {
      this.host.store.update({ shown: card.id });
    } else {
      this.host.link.select(card.id, element, true);
    }
  }

  /** What an event is about, by its number in the file, which may be newer than the drawing. */
  private elementAt(card: Card, event: Event): ElementReference {
    const element = card.elementOf(event.target);
    return followElement(element, card.view.diagram, this.host.store.diagram(card.id)) ?? { kind: "diagram" };
  }

  private focused(event: FocusEvent): void {
    const card = this.cardOf(event.target);
    if (!card || card.id === this.place) {
      return;
    }
    const before = this.place === undefined ? undefined : this.cards.get(this.place);
    if (before) {
      before.name.tabIndex = -1;
    }
    this.place = card.id;
    card.name.tabIndex = 0;
  }

  private key(event: KeyboardEvent): void {
    const card = this.cardOf(event.target);
    if (!card || event.defaultPrevented || !isPlainKey(event)) {
      return;
    }
    const { columns } = this.grid;
    const { height } = placeOf(this.grid, this.indexOf.get(card.id)!);
    const page = columns * Math.max(1, Math.floor(this.element.clientHeight / (height + gap)));
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const index = this.indexOf.get(card.id)! + step;
      const last = this.found.length - 1;
      if (Number.isFinite(step) && (index < 0 || index > last) && Math.abs(step) === columns) {
        return;
      }
      this.focus(this.found[Math.min(last, Math.max(0, index))]!.id);
    } else if (event.key === " ") {
      // A button would be pressed by it, which Enter does.
      event.preventDefault();
      this.host.store.update({ selected: { id: card.id, element: { kind: "diagram" } } });
      this.host.link.select(card.id, { kind: "diagram" }, false);
    }
  }
}
