import { isLogarithmicByDefault, measuredData } from "../../src/plots/measured-data.js";
import { drawMeasured } from "../../src/plots/measured-plot.js";
import { drawResiduals, residualData } from "../../src/plots/residual-plot.js";
import { formatLatex } from "../../src/runs/formats/index.js";
import type {
  Contribution,
  FromResultsPage,
  ResultsPageState,
  RunRecord,
  RunSummary,
} from "../../src/runs/index.js";
import { Chooser } from "../kit/chooser.js";
import { type Checkbox, makeButton, makeCheckbox } from "../kit/controls.js";
import { htmlElement } from "../kit/elements.js";
import { cutText } from "../kit/text.js";
import { ClusterSection } from "./cluster-section.js";
import { ExportMenu, type PlotName } from "./export-menu.js";
import { apartWords, shortNumber } from "./numbers.js";
import { ContributionSection } from "./plots/contribution-section.js";
import { OrdersSection } from "./plots/orders-section.js";
import { PlotSection } from "./plots/plot-section.js";
import { ProgressLine } from "./progress-line.js";
import { RunHead } from "./run-head.js";
import { PointsTable, TermsTable } from "./tables.js";

type Choice = { readonly [Field in keyof ResultsPageState]?: ResultsPageState[Field] | undefined };

/** No run has this for its name. */
const noOther = "(none)";
const longestTitle = 60; // characters

/** What the view of a run needs of the page. */
export interface RunViewHost {
  say(message: FromResultsPage): void;
  /** Keeps what the reader has chosen, and shows it. */
  choose(choice: Choice): void;
  /** Shows again what may be another. */
  refresh(): void;
}

/** What the view shows. */
export interface ShownRun {
  readonly record: RunRecord;
  readonly summary: RunSummary | undefined;
  readonly other: RunRecord | undefined;
  /** Runs that it may be compared with. */
  readonly others: readonly RunSummary[];
  readonly state: ResultsPageState;
}

/** One run: its head, its progress, its plots and its tables. */
export class RunView {
  readonly element = htmlElement("div", { class: "run" });
  private readonly head: RunHead;
  private readonly progress = new ProgressLine();
  private readonly cluster: ClusterSection;
  private readonly compare: Chooser;
  private readonly observables: Chooser;
  private readonly logarithmic: Checkbox;
  private readonly exports: ExportMenu;
  private readonly measured = new PlotSection("Values against the learning rate");
  private readonly contributions: ContributionSection;
  private readonly orders: OrdersSection;
  private readonly residuals = new PlotSection("Residuals");
  private readonly terms: TermsTable;
  private readonly numbers = htmlElement("section", { class: "numbers", "aria-label": "All numbers" });
  private readonly points = new PointsTable();
  private readonly otherPoints = new PointsTable();
  private readonly intervals = htmlElement(
    "p",
    { class: "hint" },
    "Upright lines are 95 % intervals (±1.96 s, more with few trials); those smaller than the signs are hidden behind them.",
  );
  private readonly floors = htmlElement(
    "p",
    { class: "hint" },
    "Pale bars go beyond them by what single precision may be off (the rounding floor).",
  );
  private shown: ShownRun | undefined;

  constructor(private readonly host: RunViewHost) {
    const ofRun = (act: (id: string) => FromResultsPage) => (): void => {
      if (this.shown) {
        host.say(act(this.shown.record.id));
      }
    };
    this.head = new RunHead({
      cancel: ofRun((id) => ({ type: "cancel", id })),
      resume: ofRun((id) => ({ type: "resume", id })),
      reveal: ofRun((id) => ({ type: "reveal", id, where: "text" })),
      amend: (amendment) => ofRun((id) => ({ type: "amend", id, amendment }))(),
      rerun: (change) => ofRun((id) => ({ type: "rerun", id, ...change }))(),
      unfold: (facts) => {
        if ((this.shown?.state.facts ?? false) !== facts) {
          host.choose({ facts });
        }
      },
    });
    this.cluster = new ClusterSection({
      openLog: ({ array, index }) => ofRun((id) => ({ type: "openLog", id, array, index }))(),
      openFolder: ofRun((id) => ({ type: "openFolder", id })),
    });
    this.compare = new Chooser(
      "Compare with…",
      (id) => host.choose({ compare: id === noOther ? undefined : id }),
      Number.POSITIVE_INFINITY,
    );
    this.observables = new Chooser("Observable", (observable) => host.choose({ observable }));
    this.logarithmic = makeCheckbox("Logarithmic η", false, (logarithmic) => host.choose({ logarithmic }));
    this.exports = new ExportMenu(this.exportSource());
    const reveal = (diagram: Contribution, where: "text" | "preview"): void => this.reveal(diagram, where);
    this.contributions = new ContributionSection({
      chooseEta: (eta) => host.choose({ eta }),
      reveal,
      changed: () => host.refresh(),
    });
    this.orders = new OrdersSection((eta) => host.choose({ eta }));
    this.terms = new TermsTable(reveal);
    this.build();
  }

