import { smallDrawing } from "../../src/plots/small-drawing.js";
import {
  type Contribution,
  type Measurement,
  type RunPoint,
  type RunRecord,
  stoppedNote,
} from "../../src/runs/index.js";
import { embeddingsText } from "../../src/runs/written.js";
import { makeButton } from "../kit/controls.js";
import { htmlElement, svgElement } from "../kit/elements.js";
import { asSentence, counted } from "../kit/text.js";
import { setStanding, standingIcon } from "./icons.js";
import { count, measuredNumber, rateWords, shortNumber, signedNumber } from "./numbers.js";
import { type Column, PatchedTable } from "./patched-table.js";
import { themePalette } from "./plots/palette.js";
import type { Standing } from "./standing.js";

/** A point that is verified, or measured so far. */
type PointRow = Measurement & Partial<RunPoint>;

const digits = 8;

const numberCell = (value: number | null | undefined, most = digits) =>
  value === undefined
    ? { text: "" }
    : { text: shortNumber(value, most), title: value === null ? "" : String(value) };

function standingCell(standing: Standing, text: string) {
  return {
    text,
    icon: {
      make: () => standingIcon(standing),
      update: (icon: SVGElement) => setStanding(icon, standing),
    },
  };
}

function coarse(needsPrecision: true | undefined): string {
  return needsPrecision ? ": single precision decides here" : "";
}

/** What is only measured has no verdict, and nothing that it could be compared with. */
const isPredicted = (rows: readonly PointRow[]): boolean => rows.some(({ verdict }) => verdict != null);

const pointColumns: readonly Column<PointRow>[] = [
  { heading: "η", isNumber: true, cell: ({ eta }) => numberCell(eta) },
  { heading: "observable", isName: true, cell: ({ observable }) => ({ text: observable }) },
  {
    heading: "verdict",
    isNeeded: (rows) => rows.some(({ verdict }) => verdict !== null),
    cell: ({ verdict, cancelled, needsPrecision }) =>
      verdict === undefined
        ? standingCell("running", "measured so far")
        : verdict === null
          ? { text: "" }
          : standingCell(verdict, `${verdict}${stoppedNote({ cancelled })}${coarse(needsPrecision)}`),
  },
  {
    heading: "predicted",
    isNumber: true,
    isNeeded: isPredicted,
    cell: ({ predicted, predictedError = 0 }) =>
      predicted === undefined || predictedError === 0
        ? numberCell(predicted)
        : {
            text: measuredNumber(predicted, predictedError, digits),
            title: `${predicted} ± ${predictedError}`,
          },
  },
  {
    heading: "left over",
    isNumber: true,
    isNeeded: (rows) => rows.some(({ remainder }) => remainder != null),
    cell: ({ remainder }) =>
      remainder == null
        ? { text: "" }
        : {
            text: measuredNumber(remainder.measured, remainder.standardError, 3),
            title: String(remainder.measured),
          },
  },
  {
    heading: "truncation τ",
    isNeeded: (rows) => isPredicted(rows) && !rows.some(({ remainder }) => remainder != null),
    isNumber: true,
    cell: ({ truncation }) => numberCell(truncation, 3),
  },
  { heading: "measured", isNumber: true, cell: ({ measured }) => numberCell(measured) },
  { heading: "standard error", isNumber: true, cell: ({ standardError }) => numberCell(standardError, 3) },
  {
    heading: "mean over trials",
    isNumber: true,
    isNeeded: (rows) =>
      rows.some(({ plain, standardError }) => plain !== undefined && plain.standardError !== standardError),
    cell: ({ plain }) => ({
      text: plain === undefined ? "" : measuredNumber(plain.measured, plain.standardError, digits),
    }),
  },
  {
    heading: "error rate",
    isNumber: true,
    isNeeded: (rows) => rows.some(({ errorRate }) => errorRate !== undefined),
    cell: ({ errorRate }) =>
      errorRate === undefined
        ? { text: "" }
        : {
            text: measuredNumber(errorRate.measured, errorRate.standardError, 3),
            title: `how often the largest logit is another class's, in ${counted(errorRate.trials, "trial")}`,
          },
  },
  {
    heading: "test points",
    isNumber: true,
    isNeeded: (rows) => rows.some(({ testPoints }) => testPoints !== undefined),
    cell: ({ testPoints }) => ({
      text: testPoints === undefined ? "" : count(testPoints),
      title: "points of the data that stand for the expected loss of each trial",
    }),
  },
  {
    heading: "rounding floor",
    isNumber: true,
    isNeeded: (rows) => rows.some(({ roundingFloor }) => roundingFloor !== undefined),
    cell: ({ roundingFloor }) => numberCell(roundingFloor, 3),
  },
  { heading: "trials", isNumber: true, cell: ({ trials }) => ({ text: count(trials) }) },
  { heading: "diverged", isNumber: true, cell: ({ diverged }) => ({ text: count(diverged) }) },
  {
    heading: "no test loss",
    isNumber: true,
    isNeeded: (rows) => rows.some(({ unfound = 0 }) => unfound > 0),
    cell: ({ unfound = 0 }) => ({ text: count(unfound), title: "trials whose test loss could not be found" }),
  },
  { heading: "reason", isWide: true, cell: ({ reason = "" }) => ({ text: asSentence(reason) }) },
  {
    heading: "speed",
    isNumber: true,
    cell: ({ stepsPerSecond, steps }) => ({
      text: stepsPerSecond === undefined ? "" : rateWords(stepsPerSecond),
      ...(steps === undefined ? {} : { title: counted(steps, "step") }),
    }),
  },
  {
    heading: "engine",
    isNeeded: (rows) => new Set(rows.flatMap(({ backend }) => backend ?? [])).size > 1,
    cell: ({ backend }) => ({ text: backend ?? "" }),
  },
];

