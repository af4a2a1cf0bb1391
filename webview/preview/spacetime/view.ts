import type { PreviewDiagram, PreviewFile } from "../../../src/preview/index.js";
import { htmlElement } from "../../kit/elements.js";
import { type Choice, ChoiceForm, examples } from "./form.js";
import { rateFor } from "./rates.js";
import { type SideEvents, SideView } from "./side-view.js";
import type { Ask } from "./source.js";

export interface SpaceTimeEvents extends SideEvents {
  /** The user has chosen something else; it comes back by `show`. */
  onChoice(choice: Choice): void;
}

/** A file's only landscape needs no choosing. Its metric does: the identity is another. */
function onlyLandscape(file: PreviewFile, text: string): Partial<Choice> {
  const { landscapes } = file;
  const [landscape] = landscapes;
  return landscapes.length !== 1 || landscape === undefined
    ? {}
    : { landscape, eta: rateFor(file, text, landscape) };
}

/** Whether a space-time is a difference: a descent stands behind a sign. */
const hasTwo = /\)\s*-\s*\p{ID_Start}\p{ID_Continue}*\s*\(/u;

/** The choice of a space-time, and below it the grid of its descent, or of both where one is taken off another. */
export class SpaceTimeView {
  private readonly form: ChoiceForm;
  private readonly first: SideView;
  /** There where it is a difference. */
  private minus: SideView | undefined;
  private key = "";
  private place = "";

  constructor(
    private readonly host: HTMLElement,
    private readonly ask: Ask,
    private readonly events: SpaceTimeEvents,
  ) {
    this.form = new ChoiceForm((choice) => {
      for (const side of this.sides) {
        side.sayNext();
      }
      events.onChoice(choice);
    });
    this.first = new SideView("The first descent", ask, events);
    host.append(
      htmlElement("h2", { class: "st-title" }, "Space-time"),
      this.form.element,
      this.first.element,
    );
  }

  private get sides(): readonly SideView[] {
    return this.minus === undefined ? [this.first] : [this.first, this.minus];
  }

  /** Shows a diagram in what is chosen. With an empty choice one is made, of what the file offers. */
  show(diagram: PreviewDiagram, file: PreviewFile, choice: Choice): void {
    if (choice.text === "" && this.key === "") {
      const text = file.spacetimes[0] ?? examples[0]!;
      this.events.onChoice({ ...onlyLandscape(file, text), ...choice, text });
      return;
    }
    this.form.show(choice, file);
    const { text, landscape, eta, metric } = choice;
    const place = JSON.stringify([diagram.id, text]);
    const key = JSON.stringify([file.uri, file.version, place, landscape, landscape && [eta, metric]]);
    for (const side of this.sides) {
      side.drawn = diagram;
    }
    if (key === this.key) {
      return;
    }
    const isElsewhere = place !== this.place;
    this.place = place;
    this.key = key;
    this.haveMinus(hasTwo.test(text), diagram);
    if (text === "") {
      this.first.rest();
      this.first.tell({ problem: `write a space-time, such as ${examples[0]}` });
      return;
    }
    const subject = {
      id: diagram.id,
      spacetime: text,
      ...(landscape === undefined || eta === undefined
        ? {}
        : { landscape, eta, ...(metric === undefined ? {} : { metric }) }),
    };
    this.first.show(subject, isElsewhere);
    this.minus?.show({ ...subject, side: 1 }, isElsewhere);
  }

  /** Asks for nothing until it is shown again. */
  rest(): void {
    for (const side of this.sides) {
      side.rest();
    }
    this.key = "";
  }

  /** Marks what is chosen in the page, and where the editor's cursor is. */
  mark(selected: number | undefined, cursor: number | undefined): void {
    for (const side of this.sides) {
      side.mark(selected, cursor);
    }
  }

  /** Parts may have come to other styles. */
  redraw(): void {
    for (const side of this.sides) {
      side.redraw();
    }
  }

  focus(): void {
    if (!this.sides.some((side) => side.focus())) {
      this.form.element.querySelector<HTMLElement>("vscode-dropdown")?.focus();
    }
  }

  private haveMinus(isThere: boolean, diagram: PreviewDiagram): void {
    if (isThere === (this.minus !== undefined)) {
      return;
    }
    this.minus?.rest();
    this.minus?.element.remove();
    this.minus = isThere ? new SideView("Taken off", this.ask, this.events) : undefined;
    if (this.minus !== undefined) {
      this.minus.drawn = diagram;
      this.host.append(this.minus.element);
    }
  }
}
