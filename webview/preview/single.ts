import type { Drawing } from "../../src/drawing/drawing.js";
import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";
import { Camera } from "../kit/camera.js";
import { htmlElement, setText } from "../kit/elements.js";
import { giveKeyboard } from "../kit/keyboard.js";
import { DiagramFormula } from "./diagram-formula.js";
import { SvgDrawing } from "./drawing-view.js";
import type { Drawings } from "./drawings.js";
import { followElement } from "./follow.js";
import type { Cameras } from "./kept-cameras.js";
import { MarkList } from "./mark-list.js";
import { OlderMark } from "./older-mark.js";
import type { EditorLink, Store } from "./page.js";

export interface SingleHost {
  readonly store: Store;
  readonly link: EditorLink;
  readonly drawings: Drawings;
  readonly cameras: Cameras;
  announce(text: string): void;
  onScale(scale: number): void;
  /** Called when the view appears, is patched or goes. */
  onView(view: SvgDrawing | undefined): void;
}

/** One diagram alone, with its camera, its words and the complaints about it. */
export class Single {
  readonly element = htmlElement("section", { class: "single" });
  readonly stage = htmlElement("div", { class: "stage" });
  /** The space-time panel's. */
  readonly aside = htmlElement("aside", { class: "single-aside", "aria-label": "Space-time" });
  readonly camera: Camera;
  view: SvgDrawing | undefined;
  private readonly title = htmlElement("h1", { class: "single-name", tabindex: "-1" });
  private readonly facts = htmlElement("span", { class: "single-facts" });
  private readonly sentence = htmlElement("p", { class: "sentence" });
  private readonly problem = htmlElement("p", { class: "stage-problem" });
  private readonly marks: MarkList;
  private readonly formula: DiagramFormula;
  private readonly older: OlderMark;
  private id: string | undefined;

  constructor(private readonly host: SingleHost) {
    this.camera = new Camera(
      this.stage,
      (place) => {
        if (this.id !== undefined) {
          host.cameras.set(this.id, place);
        }
      },
      (scale) => host.onScale(scale),
    );
    this.formula = new DiagramFormula(host.link);
    this.older = new OlderMark(this.stage);
    this.marks = new MarkList((element) => this.choose(element, false));
    this.problem.hidden = true;
    this.stage.append(this.problem);
    this.aside.hidden = true;
    this.element.append(
      htmlElement("header", { class: "single-head" }, this.title, this.facts),
      htmlElement("div", { class: "single-middle" }, this.stage, this.aside),
      htmlElement("div", { class: "single-foot" }, this.marks.element, this.formula.element, this.sentence),
    );
    this.stage.addEventListener("click", (event) => this.click(event, false));
    this.stage.addEventListener("dblclick", (event) => this.click(event, true));
    this.stage.addEventListener("focusin", (event) => {
      const element = this.view?.elementOf(event.target);
      if (element) {
        this.view!.setPlace(element, false);
      }
    });
  }

  /** Shows a diagram, or the same one as it is now; nothing when no id is given. */
  update(id: string | undefined): void {
    if (id !== this.id) {
      this.leave();
    }
    this.id = id;
    if (id === undefined) {
      return;
    }
    const { store, drawings } = this.host;
    const diagram = store.diagram(id);
    drawings.want([id]);
    const { drawn, isFresh } = drawings.of(id);
    const shown = diagram ?? drawn?.diagram;
    setText(this.title, shown?.name ?? id);
    setText(this.facts, shown?.facts ?? "");
    this.marks.update(diagram);
    this.formula.show(diagram, store.view.file?.version);
    this.problem.hidden = drawn?.problem === undefined || drawn.drawing !== undefined;
    if (drawn?.problem !== undefined) {
      setText(this.problem, `Not drawn: ${drawn.problem}`);
    }
    this.older.set(
      (!isFresh && drawn?.drawing !== undefined) || store.view.stale !== undefined,
      diagram === undefined || drawn?.problem !== undefined || store.view.stale?.reason !== undefined,
    );
    this.element.classList.toggle("waiting", drawn === undefined);
    if (drawn?.drawing) {
      this.draw(id, drawn.diagram, drawn.drawing);
    } else {
      setText(this.sentence, "");
    }
    this.showChoices();
  }

  showChoices(): void {
    const { selected, cursor } = this.host.store.view;
    const { view, id } = this;
    if (!view) {
      return;
    }
    const own = (choice: typeof selected): ElementReference | undefined =>
      choice?.id === id
        ? followElement(choice!.element, this.host.store.diagram(choice!.id), view.diagram)
        : undefined;
    view.setChoices({ selected: own(selected), cursor: own(cursor) });
  }

  /** Brings an element into sight. */
  reveal(element: ElementReference): void {
    const { view, id } = this;
    const now = view && followElement(element, this.host.store.diagram(id!), view.diagram);
    const group = now && view.find(now);
    if (group) {
      this.camera.reveal(group.getBoundingClientRect());
    }
  }

  /** Puts the keyboard into the drawing. */
  focus(): void {
    giveKeyboard(this.view?.drawing ? this.view.find(this.view.place) : this.title);
  }

  choose(element: ElementReference, focus: boolean): void {
    const { id, host, view } = this;
    if (id === undefined) {
      return;
    }
    const now = followElement(element, view?.diagram, host.store.diagram(id)) ?? { kind: "diagram" };
    host.store.update({ selected: { id, element: now } });
    host.link.select(id, now, focus);
  }

  private draw(id: string, diagram: PreviewDiagram, drawing: Drawing): void {
    const isFirst = this.view === undefined;
    this.view ??= new SvgDrawing(id, true);
    const { view } = this;
    const isChanged = view.drawing !== drawing || view.diagram !== diagram;
    const isRedrawn = view.drawing !== drawing;
    if (isRedrawn && !isFirst) {
      this.tellChange(drawing.description, view.drawing?.description);
    }
    view.patch(diagram, drawing, true);
    setText(this.sentence, drawing.description);
    if (isFirst) {
      this.stage.prepend(view.element);
      this.camera.show(view.camera, view.frame, this.host.cameras.get(id));
      const { selected } = this.host.store.view;
      if (selected?.id === id && selected.element.kind !== "diagram") {
        view.setPlace(selected.element, false);
      }
    } else if (isRedrawn) {
      this.camera.reframe(view.frame, true);
    }
    if (isFirst || isChanged) {
      this.host.onView(view);
    }
  }

  private tellChange(now: string, before: string | undefined): void {
    if (now !== before) {
      this.host.announce(`Changed. ${now}`);
    }
  }

  private leave(): void {
    if (this.view) {
      this.view.dispose();
      this.view = undefined;
      this.host.onView(undefined);
    }
    this.older.set(false);
  }

  private click(event: MouseEvent, focus: boolean): void {
    if (event.defaultPrevented || !this.view) {
      return;
    }
    const element = this.view.elementOf(event.target);
    if (element) {
      this.view.setPlace(element, true);
    }
    if (element || !focus) {
      this.choose(element ?? { kind: "diagram" }, focus);
    }
  }
}
