import * as Plot from "@observablehq/plot";
import { counted, cutText } from "../printable/text.js";
import { isOrderZero } from "../runs/formats/index.js";
import type { Contribution } from "../runs/index.js";
import { bottomOf, gridLook, labelBelow, mostForLabel, ticksBelow, tickWords } from "./axes.js";
import type { Picture } from "./elements.js";
import { drawnPx, fittedText, letterPx, type PlotLook } from "./look.js";
import type { PlottedRun } from "./measured-data.js";
import { shortNumber, signedNumber } from "./numbers.js";
import { makePicture } from "./picture.js";

/** How many bars are shown before all are asked for. */
export const mostBars = 30;

/* In px of a screen. */
const rowHeight = 24;
const rowOfPaper = 19;

/** Terms below this share of the largest are rounding, and have bars only when all are asked for. */
const roundingShare = 1e-12;
const longestName = 36; // characters
const mostForNames = 0.45; // of the width

/** What the plot of contributions shows. */
export interface ContributionData {
  readonly observable: string;
  readonly eta: number;
  /** Without that of order 0; the largest first. */
  readonly shown: readonly Contribution[];
  readonly total: number;
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
  const size = ({ value }: Contribution): number => (value === null ? -1 : Math.abs(value));
  const terms = point.terms
    .filter((term) => !isOrderZero(term))
    .sort((one, other) => size(other) - size(one));
  const largest = Math.max(0, ...terms.map(size));
  const told = terms.filter((term) => term.value === null || size(term) > roundingShare * largest);
  const shown = isAll ? terms : (told.length > 0 ? told : terms).slice(0, mostBars);
  const zero = point.terms.find(isOrderZero);
  return {
    observable,
    eta: point.eta,
    shown,
    total: terms.length,
    isLong: Math.min(told.length || terms.length, mostBars) < terms.length,
    sentence: sentenceOf(observable, point.eta, terms, shown.length, zero),
  };
}

function sentenceOf(
  observable: string,
  eta: number,
  terms: readonly Contribution[],
  shown: number,
  zero: Contribution | undefined,
): string {
  const start = zero === undefined ? "" : ` The order-0 term, ${shortNumber(zero.value)}, has no bar.`;
  const largest = terms[0];
  if (largest === undefined) {
    return `No diagram adds to ${observable} at η = ${shortNumber(eta)}.${start}`;
  }
  const at = `${observable} at η = ${shortNumber(eta)}`;
  const name = labelOf(largest);
  if (terms.length === 1) {
    return `One diagram makes ${at}: ${name} adds ${signedNumber(largest.value)}.${start}`;
  }
  const all = counted(terms.length, "term");
  const part = shown < terms.length ? `${shown} of ${all}` : `All ${all}`;
  return `${part} of ${at}, the largest first: ${name} adds ${signedNumber(largest.value)}.${start}`;
}

/** A diagram's name, or its short form when it has none. */
export function labelOf({ name, diagram }: Contribution): string {
  return name ?? diagram;
}

/** The picture of contributions as bars. */
export function drawContributions(data: ContributionData, look: PlotLook): Picture {
  const { palette, width, textWidth, sizes } = look;
  const rows = data.shown.map((term, index) => ({ term, row: String(index), value: term.value ?? 0 }));
  const labels = data.shown.map((term) =>
    fittedText(cutText(labelOf(term), longestName), width * mostForNames, look),
  );
  const numbers = data.shown.map(({ value }) => signedNumber(value));
  const marginLeft = Math.min(
    width * mostForNames,
    letterPx(16, look) + Math.max(letterPx(40, look), ...labels.map(textWidth)),
  );
  const values = rows.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const marginRight =
    sizes.left === undefined ? drawnPx(16, look) + Math.max(...numbers.map(textWidth)) : letterPx(96, look);
  const frameWidth = width - marginLeft - marginRight;
  const ticks = ticksBelow(low < 0 && high > 0 ? 6 : 5, [low, high], frameWidth, look);
  return makePicture(
    {
      sentence: data.sentence,
      legend: [],
      height: letterPx(52 + (sizes.isPaper ? rowOfPaper : rowHeight) * rows.length, look),
      labelHeight: letterPx(8, look),
      left: marginLeft,
      plot: () => ({
        marginRight,
        marginBottom: bottomOf(look) + 2,
        x: { type: "linear", domain: low === high ? [0, 1] : [low, high], nice: true },
        y: { type: "band", domain: rows.map(({ row }) => row), padding: 0.3, label: null },
        marks: [
          Plot.gridX({ ticks, ...gridLook(look) }),
          Plot.axisX({
            ticks,
            ...labelBelow(labelOfValues(data, look), look),
            tickFormat: tickWords,
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
}

/** What the axis below says: what is cut, where there is no room, is the name of the number. */
function labelOfValues({ observable, eta }: ContributionData, look: PlotLook): string {
  const at = `at η = ${shortNumber(eta)}`;
  const room = mostForLabel * look.width - look.textWidth(`added to  ${at}`);
  return `added to ${fittedText(cutText(observable, longestName), room, look)} ${at}`;
}

/** What a bar says. */
export function wordsOf(term: Contribution): string {
  const name = term.name === undefined ? "" : `${term.name}, `;
  const error = term.standardError === undefined ? "" : ` ± ${shortNumber(term.standardError, 2)}`;
  return `${name}${term.diagram}: ${signedNumber(term.value, 6)}${error}`;
}
