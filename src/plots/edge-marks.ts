import * as Plot from "@observablehq/plot";
import { counted } from "../printable/text.js";
import { type FramePlaces, shiftedLabels } from "./axes.js";
import { lookOf, type PointLook } from "./legend.js";
import { drawnPx, letterPx, type Palette, type PlotLook } from "./look.js";
import type { DivergedPlace, DrawnRun } from "./measured-data.js";
import { count, shortNumber } from "./numbers.js";
import { arrow, openArrow } from "./symbols.js";
import { placedWords } from "./word-places.js";

/* What stands at the edges of the plot of values. */

const rowOfSigns = 15; // px of a screen, as letters are, from those of one run to those of the other
const firstRow = 8; // from the edge
const foot = 27; // which trials that diverged take
const sign = 5; // px, the radius of an arrow
const beside = 9; // px, from the middle of an arrow to its value

/** The sign of a mean beyond the frame: of two runs each has its own, which differs in shape and colour. */
export function beyondLook(isOther: boolean, palette: Palette): PointLook {
  return isOther
    ? { symbol: openArrow, stroke: palette.other, fill: "none" }
    : { symbol: arrow, stroke: palette.ink, fill: palette.ink };
}

/** Means that are beyond the frame, of a run and maybe of another: an arrow at its edge, with the value where there is room for it. */
export function beyondMarks(
  runs: readonly DrawnRun[],
  look: PlotLook,
  [bottom, top]: readonly [low: number, high: number],
  places: FramePlaces,
): Plot.Markish[] {
  const { palette } = look;
  const lift = runs[0]!.diverged.length > 0 ? foot : 0;
  const signs = runs.flatMap(({ beyond, subtracted = 0 }, row) =>
    beyond.map((point) => {
      const isBelow = point.value < bottom;
      const inwards = letterPx(firstRow + rowOfSigns * row + (isBelow ? lift : 0), look);
      const y = isBelow ? places.height - inwards : inwards;
      const text = shortNumber(point.value + subtracted, 3);
      return { point, row, isBelow, inwards, x: places.x(point.x), y, text };
    }),
  );
  const gap = drawnPx(beside, look);
  const half = drawnPx(sign, look);
  const words = placedWords(
    signs.map(({ x, y, text }) => ({
      ...{ x, y, text },
      places: [true, false].map((isBefore) => ({ dx: isBefore ? -gap : gap, dy: 0, isBefore })),
    })),
    signs.map(({ x, y }) => ({ left: x - half, right: x + half, top: y - half, bottom: y + half })),
    [],
    places.room,
    look,
  );
  return signs.flatMap(({ point, row, isBelow, inwards, text }, index) => {
    const y = () => (isBelow ? bottom : top);
    const dy = isBelow ? -inwards : inwards;
    const word = words[index];
    return [
      Plot.dot([point], {
        ...{ x: "x", y, dy, r: half, strokeWidth: drawnPx(row === 0 ? 1 : 2, look), title: "words" },
        ...{ rotate: isBelow ? 180 : 0, className: "beyond", ...lookOf(beyondLook(row > 0, palette)) },
      }),
      word === undefined
        ? null
        : Plot.text([point], {
            ...{ x: "x", y, dx: word.dx, dy, text: () => text },
            ...{ textAnchor: word.isBefore ? "end" : "start", className: "beyond-value" },
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
