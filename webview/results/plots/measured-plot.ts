import * as Plot from "@observablehq/plot";
import { learningRateAxis, marginOfValues, valueAxis, valueDomain } from "./axes.js";
import { type LegendEntry, lookOf, type PointLook } from "./legend.js";
import type { DrawnPoint, DrawnRun, MeasuredData } from "./measured-data.js";
import type { Palette } from "./palette.js";
import { makePicture, type Picture, type PlotLook } from "./picture.js";

const height = 340; // px
const curve = "monotone-x";
const aside = 5; // px: points of two runs at one learning rate stand beside each other
const floorWidth = 7; // px
const floorOpacity = 0.3;
const dashes = ["1.5 3.5", "5 3", "9 3 2 3", "12 4"];

type Verdict = DrawnPoint["verdict"];
const verdicts: readonly Verdict[] = ["agrees", "disagrees", "inconclusive", "measured", "running"];
const verdictWords: Readonly<Record<Verdict, string>> = {
  agrees: "agrees",
  disagrees: "disagrees",
  inconclusive: "inconclusive",
  measured: "nothing predicted",
  running: "measured so far",
};

/** The picture of measured values with their intervals, and of what the orders predict. */
export function drawMeasured(data: MeasuredData, look: PlotLook): Picture {
  const { run, other, isLogarithmic } = data;
  const { palette, width } = look;
  const etas = etasOf(data);
  const domain = valueDomain({
    essential: [run, other].flatMap((one) => (one ? essentialValues(one) : [])),
    welcome: [run, other].flatMap((one) => (one ? welcomeValues(one) : [])),
  });
  const margins = { marginLeft: marginOfValues, marginRight: 24, marginBottom: 44 };
  return makePicture(
    {
      sentence: data.sentence,
      legend: legendOf(data, palette),
      height,
      plot: {
        ...margins,
        x: { type: isLogarithmic ? "log" : "linear", domain: [Math.min(...etas), Math.max(...etas)] },
        y: { type: "linear", domain },
        marks: [
          learningRateAxis({ data: run.etas, etas, isLogarithmic, width, palette }),
          valueAxis(data.label, palette),
          run.subtracted === undefined
            ? null
            : Plot.ruleY([0], { stroke: palette.faint, strokeOpacity: 0.8 }),
          Plot.areaY(run.band, {
            x: "eta",
            y1: "low",
            y2: "high",
            fill: palette.prediction,
            fillOpacity: 0.2,
            clip: true,
            curve,
            className: "band",
          }),
          ...orderLines(run, palette),
          other && lastLine(other, palette.other, "7 3"),
          ...(other
            ? pointMarks(other, (verdict) => otherLook(verdict, palette), palette, domain, aside)
            : []),
          ...pointMarks(run, (verdict) => pointLook(verdict, palette), palette, domain, other ? -aside : 0),
        ],
      },
    },
    look,
  );
}

function etasOf({ run, other, isLogarithmic }: MeasuredData): number[] {
  const all = [run, other].flatMap((one) => [
    ...(one?.points ?? []).map(({ eta }) => eta),
    ...(one?.orders.at(-1) ?? []).map(({ eta }) => eta),
  ]);
  const usable = all.filter((eta) => !isLogarithmic || eta > 0);
  return usable.length > 0 ? usable : [0.01, 1];
}

