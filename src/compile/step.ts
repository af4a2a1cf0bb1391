import type { ProgramBuilder, Value } from "./program.js";

/**
 * `weight − rate · slope`. Numbers in the slope's factors and terms are joined with the rate, so that as little as
 * may be is left to do once the last function of the weights is known.
 */
export function steppedDown(builder: ProgramBuilder, weight: Value, slope: Value, rate: number): Value {
  const { op, a, b } = builder.instructions[slope]!;
  const left = a >= 0 ? builder.constantValue(a) : undefined;
  const right = b >= 0 ? builder.constantValue(b) : undefined;
  if (op === "negate") {
    return steppedDown(builder, weight, a, -rate);
  }
  if (op === "multiply" && left !== undefined) {
    return steppedDown(builder, weight, b, rate * left);
  }
  const isSum = op === "add" || op === "subtract";
  if (isSum && (left !== undefined || right !== undefined)) {
    const second = op === "add" ? rate : -rate;
    const [first, number, variable, other] =
      left !== undefined ? [rate, left, b, second] : [second, right!, a, rate];
    const moved = builder.subtract(weight, builder.constant(first * number));
    return steppedDown(builder, moved, variable, other);
  }
  const magnitude = builder.constant(Math.abs(rate));
  const change =
    op === "multiply" ? scaledProduct(builder, magnitude, a, b) : builder.multiply(magnitude, slope);
  return rate < 0 ? builder.add(weight, change) : builder.subtract(weight, change);
}

/**
 * The place of an interval that is nearest to a value: the value itself, to the bit, where it lies in it. What is not finite
 * stays so, since it has diverged.
 */
export function nearestWithin(
  builder: ProgramBuilder,
  { low, high }: { readonly low: number; readonly high: number },
  value: Value,
): Value {
  const [least, most] = [builder.constant(low), builder.constant(high)];
  const above = builder.select(builder.less(most, value), most, value);
  const within = builder.select(builder.less(value, least), least, above);
  const hasNumber = builder.less(builder.absolute(value), builder.constant(Number.POSITIVE_INFINITY));
  return builder.select(hasNumber, within, value);
}

/** The factor that is known sooner, mostly that of data, takes the number. */
function scaledProduct(builder: ProgramBuilder, number: Value, a: Value, b: Value): Value {
  const [soon, late] = depth(builder, a) <= depth(builder, b) ? [a, b] : [b, a];
  return builder.multiply(builder.multiply(number, soon), late);
}

const knownDepths = new WeakMap<ProgramBuilder, number[]>();

/** The instructions of the longest chain that leads to a value. */
function depth(builder: ProgramBuilder, value: Value): number {
  const depths = knownDepths.get(builder) ?? [];
  knownDepths.set(builder, depths);
  for (let index = depths.length; index <= value; index++) {
    const { a, b, c } = builder.instructions[index]!;
    depths.push(1 + Math.max(depths[a] ?? 0, depths[b] ?? 0, depths[c] ?? 0));
  }
  return depths[value]!;
}
