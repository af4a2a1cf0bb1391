import { doubleOfBits } from "../../../src/compile/double-bits.js";
import type { EntrywiseFunction } from "../../../src/tensors/index.js";

/** Numbers that look random, the same ones each time, from 0 to 1. */
function* randoms(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
  }
}

/** Ranges in which functions do most of their work, or change how they do it, and how many numbers of each are tried. */
const ranges = [
  [-1, 1, 150],
  [-8, 8, 150],
  [-40, 40, 60],
  [-745, 710, 100],
  [0.9, 1.1, 40],
  [-1.01, -0.99, 20],
  [-9000, 9000, 40],
] as const;

const corners = [
  0, 5e-324, 1e-310, 2.3e-308, 1e-8, 0.5, 1, 1.5, 350, 707.9, 708, 709.7, 710, 745.1, 746, 1e15, 1e22, 1e150,
];

/** Doubles at which a function is tried: over all binades, where functions change, and those that are not finite. */
export function doublesOf(name: EntrywiseFunction): readonly number[] {
  const random = randoms();
  const next = () => random.next().value;
  const points = corners.flatMap((x) => [x, -x]);
  points.push(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE);
  for (let exponent = 0; exponent < 2047; exponent += 31) {
    for (const sign of [0, 0x800]) {
      points.push(doubleOfBits((sign + exponent) * 2 ** 20 + Math.floor(next() * 2 ** 20), next() * 2 ** 32));
    }
  }
  for (const [low, high, count] of ranges) {
    for (let k = 0; k < count; k++) {
      points.push(low + (high - low) * next());
    }
  }
  if (name === "sin" || name === "cos" || name === "tan") {
    // next to multiples of a quarter turn nearly everything cancels
    for (let turn = 1; turn < 640_000; turn += turn < 5400 ? 37 : 9973) {
      points.push((turn * Math.PI) / 2);
    }
  }
  return points;
}
