/**
 * All values of something that is real on the real line, over a disc of the complex plane with a real centre: they lie
 * in the disc around `centre`. Everything computed from real-centred discs by functions that are real on the real
 * line has a real centre again.
 */
export interface Disc {
  readonly centre: number;
  /** `Infinity` when nothing is known. */
  readonly radius: number;
  /** Whether what it encloses is analytic on the disc it was computed from; if not, it holds on the real line only. */
  readonly analytic: boolean;
}

/** Nothing is known. */
export const anything: Disc = { centre: 0, radius: Infinity, analytic: false };

/** A disc, or {@link anything} where a number overflowed or is none. */
export function disc(centre: number, radius: number, analytic: boolean): Disc {
  return Number.isFinite(centre) && radius < Infinity ? { centre, radius, analytic } : anything;
}

/** The largest absolute value in a disc. */
export function magnitude({ centre, radius }: Disc): number {
  return Math.abs(centre) + radius;
}

export function multiplyDiscs(a: Disc, b: Disc): Disc {
  const radius = Math.abs(a.centre) * b.radius + Math.abs(b.centre) * a.radius + a.radius * b.radius;
  return disc(a.centre * b.centre, radius, a.analytic && b.analytic);
}
