import * as Plot from "@observablehq/plot";
import { axisBelow, bottomOf, frame, framePlaces, valueAxis, valueDomain } from "./axes.js";
import { beyondLook, beyondMarks, divergedMarks } from "./edge-marks.js";
import type { Picture } from "./elements.js";
import { essentialValues } from "./essential.js";
import { type LegendEntry, lookOf, type PointLook } from "./legend.js";
import { dashed, drawnPx, type Palette, type PlotLook } from "./look.js";
import type { DrawnInterval, DrawnPlace, DrawnPoint, DrawnRun, MeasuredData } from "./measured-data.js";
import { makePicture } from "./picture.js";
import { verdictMarks } from "./verdict-words.js";

/* In px of a screen. */
const height = 340;
const curve = "monotone-x";
const aside = 7; // points of two runs at one learning rate stand beside each other
const floorWidth = 7;
const floorOpacity = 0.3;
const intervalOpacity = 0.4;
const shareOfFoot = 0.1; // of the frame, for how many trials diverged
const shareOfRow = 0.06; // of the frame, for means of a run that are beyond it
const beyond = 0.04; // of an axis, behind a point at its end
const dashOfOther = "7 3";
const dashesOfCriteria = ["2 2", "6 2.5", "10 2.5 2 2.5"];
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
  const { palette, sizes } = look;
  const ends = endsOf(data);
  const both = [run, ...(other ? [other] : [])];
  const range = {
    essential: both.flatMap(essentialValues),
    welcome: both.flatMap(welcomeValues),
  };
  // Signs and words at the edges of the frame cover no point.
  const seen = range.essential.length > 0 ? range.essential : range.welcome;
  const rowsBeyond = (isBeyond: (value: number) => boolean): number =>
    both.findLastIndex((one) => one.beyond.some(({ value }) => isBeyond(value))) + 1;
  const rowsBelow = rowsBeyond((value) => value < Math.min(...seen));
  const rowsAbove = rowsBeyond((value) => value > Math.max(...seen));
  const below = (run.diverged.length > 0 ? shareOfFoot : 0) + rowsBelow * shareOfRow;
  const above = rowsAbove * shareOfRow;
  const domain = valueDomain(range, below, above);
  return makePicture(
    {
      sentence: data.sentence,
      legend: legendOf(data, palette),
      height: height * sizes.tallness,
      plot: (left) => {
        const places = framePlaces(ends, isLogarithmic, domain, left, height * sizes.tallness, look);
        const room = { ...places.room, top: above * places.height, bottom: (1 - below) * places.height };
        return {
          marginRight: sizes.right,
          marginBottom: bottomOf(look),
          x: { type: isLogarithmic ? "log" : "linear", domain: [...ends] },
          y: { type: "linear", domain },
          marks: [
            axisBelow({ label: data.axis, data: run.xs, ends, isLogarithmic, look }),
            valueAxis(data.label, look, left),
            frame(look),
            domain[0] < 0 && domain[1] > 0
              ? Plot.ruleY([0], { stroke: palette.faint, strokeOpacity: 0.8, strokeWidth: drawnPx(1, look) })
              : null,
            Plot.areaY(seenIn(domain, run.band), {
              x: "x",
              y1: "low",
              y2: "high",
              fill: palette.prediction,
              fillOpacity: 0.2,
              clip: true,
              curve,
              className: "band",
            }),
            ...edgesOf(seenIn(domain, run.band), look),
            Plot.areaY(seenIn(domain, run.interval), {
              x: "x",
              y1: "low",
              y2: "high",
              fill: palette.prediction,
              fillOpacity: intervalOpacity,
              clip: true,
              curve,
              className: "interval-of-estimate",
            }),
            ...criteriaLines(run, look, domain),
            ...orderLines(run, look, domain),
            other && lastLine(other, look, domain),
            ...(other
              ? pointMarks(other, (verdict) => otherLook(verdict, palette), look, domain, aside)
              : []),
            ...pointMarks(run, (verdict) => pointLook(verdict, palette), look, domain, other ? -aside : 0),
            ...(sizes.isPaper ? [] : verdictMarks(run, other, aside, look, { ...places, room })),
            ...beyondMarks(both, look, domain, places),
            ...divergedMarks(run, look, domain, ends, isLogarithmic, left),
          ],
        };
      },
    },
    look,
  );
}

/** From where to where the axis below goes. */
function endsOf({ run, other, isLogarithmic }: MeasuredData): [number, number] {
  const placesOf = (one: DrawnRun | undefined) =>
    one === undefined ? [] : [...one.points, ...one.beyond, ...one.diverged].map(({ x }) => x);
  const points = [run, other].flatMap(placesOf);
  const all = [run, other].flatMap((one) => [
    ...placesOf(one),
    ...(one?.orders.at(-1) ?? []).map(({ x }) => x),
  ]);
  const usable = all.filter((x) => !isLogarithmic || x > 0);
  const [least, most] = usable.length > 0 ? [Math.min(...usable), Math.max(...usable)] : [0.01, 1];
  if (least === most) {
    // One place alone has room on both sides.
    return [least - Math.abs(least) / 2 || -1, most + Math.abs(most) / 2 || 1];
  }
  // Points stand beside the ends, not on them.
  const stretched = (end: number, from: number): number => {
    if (!points.includes(end)) {
      return end;
    }
    return isLogarithmic ? end * (end / from) ** beyond : end + (end - from) * beyond;
  };
  return [stretched(least, most), stretched(most, least)];
}

/** The least and the largest value that an axis shows. */
type ValueDomain = readonly [low: number, high: number];

/** Whether a line comes into the frame. Rasterisers refuse what is clipped away wholly. */
function isSeen(places: readonly DrawnPlace[], [low, high]: ValueDomain): boolean {
  const values = places.flatMap(({ value }) => value ?? []);
  return values.some((value) => value >= low) && values.some((value) => value <= high);
}

