/** A stretch of an axis: one row or column, or a gap that stands for many. */
export type AxisPlace =
  | { readonly kind: "cell"; readonly index: number; readonly start: number; readonly size: number }
  | {
      readonly kind: "gap";
      readonly first: number;
      readonly last: number;
      readonly start: number;
      readonly size: number;
    };

export interface AxisOptions {
  /** Rows or columns in all. */
  readonly count: number;
  /** Those that must be seen. */
  readonly wanted: readonly number[];
  /** px that should do; more are taken when what is wanted needs them. */
  readonly room: number;
  readonly smallest: number;
  readonly largest: number;
}

/** What a gap takes, in cells. */
const gapShare = 0.9;

/**
 * One axis of the grid in px. When not all rows or columns have room, those that are wanted are shown with what is
 * near them, and gaps between, so that the nodes of an embedding are seen together in a grid of any size.
 */
export class Axis {
  readonly places: readonly AxisPlace[];
  readonly cell: number;
  readonly length: number;
  /** Equal for axes that look the same. */
  readonly key: string;
  private readonly starts = new Map<number, number>();

  constructor({ count, wanted, room, smallest, largest }: AxisOptions) {
    const shown = shownIndices(count, wanted, room / smallest);
    const stretches: { index: number; last?: number }[] = [];
    shown.forEach((index, at) => {
      const before = at === 0 ? -1 : shown[at - 1]!;
      if (index === before + 2) {
        stretches.push({ index: index - 1 });
      } else if (index > before + 2) {
        stretches.push({ index: before + 1, last: index - 1 });
      }
      stretches.push({ index });
    });
    const units = stretches.reduce((sum, { last }) => sum + (last === undefined ? 1 : gapShare), 0);
    this.cell = Math.max(smallest, Math.min(largest, Math.floor(room / units)));
    let start = 0;
    this.places = stretches.map(({ index, last }): AxisPlace => {
      const size = last === undefined ? this.cell : Math.round(this.cell * gapShare);
      const place: AxisPlace =
        last === undefined
          ? { kind: "cell", index, start, size }
          : { kind: "gap", first: index, last, start, size };
      if (last === undefined) {
        this.starts.set(index, start);
      }
      start += size;
      return place;
    });
    this.length = start;
    this.key = `${this.cell} ${stretches.map(({ index, last }) => (last === undefined ? index : `${index}-${last}`))}`;
  }

  /** The middle of a row or column that is shown. */
  middleOf(index: number): number {
    return (this.starts.get(index) ?? 0) + this.cell / 2;
  }

  /** How many rows or columns gaps stand for. */
  get leftOut(): number {
    return this.places.reduce(
      (sum, place) => sum + (place.kind === "gap" ? place.last - place.first + 1 : 0),
      0,
    );
  }
}

function shownIndices(count: number, wanted: readonly number[], most: number): number[] {
  if (count <= most) {
    return Array.from({ length: count }, (_, index) => index);
  }
  const shown = new Set([...wanted, 0, count - 1]);
  const centres = [...shown];
  for (let reach = 1; reach <= most; reach++) {
    for (const centre of centres) {
      for (const index of [centre - reach, centre + reach]) {
        if (index < 0 || index >= count || shown.has(index)) {
          continue;
        }
        shown.add(index);
        if (costOf(shown) > most) {
          shown.delete(index);
          return [...shown].sort((a, b) => a - b);
        }
      }
    }
  }
  return [...shown].sort((a, b) => a - b);
}

/** Cells and gaps; where one cell only is left out, it is shown, since a gap would save no room. */
function costOf(shown: ReadonlySet<number>): number {
  let cost = shown.size;
  for (const index of shown) {
    if (index > 0 && !shown.has(index - 1)) {
      cost += shown.has(index - 2) ? 1 : gapShare;
    }
  }
  return cost;
}