/** What has to be seen in full: measurements with their intervals, and the prediction while more are to come. */
function essentialValues({ points, orders, subtracted, isRunning }: DrawnRun): number[] {
  const measured = points.flatMap(({ low, high }) => [low, high]);
  const last = (orders.at(-1) ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  const values = measured.length === 0 || isRunning ? [...measured, ...last] : measured;
  return [...values, ...(subtracted === undefined ? [] : [0])];
}

/** What is to be seen as far as it does not crowd the rest. */
function welcomeValues({ orders, band, points }: DrawnRun): number[] {
  const curves = orders.slice(1).flatMap((places) => places.flatMap(({ value }) => value ?? []));
  const floors = points.flatMap(({ low, high, floor }) => [low - floor, high + floor]);
  return [...curves, ...floors, ...band.flatMap(({ low, high }) => [low, high])];
}

function orderLines(run: DrawnRun, palette: Palette): Plot.Markish[] {
  return run.orders.slice(1).map((places, index) => {
    const order = index + 1;
    const isLast = order === run.orders.length - 1;
    return Plot.line(places, {
      x: "eta",
      y: "value",
      stroke: palette.prediction,
      strokeWidth: isLast ? 2 : 1.5,
      clip: true,
      curve,
      className: isLast ? "order last" : "order",
      ...(isLast ? {} : { strokeDasharray: dashOf(index) }),
    });
  });
}

function lastLine(run: DrawnRun, stroke: string, strokeDasharray: string): Plot.Markish {
  return Plot.line(run.orders.at(-1) ?? [], {
    x: "eta",
    y: "value",
    stroke,
    strokeWidth: 2,
    strokeDasharray,
    clip: true,
    curve,
    className: "order other",
  });
}

function dashOf(index: number): string {
  return dashes[index % dashes.length]!;
}

function pointMarks(
  { points }: DrawnRun,
  look: (verdict: Verdict) => PointLook,
  palette: Palette,
  [bottom, top]: readonly [number, number],
  dx: number,
): Plot.Markish[] {
  const isBelow = dx > 0;
  return verdicts.flatMap((verdict) => {
    const some = points.filter((point) => point.verdict === verdict);
    if (some.length === 0) {
      return [];
    }
    const { stroke, fill, symbol } = look(verdict);
    const marks: Plot.Markish[] = [
      Plot.ruleX(
        some.filter(({ floor }) => floor > 0),
        {
          x: "eta",
          y1: ({ low, floor }: DrawnPoint) => Math.max(bottom, low - floor),
          y2: ({ high, floor }: DrawnPoint) => Math.min(top, high + floor),
          stroke,
          strokeWidth: floorWidth,
          strokeOpacity: floorOpacity,
          dx,
          className: "floor",
        },
      ),
      Plot.ruleX(some, {
        x: "eta",
        y1: "low",
        y2: "high",
        stroke,
        strokeWidth: 1.5,
        dx,
        className: "interval",
      }),
      Plot.dot(some, {
        x: "eta",
        y: "value",
        r: 5,
        strokeWidth: 2,
        dx,
        title: "words",
        className: `measured ${verdict}`,
        ...lookOf({ symbol, stroke, fill }),
      }),
    ];
    if (verdict === "disagrees" || verdict === "inconclusive") {
      marks.push(
        Plot.text(some, {
          x: "eta",
          y: "value",
          text: () => verdict,
          dx: isBelow ? dx + 9 : dx - 9,
          dy: isBelow ? 9 : -9,
          textAnchor: isBelow ? "start" : "end",
          className: "verdict",
          fill: palette.ink,
          stroke: palette.background,
          strokeWidth: 3,
        }),
      );
    }
    return marks;
  });
}

function pointLook(verdict: Verdict, palette: Palette): PointLook {
  switch (verdict) {
    case "agrees":
      return { symbol: "circle", stroke: palette.agrees, fill: palette.agrees };
    case "disagrees":
      return { symbol: "times", stroke: palette.disagrees, fill: "none" };
    case "inconclusive":
      return { symbol: "diamond", stroke: palette.inconclusive, fill: palette.background };
    case "measured":
    case "running":
      return { symbol: "circle", stroke: palette.ink, fill: palette.background };
  }
}

function otherLook(verdict: Verdict, palette: Palette): PointLook {
  const symbols = {
    agrees: "square",
    disagrees: "asterisk",
    inconclusive: "triangle",
    measured: "plus",
    running: "plus",
  } as const;
  const isOpen = verdict === "agrees" || verdict === "inconclusive";
  return { symbol: symbols[verdict], stroke: palette.other, fill: isOpen ? palette.background : "none" };
}

function legendOf({ run, other }: MeasuredData, palette: Palette): LegendEntry[] {
  const present = ({ points }: DrawnRun): readonly Verdict[] =>
    verdicts.filter((verdict) => points.some((point) => point.verdict === verdict));
  const last = run.orders.length - 1;
  return [
    ...present(run).map(
      (verdict): LegendEntry => ({
        sign: "point",
        label: verdict === "running" ? verdictWords.running : `measured, ${verdictWords[verdict]}`,
        ...pointLook(verdict, palette),
      }),
    ),
    ...run.orders.slice(1).map((_, index): LegendEntry => {
      const isLast = index + 1 === last;
      return {
        sign: "line",
        label: `order ${index + 1}`,
        stroke: palette.prediction,
        width: isLast ? 2 : 1.5,
        ...(isLast ? {} : { dash: dashOf(index) }),
      };
    }),
    ...(run.band.length > 0
      ? [
          {
            sign: "band",
            label: `± the size of order ${run.order + 1}`,
            fill: palette.prediction,
            opacity: 0.2,
          } as const,
        ]
      : []),
    ...([run, other].some((one) => one?.points.some(({ floor }) => floor > 0))
      ? [
          {
            sign: "band",
            label: "what single precision may be off",
            fill: palette.ink,
            opacity: floorOpacity,
          } as const,
        ]
      : []),
    ...(other
      ? [
          ...present(other).map(
            (verdict): LegendEntry => ({
              sign: "point",
              label: `other run, ${verdictWords[verdict]}`,
              ...otherLook(verdict, palette),
            }),
          ),
          {
            sign: "line",
            label: `other run, order ${other.order}`,
            stroke: palette.other,
            width: 2,
            dash: "7 3",
          } as const,
        ]
      : []),
  ];
}
