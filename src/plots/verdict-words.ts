import * as Plot from "@observablehq/plot";
import type { FramePlaces } from "./axes.js";
import { drawnPx, type PlotLook } from "./look.js";
import type { DrawnPoint, DrawnRun } from "./measured-data.js";
import { type DrawnLine, placedWords, type WordPlace } from "./word-places.js";

/* In px of a screen. */
const halfSign = { wide: 6, high: 8 };
const beside = 9; // from the middle of a point to its word
const levels = [9, 18]; // above or below it

/** Whether a point has a word at all: what agrees is the rule. */
const isTold = ({ verdict }: DrawnPoint): boolean => verdict === "disagrees" || verdict === "inconclusive";

/**
 * The verdicts that are no agreement, as words at their points. They keep off points, the axis of values and each other, and where
 * they can off what is predicted; where one has no room there is none, since the legend has all of them. Of two runs the words of the
 * first are above its points, those of the other below.
 * @param aside how far from their place points of two runs stand.
 */
export function verdictMarks(
  run: DrawnRun,
  other: DrawnRun | undefined,
  aside: number,
  look: PlotLook,
  places: FramePlaces,
): Plot.Markish[] {
  const shift = drawnPx(aside, look);
  const all = [
    ...run.points.map((point) => ({ point, dx: other ? -shift : 0, isOther: false })),
    ...(other?.points ?? []).map((point) => ({ point, dx: shift, isOther: true })),
  ].map((one) => ({ ...one, x: places.x(one.point.x) + one.dx, y: places.y(one.point.value) }));
  const told = all.filter(({ point }) => isTold(point));
  const half = { wide: drawnPx(halfSign.wide, look), high: drawnPx(halfSign.high, look) };
  const words = placedWords(
    told.map(({ x, y, point, isOther }) => ({
      x,
      y,
      text: point.verdict,
      places: wished(isOther, other !== undefined, look),
    })),
    all.map(({ x, y }) => ({
      ...{ left: x - half.wide, right: x + half.wide },
      ...{ top: y - half.high, bottom: y + half.high },
    })),
    [
      ...[run, ...(other ? [other] : [])].flatMap((one) => predictedLines(one, places)),
      // Intervals of other points.
      ...all.map(({ x, point }) => [
        { x, y: places.y(point.low) },
        { x, y: places.y(point.high) },
      ]),
    ],
    places.room,
    look,
  );
  if (words.includes(undefined)) {
    return [];
  }
  return told.map(({ point, dx }, index) => {
    const place = words[index]!;
    return Plot.text([point], {
      x: "x",
      y: "value",
      text: () => point.verdict,
      dx: dx + place.dx,
      dy: place.dy,
      textAnchor: place.isBefore ? "end" : "start",
      className: "verdict",
      fill: look.palette.ink,
      stroke: look.palette.background,
      strokeWidth: 3,
    });
  });
}

/** The corners of a point, nearer ones first: of one run from the upper left on, of the other from the lower right. */
function wished(isOther: boolean, areTwo: boolean, look: PlotLook): WordPlace[] {
  const corners = [
    { isBefore: true, isAbove: true },
    { isBefore: false, isAbove: false },
    { isBefore: false, isAbove: true },
    { isBefore: true, isAbove: false },
  ].filter(({ isAbove }) => isAbove || !areTwo);
  return levels.flatMap((level) =>
    corners.map((corner) => {
      const isBefore = corner.isBefore !== isOther;
      const isAbove = corner.isAbove !== isOther;
      const [dx, dy] = [drawnPx(beside, look), drawnPx(level, look)];
      return { dx: isBefore ? -dx : dx, dy: isAbove ? -dy : dy, isBefore };
    }),
  );
}

/** What is predicted to each order beyond 0, in pieces where it is not finite everywhere. */
function predictedLines({ orders }: DrawnRun, places: FramePlaces): DrawnLine[] {
  return orders.slice(1).flatMap((order) => {
    const pieces: { x: number; y: number }[][] = [[]];
    for (const { x, value } of order) {
      if (value === null) {
        pieces.push([]);
      } else {
        pieces.at(-1)!.push({ x: places.x(x), y: places.y(value) });
      }
    }
    return pieces;
  });
}