/** All numbers of a verification. */
export class PointsTable {
  private readonly table = new PatchedTable(
    pointColumns,
    ({ eta, observable }) => `${eta} ${observable}`,
    undefined,
    [],
    "wide",
  );
  readonly element = this.table.element;

  /** @param caption what the table is of. */
  show(record: RunRecord, caption: string): void {
    const rows: readonly PointRow[] = [...record.points, ...record.partial];
    this.element.hidden = rows.length === 0;
    this.table.show(caption, rows);
  }
}

const termColumns: readonly Column<Contribution>[] = [
  {
    heading: "diagram",
    cell: ({ diagram }) => ({
      text: diagram,
      icon: { make: () => diagramIcon(diagram), update: () => {} },
    }),
  },
  { heading: "name", isName: true, cell: ({ name }) => ({ text: name ?? "" }) },
  { heading: "edges", isNumber: true, cell: ({ edges }) => ({ text: String(edges) }) },
  { heading: "|Aut|", isNumber: true, cell: ({ automorphisms }) => ({ text: count(automorphisms) }) },
  {
    heading: "embeddings",
    isNumber: true,
    cell: (term) => ({
      text: embeddingsText(term, (count) => shortNumber(count, digits)),
      title: embeddingsText(term, String),
    }),
  },
  {
    heading: "value",
    isNumber: true,
    cell: ({ value, standardError = 0 }) => ({
      text: standardError === 0 ? signedNumber(value, digits) : measuredNumber(value, standardError),
      title: value === null ? "" : `${value}${standardError === 0 ? "" : ` ± ${standardError}`}`,
    }),
  },
];

const [iconWidth, iconHeight] = [40, 20]; // px

/** A diagram, small; empty of what is too large or no diagram. */
function diagramIcon(diagram: string): SVGElement {
  const icon = svgElement("svg", {
    class: "diagram-icon",
    "aria-hidden": "true",
    width: iconWidth,
    height: iconHeight,
  });
  const drawing = smallDrawing(diagram, iconWidth, iconHeight, { document, palette: themePalette });
  icon.append(...(drawing === undefined ? [] : [drawing]));
  return icon;
}

/** The contributions that have bars, with all their numbers and a way to each diagram. */
export class TermsTable {
  readonly element = htmlElement("details", { class: "terms" });
  private readonly table;
  private rows: readonly Contribution[] = [];
  private caption = "";

  constructor(reveal: (diagram: Contribution, where: "text" | "preview") => void) {
    const press = (key: string, where: "text" | "preview"): void => {
      const term = this.rows.find((row) => keyOf(row) === key);
      if (term) {
        reveal(term, where);
      }
    };
    this.table = new PatchedTable(
      termColumns,
      keyOf,
      (row, key) => {
        const buttons = htmlElement(
          "td",
          { class: "row-buttons", role: "cell" },
          makeButton({ label: "Text", onPress: () => press(key, "text") }),
          makeButton({ label: "Preview", onPress: () => press(key, "preview") }),
        );
        row.append(buttons);
      },
      ["show in"],
    );
    this.element.append(htmlElement("summary", {}, "The contributions as a table"), this.table.element);
    this.element.addEventListener("toggle", () => this.update());
  }

  show(rows: readonly Contribution[], caption: string): void {
    if (rows === this.rows && caption === this.caption) {
      return;
    }
    this.rows = rows;
    this.caption = caption;
    this.update();
  }

  // A closed table costs nothing.
  private update(): void {
    if (this.element.open) {
      this.table.show(this.caption, this.rows);
    }
  }
}

function keyOf({ diagram, name }: Contribution): string {
  return `${diagram} ${name ?? ""}`;
}
