import * as Plot from "@observablehq/plot";
import { counted, cutText } from "../printable/text.js";
import { isOrderZero } from "../runs/formats/index.js";
import type { Contribution } from "../runs/index.js";
import { bottomOf, gridLook, labelBelow, ticksBelow } from "./axes.js";
import type { Picture, PictureElement } from "./elements.js";
import { drawnPx, fittedText, letterPx, type PlotLook } from "./look.js";
import type { PlottedRun } from "./measured-data.js";
import { shortNumber, signedNumber } from "./numbers.js";
import { makePicture } from "./picture.js";
import { smallDrawing } from "./small-drawing.js";
import { rawTick } from "./tick-words.js";

/** How many bars are shown before all are asked for. */
export const mostBars = 30;

/* In px of a screen. */
const rowHeight = 24;
const rowOfPaper = 19;

/** Terms below this share of the largest of as many edges are what rounding leaves where they cancel. */
const roundingShare = 1e-12;
/** Terms below this share of the sum of all magnitudes are rounded away in their sum. */
const roundingOfSum = 2 ** -53;
const drawingWidth = 34; // px of a screen
const drawingHeight = 20;
const longestName = 36; // characters
const mostForNames = 0.45; // of the width

/** What the plot of contributions shows. */
export interface ContributionData {
  readonly observable: string;
  readonly eta: number;
  /** Without that of order 0; the largest first. */
  readonly shown: readonly Contribution[];
  /** How many there are that are more than rounding. */
  readonly total: number;
  /** How many are no more than that, and have no bars. */
  readonly rounding: number;
  /** Whether there are more terms than are shown while not all are asked for. */
  readonly isLong: boolean;
  readonly sentence: string;
}

/** The terms of one number at one learning rate; `undefined` while they are not known. */
export function contributionData(
  record: PlottedRun,
  observable: string,
  eta: number | undefined,
  isAll: boolean,
): ContributionData | undefined {
  const own = record.terms.filter((point) => point.observable === observable);
  const point = own.find((one) => one.eta === eta) ?? own.at(-1);
  if (point === undefined) {
    return undefined;
  }
  const terms = point.terms
    .filter((term) => !isOrderZero(term))
    .sort((one, other) => size(other) - size(one));
  const told = terms.filter((term) => !isRounding(term, point.terms));
  const shown = isAll ? told : told.slice(0, mostBars);
  const zero = point.terms.find(isOrderZero);
  return {
    observable,
    eta: point.eta,
    shown,
    total: told.length,
    rounding: terms.length - told.length,
    isLong: told.length > mostBars,
    sentence: sentenceOf(observable, point.eta, told, shown.length, terms.length - told.length, zero),
  };
}

function size({ value }: Contribution): number {
  return value === null ? Number.POSITIVE_INFINITY : Math.abs(value);
}

/** Whether a term is 0, or no more than rounding: of the sum of all, or of those of as many edges. */
function isRounding(term: Contribution, all: readonly Contribution[]): boolean {
  if (term.value === null) {
    return false;
  }
  const finite = all.filter(({ value }) => value !== null);
  const sum = finite.reduce((total, one) => total + size(one), 0);
  const alike = Math.max(0, ...finite.filter(({ edges }) => edges === term.edges).map(size));
  return size(term) <= Math.max(roundingOfSum * sum, roundingShare * alike);
}

function sentenceOf(
  observable: string,
  eta: number,
  terms: readonly Contribution[],
  shown: number,
  rounding: number,
  zero: Contribution | undefined,
): string {
  const start = zero === undefined ? "" : ` The order-0 term, ${shortNumber(zero.value)}, has no bar.`;
  const beside = terms.length === 0 ? "" : "more ";
  const left =
    rounding === 0
      ? ""
      : ` ${counted(rounding, `${beside}diagram adds`, `${beside}diagrams add`)} no more than rounding, and ${rounding === 1 ? "is" : "are"} left out.`;
  const at = `${observable} at η = ${shortNumber(eta)}`;
  const largest = terms[0];
  if (largest === undefined) {
    return `No diagram adds to ${at}.${left}${start}`;
  }
  const name = labelOf(largest);
  const adds = largest.value === null ? "is not finite" : `adds ${signedNumber(largest.value)}`;
  if (terms.length === 1) {
    return `One diagram makes ${at}: ${name} ${adds}.${left}${start}`;
  }
  const all = counted(terms.length + rounding, "diagram");
  const part =
    shown < terms.length + rounding
      ? `${shown.toLocaleString("en-US")} of ${all}`
      : terms.length === 2
        ? "Both diagrams"
        : `All ${all}`;
  return `${part} of ${at}, the largest first: ${name} ${adds}.${left}${start}`;
}

/** A diagram's name, or its short form when it has none. */
export function labelOf({ name, diagram }: Contribution): string {
  return name ?? diagram;
}

