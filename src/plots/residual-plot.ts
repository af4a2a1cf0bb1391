import * as Plot from "@observablehq/plot";
import { countedPart } from "../printable/index.js";
import {
  expectedSlope,
  fitSlope,
  hasRemainders,
  pointsOf,
  type Residual,
  residualsOf,
  type SlopeFit,
} from "../runs/formats/index.js";
import { axisBelow, bottomOf, decades, frame, logarithmic, valueAxis } from "./axes.js";
import type { Picture } from "./elements.js";
import type { LegendEntry, PointLook } from "./legend.js";
import { dashed, drawnPx, type Palette, type PlotLook } from "./look.js";
import type { PlottedRun } from "./measured-data.js";
import { shortNumber } from "./numbers.js";
import { makePicture } from "./picture.js";

const height = 300; // px of a screen
const least = 0.03; // of the noise: where an interval that reaches 0 ends on a logarithmic axis

/** What the plot of residuals shows. */
export interface ResidualData {
  readonly residuals: readonly Residual[];
  readonly fit: SlopeFit | undefined;
  readonly expected: number | undefined;
  /** What a residual is the magnitude of. */
  readonly what: string;
  readonly sentence: string;
}

/** The residuals of one observable; `undefined` while there are fewer than two learning rates. */
export function residualData(record: PlottedRun, observable: string): ResidualData | undefined {
  const residuals = residualsOf(pointsOf(record, observable));
  if (record.kind !== "verification" || residuals.length < 2) {
    return undefined;
  }
  const fit = fitSlope(residuals);
  const expected = expectedSlope(record);
  const what = hasRemainders(record.points) ? "|measured − its orders|" : "|measured − predicted|";
  return { residuals, fit, expected, what, sentence: sentenceOf(residuals, fit, expected) };
}

function sentenceOf(
  residuals: readonly Residual[],
  fit: SlopeFit | undefined,
  expected: number | undefined,
): string {
  const hidden = residuals.filter(({ isBelowNoise }) => isBelowNoise).length;
  const against = expected === undefined ? "" : `; ${expected} is expected for small η`;
  if (residuals.every(({ isRounding }) => isRounding)) {
    return "Nothing is left over but rounding: the orders are all there is.";
  }
  if (fit === undefined) {
    return `No slope can be told: ${countedPart(hidden, residuals.length, "residual")} within ${noiseWords(residuals)}${against}. More trials make the noise smaller${residuals.some(hasFloor) ? "; rounding stays in single precision" : ""}.`;
  }
  const left =
    hidden === 0
      ? ""
      : ` ${countedPart(hidden, residuals.length, "residual")} within the noise and left out.`;
  return `The residuals grow like η to the power ${fit.slope.toFixed(2)} ± ${shortNumber(fit.standardError, 2)}${against}.${left}`;
}

function noiseWords(residuals: readonly Residual[]): string {
  const floor = residuals.some(hasFloor) ? " and what single precision may be off" : "";
  return `twice their standard error${floor}`;
}