/** A band, if any of it comes into the frame. */
function seenIn([low, high]: ValueDomain, band: readonly DrawnInterval[]): readonly DrawnInterval[] {
  const isIn = band.some((place) => place.high >= low) && band.some((place) => place.low <= high);
  return isIn ? band : [];
}

/** The edges of a band, thin: its fill alone is hard to see for some eyes and in some themes. */
function edgesOf(band: readonly DrawnInterval[], look: PlotLook): Plot.Markish[] {
  return (["low", "high"] as const).map((y) =>
    band.length === 0
      ? null
      : Plot.line(band, {
          ...{ x: "x", y, stroke: look.palette.prediction, strokeWidth: drawnPx(0.75, look) },
          ...{ strokeOpacity: 0.7, clip: true, curve, className: "band-edge" },
        }),
  );
}

/** What is to be seen as far as it does not crowd the rest. */
function welcomeValues({ orders, criteria, band, interval, points }: DrawnRun): number[] {
  const lines = [...orders.slice(1), ...criteria.map(({ places }) => places)];
  const curves = lines.flatMap((places) => places.flatMap(({ value }) => value ?? []));
  const floors = points.flatMap(({ low, high, floor }) => [low - floor, high + floor]);
  return [...curves, ...floors, ...[...band, ...interval].flatMap(({ low, high }) => [low, high])];
}

function orderLines(run: DrawnRun, look: PlotLook, domain: ValueDomain): Plot.Markish[] {
  return run.orders.slice(1).map((places, index) => {
    if (!isSeen(places, domain)) {
      return null;
    }
    const order = index + 1;
    const isLast = order === run.orders.length - 1;
    return Plot.line(places, {
      x: "x",
      y: "value",
      stroke: look.palette.prediction,
      strokeWidth: drawnPx(isLast ? 2 : 1.5, look),
      clip: true,
      curve,
      className: isLast ? "order last" : "order",
      ...(isLast ? {} : { strokeDasharray: dashed(dashOf(index), look) }),
    });
  });
}

function criteriaLines({ criteria }: DrawnRun, look: PlotLook, domain: ValueDomain): Plot.Markish[] {
  return criteria.map(({ name, places }, index) =>
    isSeen(places, domain)
      ? Plot.line(places, {
          x: "x",
          y: "value",
          stroke: look.palette.other,
          strokeWidth: drawnPx(1.5, look),
          strokeDasharray: dashed(dashesOfCriteria[index]!, look),
          clip: true,
          curve,
          className: `criterion ${name}`,
        })
      : null,
  );
}

function lastLine(run: DrawnRun, look: PlotLook, domain: ValueDomain): Plot.Markish {
  const places = run.orders.at(-1) ?? [];
  if (!isSeen(places, domain)) {
    return null;
  }
  return Plot.line(places, {
    x: "x",
    y: "value",
    stroke: look.palette.other,
    strokeWidth: drawnPx(2, look),
    strokeDasharray: dashed(dashOfOther, look),
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
  plotLook: PlotLook,
  [bottom, top]: readonly [number, number],
  shift: number,
): Plot.Markish[] {
  const px = (size: number) => drawnPx(size, plotLook);
  const dx = px(shift);
  return verdicts.flatMap((verdict) => {
    const some = points.filter((point) => point.verdict === verdict);
    if (some.length === 0) {
      return [];
    }
    const { stroke, fill, symbol } = look(verdict);
    return [
      Plot.ruleX(
        some.filter(({ floor }) => floor > 0),
        {
          x: "x",
          y1: ({ low, floor }: DrawnPoint) => Math.max(bottom, low - floor),
          y2: ({ high, floor }: DrawnPoint) => Math.min(top, high + floor),
          stroke,
          strokeWidth: px(floorWidth),
          strokeOpacity: floorOpacity,
          dx,
          className: "floor",
        },
      ),
      Plot.ruleX(some, {
        x: "x",
        y1: ({ low }: DrawnPoint) => Math.max(bottom, low),
        y2: ({ high }: DrawnPoint) => Math.min(top, high),
        stroke,
        strokeWidth: px(1.5),
        dx,
        className: "interval",
      }),
      Plot.dot(some, {
        x: "x",
        y: "value",
        r: px(5),
        strokeWidth: px(2),
        dx,
        title: "words",
        className: `measured ${verdict}`,
        ...lookOf({ symbol, stroke, fill }),
      }),
    ];
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
    ...(run.diverged.length > 0
      ? [
          {
            sign: "point",
            label: "trials diverged",
            symbol: "times",
            stroke: palette.ink,
            fill: "none",
          } as const,
        ]
      : []),
    ...(run.beyond.length > 0
      ? [{ sign: "point", label: "mean beyond the frame", ...beyondLook(false, palette) } as const]
      : []),
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
    ...run.criteria.map(
      ({ name }, index): LegendEntry => ({
        sign: "line",
        label: name,
        stroke: palette.other,
        width: 1.5,
        dash: dashesOfCriteria[index]!,
      }),
    ),
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
    ...(run.interval.length > 0
      ? [
          {
            sign: "band",
            label: `order ${run.order}, with its 95 % interval`,
            fill: palette.prediction,
            opacity: intervalOpacity,
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
          ...(other.beyond.length > 0
            ? [
                {
                  sign: "point",
                  label: "other run, mean beyond the frame",
                  ...beyondLook(true, palette),
                } as const,
              ]
            : []),
          {
            sign: "line",
            label: `other run, order ${other.order}`,
            stroke: palette.other,
            width: 2,
            dash: dashOfOther,
          } as const,
        ]
      : []),
  ];
}
