import type { GridFunctions } from "./functions.js";

/** A class with more functions than this is judged by as many mixtures of them. */
const mixtures = 6;

/**
 * Fewer functions that stand for many: mixtures, with signs that follow no pattern, of the functions of each class.
 * What none of them sees cancels in all of them at once. Where classes are small, the functions themselves.
 */
export function projected(functions: GridFunctions): GridFunctions {
  const sizes = new Int32Array(functions.classCount);
  for (const own of functions.classes) {
    sizes[own]!++;
  }
  if (sizes.every((size) => size <= mixtures)) {
    return functions;
  }
  const first = new Int32Array(functions.classCount);
  let count = 0;
  sizes.forEach((size, own) => {
    first[own] = count;
    count += Math.min(size, mixtures);
  });
  const classes = new Int32Array(count);
  sizes.forEach((size, own) => {
    classes.fill(own, first[own]!, first[own]! + Math.min(size, mixtures));
  });
  const factors = new Float64Array(count).fill(1);
  const seen = new Int32Array(functions.classCount);
  functions.classes.forEach((own, j) => {
    if (sizes[own]! <= mixtures) {
      factors[first[own]! + seen[own]!++] = functions.factors[j]!;
    }
  });
  const all = new Float64Array(functions.count);
  const places = new Int32Array(functions.classCount);
  const signs = signTable(functions.count);
  return {
    ...functions,
    count,
    classes,
    factors,
    evaluate: (data, out) => {
      functions.evaluate(data, all);
      out.fill(0);
      places.fill(0);
      for (let j = 0; j < all.length; j++) {
        const own = functions.classes[j]!;
        const value = all[j]!;
        if (sizes[own]! <= mixtures) {
          out[first[own]! + places[own]!++] = value;
          continue;
        }
        const share = value / functions.factors[j]!;
        for (let m = 0; m < mixtures; m++) {
          out[first[own]! + m]! += signs[j * mixtures + m]! * share;
        }
      }
    },
    problem: (index, data) => {
      functions.evaluate(data, all);
      const own = classes[index]!;
      const bad = all.findIndex((value, j) => functions.classes[j] === own && !Number.isFinite(value));
      return functions.problem(Math.max(0, bad), data);
    },
  };
}

/** Numbers 1 and −1 for each function and mixture. */
function signTable(count: number): Int8Array {
  let state = 0x2545f491;
  return Int8Array.from({ length: count * mixtures }, () => {
    // Marsaglia's xorshift
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state < 0 ? -1 : 1;
  });
}
