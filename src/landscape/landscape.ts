import type { Expression } from "./expression.js";

/** One weight and where descent starts. */
export interface Weight {
  readonly name: string;
  readonly start: number;
  /**
   * Present of a hyper weight: it is none of the model's own, and each update ends with it put back to the nearest place of
   * this interval, in which it starts.
   */
  readonly interval?: Interval;
}

/** All numbers from `low` to `high`, these among them; `low < high`. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * A source of data. Different sources are independent; the columns of one `rows` source are drawn
 * together, a row at a time, each row with the same probability.
 */
export type DataSource =
  | {
      readonly kind: "continuous";
      readonly name: string;
      /** A name of `distributions`, with the parameters that its record takes. */
      readonly distribution: string;
      readonly parameters: readonly number[];
    }
  | {
      readonly kind: "finite";
      readonly name: string;
      /** Values with probabilities, which are positive and sum to 1. Bernoulli data are `1` and `0`. */
      readonly outcomes: readonly { readonly value: number; readonly probability: number }[];
      /** The distribution, with its parameters, that these outcomes stand for where they are counts. */
      readonly law?: { readonly distribution: string; readonly parameters: readonly number[] };
    }
  | {
      readonly kind: "rows";
      readonly names: readonly string[];
      /** Row by row one finite number a name; of which kind the array is means nothing. */
      readonly values: ArrayLike<number>;
    };

/** A number for a weight; of a tensor all entries have it. */
export interface WeightFactor {
  readonly weight: string;
  readonly factor: number;
}

/** An inverse metric `m^{μν}` over the weights, a row a weight: symmetric and positive definite. `η^{μν}` is `eta` times it. */
export type Metric = readonly (readonly number[])[];

/** A loss `l_x(θ)`, the distribution of its datum `x` and the start `θ_0`. */
export interface Landscape {
  readonly name: string;
  readonly weights: readonly Weight[];
  readonly data: readonly DataSource[];
  /** Its symbols are names of weights and data. */
  readonly loss: Expression;
  /** What raises the index of a gradient to that of a step; the identity where absent. */
  readonly metric?: Metric;
  /** Present where this is a landscape of tensors written out: of which the weights are the entries, one after the other, row-major. */
  readonly tensors?: readonly WeightTensor[];
}

/** A weight of a landscape of tensors. */
export interface WeightTensor {
  readonly name: string;
  /** Lengths of axes; none of a scalar. */
  readonly shape: readonly number[];
}

/** The places of the weights that each name stands for: of a tensor those of its entries. */
export function weightsByName({
  weights,
  tensors,
}: Pick<Landscape, "tensors"> & {
  readonly weights: readonly { readonly name: string }[];
}): ReadonlyMap<string, readonly number[]> {
  if (tensors === undefined) {
    return new Map(weights.map(({ name }, place) => [name, [place]]));
  }
  let end = 0;
  return new Map(
    tensors.map(({ name, shape }) => {
      const first = end;
      end += shape.reduce((size, length) => size * length, 1);
      return [name, Array.from({ length: end - first }, (_, entry) => first + entry)];
    }),
  );
}

/** The names of the data a source draws, in order. */
export function dataNames(source: DataSource): readonly string[] {
  return source.kind === "rows" ? source.names : [source.name];
}

/** The places of the weights that are the model's own. */
export function modelWeights({ weights }: Pick<Landscape, "weights">): readonly number[] {
  return weights.flatMap(({ interval }, weight) => (interval === undefined ? [weight] : []));
}

/** Whether some weights are none of the model's own. */
export function hasHyperWeights(landscape: Pick<Landscape, "weights">): boolean {
  return modelWeights(landscape).length < landscape.weights.length;
}
