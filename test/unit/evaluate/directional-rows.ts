import type {
  DirectionalDerivatives,
  DirectionalLandscape,
  LossDerivatives,
} from "../../../src/evaluate/index.js";
import {
  type Expression,
  expandLandscape,
  type Landscape,
  replaceSymbols,
} from "../../../src/landscape/index.js";

/*
 * Small landscapes of scalars with a table of data, as their derivatives along directions tell of them: tensors of each row are
 * expanded entry by entry, and summed over all indices.
 */

/** How many gradients of a row were asked for, by the number of their directions. */
export type Passes = [number, number, number];

/** By the number of directions: entries, the first direction's index moving slowest. */
type Tensors = readonly [Float64Array, Float64Array, Float64Array];

function tensorsOf(weights: Landscape["weights"], loss: Expression): { value: number; tensors: Tensors } {
  const expansion = expandLandscape({ name: "row", weights, data: [], loss }, { order: 3, partSize: 1 });
  const size = weights.length;
  const tensor = (indices: number): Float64Array =>
    Float64Array.from({ length: size ** indices }, (_, place) => {
      const own = Array.from({ length: indices }, (__, k) => Math.floor(place / size ** k) % size);
      return expansion.cumulant([expansion.derivative(own)]);
    });
  return { value: expansion.loss, tensors: [tensor(1), tensor(2), tensor(3)] };
}

/** A tensor with directions put into all its indices but one. */
function applied(tensor: Float64Array, directions: readonly Float64Array[], size: number): Float64Array {
  return directions.reduce((rest, direction) => {
    const next = new Float64Array(rest.length / size);
    rest.forEach((entry, place) => {
      next[place % next.length]! += entry * direction[Math.floor(place / next.length)]!;
    });
    return next;
  }, tensor);
}

function certain(size: number, value: number, tensors: Tensors): DirectionalDerivatives {
  return {
    dimension: size,
    value,
    gradients(count, directions) {
      const all = new Float64Array(count * size);
      for (let item = 0; item < count; item++) {
        const own = directions.map((list) => list.subarray(item * size, (item + 1) * size));
        all.set(applied(tensors[directions.length]!, own, size), item * size);
      }
      return all;
    },
  };
}

export function directional(
  landscape: Landscape,
  {
    metric,
    isTogether,
    ...limits
  }: { metric?: readonly number[]; batch?: number; room?: number; isTogether?: boolean } = {},
): DirectionalLandscape & { readonly passes: Passes } {
  const { weights, data, loss } = landscape;
  const size = weights.length;
  const [source] = data;
  if (source?.kind !== "rows") {
    throw new Error("rows only");
  }
  const { names, values } = source;
  const count = values.length / names.length;
  const rows = Array.from({ length: count }, (_, row) => {
    const own = new Map(names.map((name, column) => [name, values[row * names.length + column]!]));
    const fixed = replaceSymbols(loss, (name) =>
      own.has(name) ? { kind: "number", value: own.get(name)! } : undefined,
    );
    return tensorsOf(weights, fixed);
  });
  const passes: Passes = [0, 0, 0];
  const mean = (of: (row: (typeof rows)[number]) => ArrayLike<number>) =>
    Float64Array.from(
      of(rows[0]!),
      (_, place) => rows.reduce((sum, row) => sum + of(row)[place]!, 0) / count,
    );
  const certainMean = certain(size, mean(({ value }) => [value])[0]!, [
    mean(({ tensors }) => tensors[0]),
    mean(({ tensors }) => tensors[1]),
    mean(({ tensors }) => tensors[2]),
  ]);
  const refuseMore = (choices: number) => {
    if (choices > (limits.batch ?? 100)) {
      throw new Error(`${choices} at a time`);
    }
  };
  const ofRows = (chosen: ArrayLike<number>, directions: readonly Float64Array[]) => {
    const all = new Float64Array(chosen.length * size);
    for (let item = 0; item < chosen.length; item++) {
      const own = directions.map((list) =>
        list.length === size && chosen.length > 1 ? list : list.subarray(item * size, (item + 1) * size),
      );
      all.set(applied(rows[chosen[item]!]!.tensors[directions.length]!, own, size), item * size);
    }
    return all;
  };
  const derivatives: LossDerivatives = {
    ...certainMean,
    gradients(choices, directions) {
      passes[directions.length]! += choices * count;
      refuseMore(choices);
      return certainMean.gradients(choices, directions);
    },
    rows: count,
    probability: () => 1 / count,
    operations: 1000,
    batch: limits.batch ?? 100,
    rowValues: (chosen) => Float64Array.from(chosen, (row) => rows[row]!.value),
    rowGradients(chosen, directions) {
      passes[directions.length]! += chosen.length;
      refuseMore(chosen.length);
      return ofRows(chosen, directions);
    },
    ...(isTogether && {
      rowGradientsOfAll(chosen: ArrayLike<number>, directions: readonly Float64Array[]) {
        passes[directions.length]! += chosen.length;
        return Array.from({ length: 1 << directions.length }, (_, set) =>
          ofRows(
            chosen,
            directions.filter((__, place) => ((set >> place) & 1) === 1),
          ),
        );
      },
    }),
  };
  return {
    weights,
    loss: derivatives,
    passes,
    ...(metric === undefined ? {} : { metric }),
    ...(limits.room === undefined ? {} : { room: limits.room }),
    functionOf({ value }) {
      const { value: own, tensors } = tensorsOf(weights, value);
      return certain(size, own, tensors);
    },
  };
}