/** The picture of contributions as bars. */
export function drawContributions(data: ContributionData, look: PlotLook): Picture {
  const { palette, width, textWidth, sizes } = look;
  const rows = data.shown.map((term, index) => ({ term, row: String(index), value: term.value ?? 0 }));
  const numbers = data.shown.map(({ value }) => signedNumber(value));
  const drawings = data.shown.map(({ diagram }) =>
    smallDrawing(diagram, letterPx(drawingWidth, look), letterPx(drawingHeight, look), look),
  );
  const forDrawings = drawings.some((one) => one !== undefined) ? letterPx(drawingWidth + 8, look) : 0;
  const besideName = letterPx(16, look);
  const mostForName = width * mostForNames - forDrawings - besideName;
  const labels = data.shown.map((term) => fittedText(cutText(labelOf(term), longestName), mostForName, look));
  const marginLeft = forDrawings + besideName + Math.max(letterPx(40, look), ...labels.map(textWidth));
  const values = rows.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const marginRight =
    sizes.left === undefined ? drawnPx(16, look) + Math.max(...numbers.map(textWidth)) : letterPx(96, look);
  const frameWidth = width - marginLeft - marginRight;
  const ends = low === high ? ([0, 1] as const) : ([low, high] as const);
  const { ticks, domain } = ticksBelow(low < 0 && high > 0 ? 6 : 5, ends, frameWidth, look);
  // The label is below the middle of the frame, and no wider than the picture allows there.
  const middle = marginLeft + frameWidth / 2;
  const forLabel = 2 * Math.min(middle, width - middle) - letterPx(8, look);
  const picture = makePicture(
    {
      sentence: data.sentence,
      legend: [],
      height: letterPx(52 + (sizes.isPaper ? rowOfPaper : rowHeight) * rows.length, look),
      labelHeight: letterPx(8, look),
      left: marginLeft,
      plot: () => ({
        marginRight,
        marginBottom: bottomOf(look) + 2,
        x: { type: "linear", domain: [...domain] },
        y: { type: "band", domain: rows.map(({ row }) => row), padding: 0.3, label: null },
        marks: [
          Plot.gridX({ ticks: [...ticks], ...gridLook(look) }),
          Plot.axisX({
            ticks: [...ticks],
            ...labelBelow(labelOfValues(data, forLabel, look), look, forLabel),
            tickFormat: rawTick,
          }),
          Plot.axisY({
            tickFormat: (row: string) => labels[Number(row)] ?? "",
            tickSize: 0,
            label: null,
            color: palette.ink,
          }),
          Plot.barX(rows, {
            x: "value",
            y: "row",
            fill: ({ value }: { value: number }) => (value < 0 ? palette.other : palette.prediction),
            title: ({ term }: { term: Contribution }) => wordsOf(term),
            fillOpacity: palette.bars,
            className: "bars",
          }),
          Plot.ruleX([0], { stroke: palette.ink, strokeWidth: drawnPx(1, look) }),
          Plot.text(rows, {
            y: "row",
            text: ({ row }: { row: string }) => numbers[Number(row)],
            frameAnchor: "right",
            dx: drawnPx(8, look),
            textAnchor: "start",
            fill: palette.ink,
          }),
        ],
        color: { type: "identity" },
      }),
    },
    look,
  );
  placeDrawings(picture, drawings, look);
  return picture;
}

/** Lays the small drawings left of the names, each in the middle of its row. */
function placeDrawings(
  picture: Picture,
  drawings: readonly (PictureElement | undefined)[],
  look: PlotLook,
): void {
  const scale = picture.scale("y");
  const { bandwidth = 0 } = scale ?? {};
  drawings.forEach((drawing, row) => {
    const y = Number(scale?.apply(String(row))) + bandwidth / 2 - letterPx(drawingHeight, look) / 2;
    if (drawing !== undefined && Number.isFinite(y)) {
      drawing.setAttribute("transform", `translate(${drawnPx(4, look)} ${y})`);
      picture.appendChild(drawing);
    }
  });
}

/** What the axis below says: what is cut, where there is no room, is the name of the number. */
function labelOfValues({ observable, eta }: ContributionData, most: number, look: PlotLook): string {
  const at = `at η = ${shortNumber(eta)}`;
  const room = most - look.textWidth(`added to  ${at}`);
  return `added to ${fittedText(cutText(observable, longestName), room, look)} ${at}`;
}

/** What a bar says. */
export function wordsOf(term: Contribution): string {
  const name = term.name === undefined ? "" : `${term.name}, `;
  const error = term.standardError === undefined ? "" : ` ± ${shortNumber(term.standardError, 2)}`;
  return `${name}${term.diagram}: ${signedNumber(term.value, 6)}${error}`;
}
