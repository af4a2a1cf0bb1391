import * as Plot from "@observablehq/plot";
import { counted } from "../printable/text.js";
import { shiftedLabels } from "./axes.js";
import { drawnPx, type PlotLook } from "./look.js";
import type { DivergedPlace, DrawnPoint, DrawnRun } from "./measured-data.js";
import { count, shortNumber } from "./numbers.js";

/* What stands at the edges of the plot of values. */

const rowOfSigns = 15; // px, from those of one run to those of the other

/**
 * Means that are beyond the frame: a triangle at its edge, with the value.
 * @param row 0 at the edge, 1 next to it: of two runs each has its own.
 */
export function beyondMarks(
  { beyond, subtracted = 0 }: DrawnRun,
  look: PlotLook,
  [bottom, top]: readonly [low: number, high: number],
  row = 0,
): Plot.Markish[] {
  const { palette } = look;
  const inwards = drawnPx(7 + rowOfSigns * row, look);
  return [false, true].flatMap((isBelow) => {
    const some = beyond.filter(({ value }) => value < bottom === isBelow);
    if (some.length === 0) {
      return [];
    }
    const edge = isBelow ? bottom : top;
    return [
      Plot.dot(some, {
        ...{ x: "x", y: () => edge, r: drawnPx(5, look), strokeWidth: drawnPx(2, look), title: "words" },
        ...{ symbol: "triangle", rotate: isBelow ? 180 : 0, dy: isBelow ? -inwards : inwards },
        ...{ stroke: palette.ink, fill: palette.background, className: "beyond" },
      }),
      Plot.text(some, {
        ...{ x: "x", y: () => edge, dx: drawnPx(-9, look) },
        dy: isBelow ? -inwards : inwards,
        text: ({ value }: DrawnPoint) => shortNumber(value + subtracted, 3),
        ...{ textAnchor: "end", className: "beyond-value" },
        ...{ fill: palette.ink, stroke: palette.background, strokeWidth: 3 },
      }),
    ];
  });
}

/** How many trials diverged, at the foot of the frame, as far as there is room for the words. */
export function divergedMarks(
  { diverged }: DrawnRun,
  look: PlotLook,
  [bottom]: readonly [low: number, high: number],
  ends: readonly [number, number],
  isLogarithmic: boolean,
  left: number,
): Plot.Markish[] {
  if (diverged.length === 0) {
    return [];
  }
  const words = (one: DivergedPlace) =>
    one.diverged === one.trials ? "all diverged" : `${count(one.diverged)} diverged`;
  const shifts = shiftedLabels(
    diverged.map((one) => ({ x: one.x, text: words(one) })),
    ends,
    isLogarithmic,
    left,
    look,
  );
  const { palette } = look;
  return [
    Plot.dot(diverged, {
      ...{
        x: "x",
        y: () => bottom,
        dy: drawnPx(-7, look),
        r: drawnPx(4, look),
        strokeWidth: drawnPx(1.5, look),
      },
      title: ({ diverged: lost, trials }: DivergedPlace) =>
        `${count(lost)} of ${counted(trials, "trial")} diverged`,
      ...{ symbol: "times", stroke: palette.ink, className: "diverged" },
    }),
    ...diverged.flatMap((one, place) => {
      const { dx, isRoomy } = shifts[place]!;
      const at = { x: "x", y: () => bottom, dx, dy: drawnPx(-20, look) };
      const how = {
        className: "diverged-words",
        fill: palette.ink,
        stroke: palette.background,
        strokeWidth: 3,
      };
      return isRoomy ? [Plot.text([one], { ...at, text: words, ...how })] : [];
    }),
  ];
}
