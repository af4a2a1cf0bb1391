import { continuousOf } from "../distributions/index.js";
import { type DataSource, dataNames, type Landscape } from "../landscape.js";
import { rowCount } from "../rows.js";

/** Of each source, which of its outcomes or rows; of continuous ones a share, between -1/2 and 1/2. */
export type PlaceOfData = readonly number[];

/** So many outcomes or rows of a source are looked at, and so many combinations. */
const mostOutcomes = 16;
const mostPlaces = 64;
/** So many numbers of a table are looked through for those. */
const mostScanned = 100_000;
/** Outcomes that are rarer may have no part in an expectation of counts. */
const rarest = 1e-3;

/**
 * A few places of the data at which a loss that cannot be averaged shows that: outcomes and rows with the least, the
 * greatest and the smallest numbers and some between, all where they are few; of continuous data typical ones.
 */
export function placesOf({ data }: Landscape): PlaceOfData[] {
  const choices = data.map(choicesOf);
  const isEndless = data.some(({ kind }) => kind === "continuous");
  const all = choices.reduce((total, own) => total * (own?.length ?? 1), 1);
  const count = Math.min(mostPlaces, isEndless ? Math.max(all, 2 * mostOutcomes) : all);
  const places: PlaceOfData[] = [];
  for (let k = 0; k < count; k++) {
    let rest = k;
    places.push(
      choices.map((own, source) => {
        const spread = ((k + 1) * (Math.sqrt(5) - 1) * 0.5 + (source + 1) * (Math.SQRT2 - 1)) % 1;
        if (own === undefined) {
          return 0.8 * (spread - 0.5);
        }
        if (all > mostPlaces) {
          return own[(k + Math.floor(k / own.length) * source) % own.length]!;
        }
        const at = rest % own.length;
        rest = Math.floor(rest / own.length);
        return own[at]!;
      }),
    );
  }
  return places;
}

/** The data at a place, by the names of a landscape that may be the same with its continuous data moved. */
export function dataAt({ data }: Landscape, place: PlaceOfData): Map<string, number> {
  const found = new Map<string, number>();
  data.forEach((source, index) => {
    const at = place[index]!;
    dataNames(source).forEach((name, column) => {
      found.set(name, valueAt(source, at, column));
    });
  });
  return found;
}

/** The places just beside one along its continuous data: what is so there too is so on an interval. */
export function besides({ data }: Landscape, place: PlaceOfData): PlaceOfData[] {
  const isEndless = data.some(({ kind }) => kind === "continuous");
  const moved = (by: number) => place.map((at, index) => (data[index]!.kind === "continuous" ? at + by : at));
  return isEndless ? [moved(-0.01), moved(0.01)] : [];
}

function valueAt(source: DataSource, at: number, column: number): number {
  switch (source.kind) {
    case "continuous":
      return continuousOf(source).typical(source.parameters, at);
    case "finite":
      return source.outcomes[at]!.value;
    case "rows":
      return source.values[at * source.names.length + column]!;
  }
}

/** Which outcomes or rows are looked at; nothing of continuous data. */
function choicesOf(source: DataSource): readonly number[] | undefined {
  if (source.kind === "continuous") {
    return undefined;
  }
  if (source.kind === "finite") {
    const { outcomes, law } = source;
    const all = [...outcomes.keys()];
    const common = all.filter((index) => law === undefined || outcomes[index]!.probability > rarest);
    return some(common.length === 0 ? all : common, [(index) => outcomes[index]!.value]);
  }
  const rows = rowCount(source);
  const step = Math.max(1, Math.ceil((rows * source.names.length) / mostScanned));
  const seen = Array.from({ length: Math.ceil(rows / step) }, (_, index) => index * step);
  return some(
    seen,
    source.names.map((_, column) => (row) => source.values[row * source.names.length + column]!),
  );
}

/** All where they are few; else those whose numbers stand out, and some between. */
function some(all: readonly number[], numbers: readonly ((index: number) => number)[]): readonly number[] {
  if (all.length <= mostOutcomes) {
    return all;
  }
  const kept = new Set<number>();
  for (const of of numbers.slice(0, 4)) {
    kept.add(leastBy(all, (index) => Math.abs(of(index))));
    kept.add(leastBy(all, of));
    kept.add(leastBy(all, (index) => -of(index)));
  }
  for (let k = 0; kept.size < mostOutcomes && k < mostOutcomes; k++) {
    kept.add(all[Math.floor((k * (all.length - 1)) / (mostOutcomes - 1))]!);
  }
  return [...kept];
}

function leastBy(all: readonly number[], of: (index: number) => number): number {
  let best = all[0]!;
  let least = of(best);
  for (const index of all) {
    const own = of(index);
    if (own < least) {
      best = index;
      least = own;
    }
  }
  return best;
}
