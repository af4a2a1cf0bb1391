import { constantApart } from "../../../landscape/index.js";
import type { Quantity, WeightFunction } from "../../../observables/index.js";
import {
  functionOfTensors,
  gradientProgram,
  lowerLandscape,
  TensorInterpreter,
  type TensorLandscape,
} from "../../../tensors/index.js";
import { orderOf } from "../../orders.js";
import type { RequestedNumber } from "../../request.js";
import type { ControlShares } from "./model.js";

/** What is observed where a trial ends, whose slope is followed back along the path. */
export type Followed =
  | { readonly kind: "loss" }
  | { readonly kind: "function"; readonly function: WeightFunction }
  /** How far an entry of the weights has gone. */
  | { readonly kind: "weight"; readonly weight: number };

/** More weights than this have no controls: each has a slope of its own. */
const mostWeights = 8;

/** Whose slopes some numbers need, and how often each is in the control of which number; of no numbers but measured ones. */
export function followedBy(numbers: readonly RequestedNumber[]): {
  readonly followed: readonly Followed[];
  readonly shares: readonly ControlShares[];
} {
  const moved = new Set(
    quantitiesIn(numbers).flatMap((one) => (one.kind === "weight_displacement" ? [one.weight] : [])),
  );
  const followed = new Map<string, Followed>();
  const named = numbers.map((number) => {
    const slopes = new Map<string, number>();
    const sums = { training: 0, test: 0 };
    for (const { factor, quantity } of "combination" in number ? number.combination : []) {
      const own = orderOf(quantity) === undefined ? followedOf(quantity) : undefined;
      if (own === undefined || (own.kind === "weight" && moved.size > mostWeights)) {
        continue;
      }
      const key = keyOf(own);
      followed.set(key, own);
      slopes.set(key, (slopes.get(key) ?? 0) + factor);
      sums.training += quantity.kind === "training_loss" ? factor : 0;
      sums.test += quantity.kind === "expected_loss" ? factor : 0;
    }
    return { ...sums, slopes };
  });
  // of a gap nothing is left of the losses' slope
  const needed = [...followed.keys()].filter((key) =>
    named.some(({ slopes }) => (slopes.get(key) ?? 0) !== 0),
  );
  return {
    followed: needed.map((key) => followed.get(key)!),
    shares: named.map(({ training, test, slopes }) => ({
      training,
      test,
      slopes: needed.map((key) => slopes.get(key) ?? 0),
    })),
  };
}

function quantitiesIn(numbers: readonly RequestedNumber[]): readonly Quantity[] {
  return numbers.flatMap((number) =>
    "combination" in number ? number.combination.map(({ quantity }) => quantity) : [],
  );
}

function followedOf(quantity: Quantity): Followed | undefined {
  switch (quantity.kind) {
    case "expected_loss":
    case "training_loss":
      return { kind: "loss" };
    case "weight_function":
      return { kind: "function", function: quantity.function };
    case "weight_displacement":
      return { kind: "weight", weight: quantity.weight };
    default:
      return undefined;
  }
}

function keyOf(followed: Followed): string {
  return followed.kind === "function"
    ? `function ${followed.function.name}`
    : followed.kind === "weight"
      ? `weight ${followed.weight}`
      : followed.kind;
}

/** The slope of what is no loss, where a path ends: a tensor a weight. */
export function slopeAt(
  landscape: TensorLandscape,
  followed: Exclude<Followed, { kind: "loss" }>,
  end: readonly Float64Array[],
): Float64Array[] {
  if (followed.kind === "weight") {
    let first = 0;
    return end.map(({ length }) => {
      const slope = new Float64Array(length);
      const entry = followed.weight - first;
      if (entry >= 0 && entry < length) {
        slope[entry] = 1;
      }
      first += length;
      return slope;
    });
  }
  const { rest } = constantApart(followed.function.value);
  const program = gradientProgram(
    lowerLandscape({ ...landscape, data: [] }, [functionOfTensors(landscape, rest)]),
    end.map((_, weight) => weight),
  );
  const varying = program.inputs.map(() => false);
  const [, ...slopes] = new TensorInterpreter(program, varying, 1).run(end);
  return slopes.map((slope) => slope.slice());
}