  /** Opens what a command of the editor's asks for. */
  command(command: "export" | "compare"): void {
    if (this.shown === undefined) {
      return;
    }
    if (command === "export") {
      this.exports.open();
    } else {
      this.compare.dropdown.focus();
    }
  }

  show(shown: ShownRun): void {
    this.shown = shown;
    const { record, summary, other, others, state } = shown;
    const observable = this.observableOf(shown);
    this.head.show(record, summary, state.facts ?? false);
    this.progress.show(record);
    this.cluster.show(record);
    this.compare.element.hidden = others.length === 0;
    const names = apartWords(
      others.map(({ title, started }) => ({ title: cutText(title, longestTitle), started })),
    );
    this.compare.show(
      [[noOther, "no other run"], ...others.map((run, index) => [run.id, names[index]!] as const)],
      other?.id ?? noOther,
    );
    this.observables.element.hidden = record.observables.length < 2;
    this.observables.show(
      record.observables.map((one) => [one, one] as const),
      observable,
    );
    this.showMeasured(shown, observable);
    this.contributions.show(record, observable, state.eta);
    this.terms.element.hidden = this.contributions.shown.length === 0;
    this.terms.show(
      this.contributions.shown,
      `Contributions to ${observable} at η = ${shortNumber(this.contributions.eta ?? null)}`,
    );
    this.orders.show(record, observable, state.eta);
    this.residuals.show([record.id, record.points, record.kind, observable], () => {
      const data = residualData(record, observable);
      return data && { sentence: data.sentence, draw: (look) => drawResiduals(data, look) };
    });
    this.numbers.hidden = record.points.length + record.partial.length === 0;
    this.points.show(record, `${record.title}, seed ${record.seed}`);
    if (other) {
      this.otherPoints.show(other, `Compared with: ${other.title}, seed ${other.seed}`);
    } else {
      this.otherPoints.element.hidden = true;
    }
  }

  private showMeasured({ record, other, state }: ShownRun, observable: string): void {
    const { curves, points, partial, etas } = record;
    const inputs = [
      ...[record.id, curves, points, partial, record.state, observable, state.logarithmic],
      ...[other?.id, other?.curves, other?.points, other?.partial],
    ];
    this.measured.show(inputs, () => {
      const isEmpty = points.length + partial.length + curves.length === 0;
      if (isEmpty) {
        return undefined;
      }
      const data = measuredData(record, other, observable, state.logarithmic);
      return { sentence: data.sentence, draw: (look) => drawMeasured(data, look) };
    });
    const drawn = [...points, ...partial, ...(other?.points ?? []), ...(other?.partial ?? [])];
    this.intervals.hidden = !drawn.some(({ standardError }) => standardError !== null);
    this.floors.hidden = !points.some(({ roundingFloor }) => roundingFloor !== undefined);
    this.logarithmic.hidden = !etas.every((eta) => eta > 0);
    this.logarithmic.checked = state.logarithmic ?? isLogarithmicByDefault(record);
  }

  /** The observable chosen, as long as the run has it. */
  private observableOf({ record, state }: ShownRun): string {
    const { observables } = record;
    return observables.find((one) => one === state.observable) ?? observables[0] ?? "";
  }

  private build(): void {
    this.head.tools.append(this.exports.button, this.compare.element);
    this.measured.controls.append(this.logarithmic);
    this.measured.element.append(this.intervals, this.floors);
    this.contributions.plot.element.append(this.terms.element);
    const copy = makeButton({ label: "Copy as LaTeX table", onPress: () => this.copyLatex() });
    const heading = htmlElement("h2", {}, "All numbers");
    this.numbers.append(
      htmlElement("div", { class: "section-head" }, heading, htmlElement("div", { class: "controls" }, copy)),
      this.points.element,
      this.otherPoints.element,
    );
    this.element.append(
      this.head.element,
      this.progress.element,
      this.cluster.element,
      this.observables.element,
      this.measured.element,
      this.orders.plot.element,
      this.contributions.plot.element,
      this.residuals.element,
      this.numbers,
    );
  }

  private exportSource() {
    const plots: Readonly<Record<PlotName, () => PlotSection>> = {
      measured: () => this.measured,
      orders: () => this.orders.plot,
      contributions: () => this.contributions.plot,
      residuals: () => this.residuals,
    };
    const recordOf = (): RunRecord | undefined => this.shown?.record;
    return {
      get record() {
        return recordOf();
      },
      hasPlot: (plot: PlotName) => plots[plot]().isShown,
      svg: (plot: PlotName) => plots[plot]().svg(),
      say: (message: FromResultsPage) => this.host.say(message),
    };
  }

  private copyLatex(): void {
    if (this.shown) {
      this.host.say({ type: "copy", text: formatLatex(this.shown.record, "points") });
    }
  }

  private reveal({ diagram, name }: Contribution, where: "text" | "preview"): void {
    if (this.shown === undefined) {
      return;
    }
    const { id } = this.shown.record;
    const named = { shortForm: diagram, ...(name === undefined ? {} : { name }) };
    this.host.say({ type: "reveal", id, diagram: named, where });
  }
}
