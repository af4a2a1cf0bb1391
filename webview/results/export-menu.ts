import { formatCsv, formatJson, formatLatex, type ResultTable } from "../../src/runs/formats/index.js";
import type { FromResultsPage, ResultFormat, RunRecord } from "../../src/runs/index.js";
import { Chooser } from "../kit/chooser.js";
import { ExportForm } from "../kit/export-form.js";
import { base64Of, copyPicture, pngOf } from "../kit/picture.js";
import { fileNameOf } from "../kit/text.js";

/** The plots of a run. */
export type PlotName = "measured" | "orders" | "contributions" | "residuals";

type Subject = PlotName | ResultTable | "record";
type Format = ResultFormat | "latex";

/** What the export needs of the page. */
export interface ExportSource {
  readonly record: RunRecord | undefined;
  hasPlot(plot: PlotName): boolean;
  /** A plot as SVG; `undefined` when there is none. */
  svg(plot: PlotName): string | undefined;
  say(message: FromResultsPage): void;
}

const subjects: Readonly<Record<Subject, string>> = {
  measured: "Plot of the values",
  orders: "Plot of the orders",
  contributions: "Plot of the contributions",
  residuals: "Plot of the residuals",
  points: "Table of the points",
  terms: "Table of the contributions",
  record: "The whole run",
};

const formats: Readonly<Record<Format, { readonly name: string; readonly words: string }>> = {
  svg: { name: "SVG", words: "On white, whatever the theme." },
  png: { name: "PNG", words: "On white, whatever the theme; 1440 px wide." },
  csv: { name: "CSV", words: "Numbers with all their digits." },
  latex: { name: "LaTeX", words: "A tabular that needs no packages, rounded to the errors." },
  json: { name: "JSON", words: "The whole record, with all digits." },
};

const scale = 2; // px of a picture for each px of the plot

/** The button *Export* with its form, which saves or copies plots and numbers of the run that is shown. */
export class ExportMenu {
  private readonly subjects = new Chooser("What", (value) => this.choose(value as Subject));
  private readonly formats = new Chooser("Format", (value) => this.chooseFormat(value as Format));
  private readonly form = new ExportForm({
    label: "Export the run",
    choices: [this.subjects.element, this.formats.element],
    first: () => this.subjects.dropdown,
    update: () => this.update(),
    copy: () => this.copyAs(this.format),
    save: () => this.saveAs(this.format),
  });
  private subject: Subject = "measured";
  private format: Format = "svg";

  constructor(private readonly source: ExportSource) {}

  get button(): HTMLElement {
    return this.form.button;
  }

  open(): void {
    this.form.open();
  }

  private choose(subject: Subject): void {
    this.subject = subject;
    this.update();
  }

  private chooseFormat(format: Format): void {
    this.format = format;
    this.update();
  }

  private update(): void {
    const { record } = this.source;
    if (record === undefined) {
      return;
    }
    const offered = (Object.keys(subjects) as Subject[]).filter((subject) => this.has(record, subject));
    if (!offered.includes(this.subject)) {
      this.subject = offered[0] ?? "record";
    }
    const possible = formatsOf(this.subject);
    if (!possible.includes(this.format)) {
      this.format = possible[0]!;
    }
    this.subjects.show(
      offered.map((subject) => [subject, subjects[subject]] as const),
      this.subject,
    );
    this.formats.show(
      possible.map((format) => [format, formats[format].name] as const),
      this.format,
    );
    this.form.save.hidden = this.format === "latex";
    this.form.describe(formats[this.format].words);
  }

  private has(record: RunRecord, subject: Subject): boolean {
    switch (subject) {
      case "points":
        return record.points.length > 0;
      case "terms":
        return record.terms.length > 0;
      case "record":
        return true;
      default:
        return this.source.hasPlot(subject);
    }
  }

  private textOf(format: Format): string {
    const { record } = this.source;
    const { subject } = this;
    if (record === undefined) {
      throw new Error("there is no run to export; choose one first");
    }
    if (subject === "record") {
      return formatJson(record);
    }
    if (subject === "points" || subject === "terms") {
      return format === "latex" ? formatLatex(record, subject) : formatCsv(record, subject);
    }
    const svg = this.source.svg(subject);
    if (svg === undefined) {
      throw new Error("there is no such plot now; choose another one");
    }
    return svg;
  }

  private async copyAs(format: Format): Promise<string> {
    const text = this.textOf(format);
    if (format === "png") {
      await copyPicture(await pngOf(text, scale));
    } else {
      this.source.say({ type: "copy", text });
    }
    return `${formats[format].name} copied`;
  }

  private async saveAs(format: Format): Promise<string> {
    if (format === "latex") {
      throw new Error("LaTeX is copied only; use Copy");
    }
    const text = this.textOf(format);
    const content = format === "png" ? await base64Of(await pngOf(text, scale)) : text;
    const { title } = this.source.record!;
    const part = this.subject === "record" ? "" : `-${this.subject}`;
    this.source.say({
      type: "save",
      suggestedName: `${fileNameOf(title, "run")}${part}.${format}`,
      format,
      content,
    });
    return "";
  }
}

function formatsOf(subject: Subject): readonly Format[] {
  switch (subject) {
    case "points":
    case "terms":
      return ["csv", "latex"];
    case "record":
      return ["json"];
    default:
      return ["svg", "png"];
  }
}
