import {
  type ContributionData,
  contributionData,
  drawContributions,
} from "../../../src/plots/contribution-plot.js";
import type { Picture } from "../../../src/plots/elements.js";
import type { PlotLook } from "../../../src/plots/look.js";
import type { Contribution, RunRecord } from "../../../src/runs/index.js";
import { Chooser } from "../../kit/chooser.js";
import { type Button, makeButton } from "../../kit/controls.js";
import { htmlElement, setText } from "../../kit/elements.js";
import { isPlainKey, stepInList } from "../../kit/keyboard.js";
import { shortNumber } from "../numbers.js";
import { addPresses } from "./bar-presses.js";
import { PlotSection } from "./plot-section.js";

/** What the contributions ask of the page. */
export interface ContributionActions {
  chooseEta(eta: number): void;
  reveal(diagram: Contribution, where: "text" | "preview"): void;
  /** Another number of bars is shown. */
  changed(): void;
}

/** The plot of contributions: bars that lead to their diagrams. Arrow keys go along them. */
export class ContributionSection {
  readonly plot = new PlotSection("Contributions of the diagrams");
  private readonly etas: Chooser;
  private readonly all: Button;
  private readonly hint = htmlElement(
    "p",
    { class: "hint" },
    "A click or Enter on a bar shows its diagram in the text; with Shift, in the preview.",
  );
  private isAll = false;
  private data: ContributionData | undefined;
  private reachable = 0;

  constructor(private readonly actions: ContributionActions) {
    this.etas = new Chooser("η", (value) => actions.chooseEta(Number(value)));
    this.all = makeButton({
      label: "Show all",
      onPress: () => {
        this.isAll = !this.isAll;
        actions.changed();
      },
    });
    this.plot.controls.append(this.etas.element, this.all);
    this.plot.element.append(this.hint);
    const { holder } = this.plot;
    holder.addEventListener("click", (event) => this.press(event.target, event.shiftKey));
    holder.addEventListener("keydown", (event) => this.onKey(event));
    holder.addEventListener("focusin", (event) => this.reach(indexOf(event.target)));
  }

  /** The terms that have bars now. */
  get shown(): readonly Contribution[] {
    return this.data?.shown ?? [];
  }

  /** The learning rate that they are at. */
  get eta(): number | undefined {
    return this.data?.eta;
  }

  show(record: RunRecord, observable: string, eta: number | undefined): void {
    const inputs = [record.id, record.terms, observable, eta, this.isAll];
    this.plot.show(inputs, () => {
      this.data = contributionData(record, observable, eta, this.isAll);
      const { data } = this;
      this.reachable = Math.max(0, Math.min(this.reachable, (data?.shown.length ?? 0) - 1));
      return (
        data && {
          sentence: data.sentence,
          ...(data.shown.length === 0
            ? {}
            : {
                draw: (look: PlotLook) => drawContributions(data, look),
                finish: (picture: Picture, look: PlotLook) => addPresses(picture, data, look, this.reachable),
              }),
        }
      );
    });
    const etas = record.terms.filter((point) => point.observable === observable).map((point) => point.eta);
    this.etas.element.hidden = etas.length < 2;
    this.etas.show(
      etas.map((one) => [String(one), shortNumber(one)] as const),
      String(this.data?.eta ?? ""),
    );
    this.hint.hidden = this.shown.length === 0;
    this.all.hidden = this.data?.isLong !== true;
    setText(this.all, this.isAll ? "Show the largest" : `Show all ${this.data?.total ?? 0}`);
  }

  private press(target: EventTarget | null, isPreview: boolean): void {
    const index = indexOf(target);
    const term = index === undefined ? undefined : this.data?.shown[index];
    if (term) {
      this.actions.reveal(term, isPreview ? "preview" : "text");
    }
  }

  private onKey(event: KeyboardEvent): void {
    const index = indexOf(event.target);
    if (index === undefined || !isPlainKey(event)) {
      return;
    }
    const next = stepInList(event.key, index, this.shown.length);
    if (event.key === "Enter" || event.key === " ") {
      this.press(event.target, event.shiftKey);
    } else if (next !== undefined) {
      this.place(next)?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  private reach(index: number | undefined): void {
    if (index === undefined || index === this.reachable) {
      return;
    }
    this.place(this.reachable)?.setAttribute("tabindex", "-1");
    this.place(index)?.setAttribute("tabindex", "0");
    this.reachable = index;
  }

  private place(index: number): SVGElement | null {
    return this.plot.holder.querySelector<SVGElement>(`.bar-press[data-index="${index}"]`);
  }
}

function indexOf(target: EventTarget | null): number | undefined {
  const place = target instanceof Element ? target.closest<SVGElement>(".bar-press") : null;
  return place ? Number(place.dataset.index) : undefined;
}