/** The picture of residuals against the learning rate, both logarithmic. */
export function drawResiduals(data: ResidualData, look: PlotLook): Picture {
  const { residuals, fit, expected, what, sentence } = data;
  const { palette, sizes } = look;
  const px = (size: number) => drawnPx(size, look);
  const drawn = residuals.filter(({ residual }) => residual > 0);
  const noisy = residuals.filter(({ noise }) => Number.isFinite(noise) && noise > 0);
  const etas = residuals.map(({ eta }) => eta);
  const [first, last] = [Math.min(...etas) / 1.25, Math.max(...etas) * 1.25];
  const floored = residuals.filter(hasFloor);
  const values = [
    ...drawn.map(({ residual }) => residual),
    ...noisy.map(({ noise }) => noise),
    ...floored.map(({ floor }) => floor),
  ];
  const domain: [number, number] =
    values.length > 0 ? [Math.min(...values) / 3, Math.max(...values) * 3] : [0.1, 1];
  const line = (slope: number): { eta: number; value: number }[] =>
    fit ? [first, last].map((eta) => ({ eta, value: fit.residual * (eta / fit.eta) ** slope })) : [];
  const above = drawn.filter(({ isBelowNoise }) => !isBelowNoise);
  const below = drawn.filter(({ isBelowNoise }) => isBelowNoise);
  const dots = (some: readonly Residual[], point: PointLook, name: string): Plot.Markish[] =>
    some.length === 0
      ? []
      : [
          Plot.ruleX(
            some.filter(hasFloor).filter(({ noise }) => Number.isFinite(noise)),
            {
              x: "eta",
              y1: ({ residual, noise, floor }: Floored) => Math.max(residual - noise - floor, domain[0]!),
              y2: ({ residual, noise, floor }: Floored) => residual + noise + floor,
              stroke: point.stroke,
              strokeWidth: px(7),
              strokeOpacity: 0.3,
              clip: true,
              className: "floor",
            },
          ),
          Plot.ruleX(
            some.filter(({ noise }) => Number.isFinite(noise)),
            {
              x: "eta",
              y1: ({ residual, noise }: Residual) => Math.max(residual - noise, least * noise),
              y2: ({ residual, noise }: Residual) => residual + noise,
              stroke: point.stroke,
              strokeWidth: px(1.5),
              clip: true,
              className: "error",
            },
          ),
          Plot.dot(some, {
            x: "eta",
            y: "residual",
            r: px(5),
            strokeWidth: px(2),
            title: (one: Residual) => wordsOf(one),
            className: name,
            ...point,
          }),
        ];
  return makePicture(
    {
      sentence,
      legend: legendOf(data, palette),
      height: height * sizes.tallness,
      plot: (left) => ({
        marginRight: sizes.right,
        marginBottom: bottomOf(look),
        x: { type: "log", domain: [first, last] },
        y: { type: "log", domain },
        marks: [
          axisBelow({ label: "learning rate η", data: etas, ends: [first, last], isLogarithmic: true, look }),
          valueAxis(logarithmic(what, look), look, left, decades(domain, 4)),
          frame(look),
          Plot.link(noisy, {
            x1: ({ eta }: Residual) => eta / 1.06,
            x2: ({ eta }: Residual) => eta * 1.06,
            y: "noise",
            stroke: palette.faint,
            strokeWidth: px(2.5),
            className: "noise",
          }),
          Plot.link(floored, {
            x1: ({ eta }: Residual) => eta / 1.06,
            x2: ({ eta }: Residual) => eta * 1.06,
            y: "floor",
            stroke: palette.inconclusive,
            strokeWidth: px(2.5),
            strokeDasharray: dashed("4 2", look),
            className: "rounding",
          }),
          expected === undefined
            ? null
            : Plot.line(line(expected), {
                x: "eta",
                y: "value",
                stroke: palette.faint,
                strokeWidth: px(1.5),
                strokeDasharray: dashed("6 4", look),
                clip: true,
                className: "slope expected",
              }),
          Plot.line(line(fit?.slope ?? 0), {
            x: "eta",
            y: "value",
            stroke: palette.prediction,
            strokeWidth: px(2),
            clip: true,
            className: "slope fitted",
          }),
          ...dots(above, aboveLook(palette), "residual above"),
          ...dots(below, belowLook(palette), "residual below"),
        ],
      }),
    },
    look,
  );
}

type Floored = Residual & { readonly floor: number };

/** Whether something can be drawn of what single precision may be off; where nothing is known, nothing can. */
function hasFloor(one: Residual): one is Floored {
  return one.floor !== undefined && one.floor > 0 && one.floor < Number.MAX_VALUE;
}

function wordsOf({ eta, residual, noise, floor }: Residual): string {
  const rounding = floor === undefined ? "" : `, single precision ± ${shortNumber(floor, 2)}`;
  return `η = ${shortNumber(eta)}: ${shortNumber(residual, 3)} ± ${shortNumber(noise, 2)}${rounding}`;
}

function aboveLook(palette: Palette): PointLook {
  return { symbol: "circle", stroke: palette.ink, fill: palette.ink };
}

function belowLook(palette: Palette): PointLook {
  return { symbol: "circle", stroke: palette.ink, fill: palette.background };
}

function legendOf({ residuals, fit, expected }: ResidualData, palette: Palette): LegendEntry[] {
  const entries: LegendEntry[] = [];
  if (residuals.some(({ isBelowNoise }) => !isBelowNoise)) {
    entries.push({ sign: "point", label: "residual", ...aboveLook(palette) });
  }
  if (residuals.some(({ isBelowNoise }) => isBelowNoise)) {
    entries.push({ sign: "point", label: "residual within the noise", ...belowLook(palette) });
  }
  entries.push({ sign: "line", label: "standard error s", stroke: palette.faint, width: 2.5 });
  if (residuals.some(hasFloor)) {
    entries.push({
      sign: "line",
      label: "rounding floor",
      stroke: palette.inconclusive,
      dash: "4 2",
      width: 2.5,
    });
  }
  if (fit) {
    entries.push({
      sign: "line",
      label: `fitted slope ${fit.slope.toFixed(2)}`,
      stroke: palette.prediction,
      width: 2,
    });
  }
  if (fit && expected !== undefined) {
    entries.push({
      sign: "line",
      label: `expected slope ${expected}`,
      stroke: palette.faint,
      dash: "6 4",
      width: 1.5,
    });
  }
  return entries;
}
