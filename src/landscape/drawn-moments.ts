import { polynomialDegree } from "./build.js";
import {
  type ContinuousSource,
  continuousOf,
  deviateName,
  sideName,
  tailName,
  unitName,
} from "./distributions/index.js";
import { compileExpression } from "./evaluation.js";
import { gradient } from "./gradient.js";
import type { Landscape } from "./landscape.js";

/** How far off, as a share of its value, a moment may be that is drawn. */
const allowed = 1e-4;

/** The chance of the rarest word, and the deviates of it and of its middle (docs/streams.md). */
const rarest = 2 ** -32;
const deviates = { edge: 6.230260137989043, middle: 6.33795775455379 };

/** Moments of a datum that a simulation does not draw right. */
interface CoarseMoments {
  /** Which they are and by how much they are off, such as `moment 4 of x ~ student_t(5) is off by 2 %`. */
  readonly words: string;
  /** By how much the highest of them is off, as a share of its value. */
  readonly most: number;
}

/**
 * Lines on moments of heavy-tailed data that a simulation does not draw right to 1e-4 of their value, since words of 32 bits
 * do not reach further into a tail, each a sentence without its full stop.
 * @param order how many gradients of one point a prediction multiplies
 */
export function coarselyDrawn(landscape: Landscape, order: number): string[] {
  return coarseMoments(landscape, order).map(
    ({ words }) => `In simulations ${words}, since what is rarer than 2^-32 is not drawn`,
  );
}

/** Moments of heavy-tailed data that a simulation does not draw right to 1e-4 of their value, as in `coarselyDrawn`. */
export function coarseMoments(landscape: Landscape, order: number): CoarseMoments[] {
  const slopes = gradient(landscape);
  return landscape.data.flatMap((source) => {
    if (source.kind !== "continuous") {
      return [];
    }
    const names = new Set([source.name]);
    const degree = Math.max(...slopes.map((slope) => polynomialDegree(slope, names)));
    // Of what is no polynomial no moment is used.
    const most = degree < Infinity ? degree * Math.max(2, order) : 0;
    const { leastMissing } = continuousOf(source);
    const missing = Math.min(mostPower + 1, leastMissing?.(source.parameters) ?? Infinity);
    const powers = Array.from({ length: Math.min(most, missing - 1) }, (_, i) => i + 1);
    const errors = drawingErrors(source, powers);
    const first = errors.findIndex((error) => error > allowed);
    if (first < 0) {
      return [];
    }
    const described = `${source.name} ~ ${source.distribution}(${source.parameters.join(", ")})`;
    const own =
      first + 1 === powers.length ? `moment ${first + 1}` : `moments ${first + 1} to ${powers.length}`;
    const sizes = [errors[first]!, errors.at(-1)!].map(
      (error) => `${Number((100 * error).toPrecision(1))} %`,
    );
    return [
      {
        words: `${own} of ${described} ${first + 1 === powers.length ? `is off by ${sizes[0]}` : `are off by ${sizes[0]} to ${sizes[1]}`}`,
        most: errors.at(-1)!,
      },
    ];
  });
}

/** Higher moments are not looked at. */
const mostPower = 40;

/**
 * By how much the moments of what is drawn differ from the distribution's, as shares of those of the absolute value: the
 * rarest word on either side stands for all that is beyond its edge.
 */
export function drawingErrors(source: ContinuousSource, powers: readonly number[]): number[] {
  const { quantile, ladder, reference } = continuousOf(source);
  const draw = compileExpression(
    quantile(source.parameters),
    new Map([unitName, deviateName, tailName, sideName].map((name, slot) => [name, slot])),
  );
  const at = (share: number, deviate: number, side: number): number =>
    draw([side < 0 ? share : 1 - share, side * deviate, 2 * share, side]);
  const ends = [-1, 1].map((side) => ({
    edge: at(rarest, deviates.edge, side),
    middle: at(rarest / 2, deviates.middle, side),
  }));
  const { points, weights } = ladder(source.parameters)[reference + 2]!();
  const inside = ({ edge, middle }: (typeof ends)[number], x: number): boolean =>
    middle > edge ? x < edge : x > edge;
  return powers.map((power) => {
    let whole = 0;
    const beyond = ends.map(() => 0);
    points.forEach((x, q) => {
      const size = weights[q]! * Math.abs(x) ** power;
      whole += size;
      ends.forEach((end, i) => {
        if (!inside(end, x)) {
          beyond[i]! += size;
        }
      });
    });
    return ends.reduce(
      (sum, { middle }, i) => sum + Math.abs(beyond[i]! - rarest * Math.abs(middle) ** power) / whole,
      0,
    );
  });
}
