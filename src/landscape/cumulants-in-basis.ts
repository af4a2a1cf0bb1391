import type { Expansion } from "./random-derivatives.js";

/** Tensors with more entries than this are not turned as a whole. */
const mostEntries = 4_000_000;

/**
 * An expansion in turned coordinates whose cumulants come from those in the weights themselves, where
 * derivatives of losses with many independent data are sparse: whole tensors of cumulants are found
 * there and turned, one index at a time. A turned derivative by itself would involve every pair of data.
 * @param plain the expansion in the weights
 * @param direct the expansion in the turned coordinates, for means and for tensors too large to turn
 * @param basis the directions of the coordinates in weight space
 */
export function turnedExpansion(
  plain: Expansion,
  direct: Expansion,
  basis: readonly (readonly number[])[],
  indicesOf: (id: number) => readonly number[],
): Expansion {
  const tensors = new Map<string, Float64Array>();
  const p = plain.dimension;
  const q = basis.length;
  const tensorOf = (degrees: readonly number[]): Float64Array => {
    const key = degrees.join();
    let tensor = tensors.get(key);
    if (tensor === undefined) {
      tensor = plainTensor(plain, degrees);
      const total = degrees.reduce((sum, degree) => sum + degree, 0);
      for (let axis = 0; axis < total; axis++) {
        tensor = turnFirst(tensor, basis, p);
      }
      tensors.set(key, tensor);
    }
    return tensor;
  };
  return {
    dimension: direct.dimension,
    order: direct.order,
    loss: direct.loss,
    derivative: (indices) => direct.derivative(indices),
    cumulant(ids) {
      if (ids.length < 2) {
        return direct.cumulant(ids);
      }
      const groups = ids.map(indicesOf).sort((a, b) => a.length - b.length);
      const total = groups.reduce((sum, { length }) => sum + length, 0);
      if (Math.max(p, q) ** total > mostEntries) {
        return direct.cumulant(ids);
      }
      let position = 0;
      for (const group of groups) {
        for (const index of group) {
          position = position * q + index;
        }
      }
      return tensorOf(groups.map(({ length }) => length))[position]!;
    },
  };
}

/** All cumulants of derivatives of these degrees in the weights, the last index fastest. */
function plainTensor(plain: Expansion, degrees: readonly number[]): Float64Array {
  const p = plain.dimension;
  const idsByDegree = degrees.map((degree) =>
    Int32Array.from({ length: p ** degree }, (_, flat) => {
      const indices: number[] = [];
      for (let k = 0, rest = flat; k < degree; k++, rest = Math.floor(rest / p)) {
        indices.push(rest % p);
      }
      return plain.derivative(indices);
    }),
  );
  const size = idsByDegree.reduce((product, { length }) => product * length, 1);
  const tensor = new Float64Array(size);
  const position = degrees.map(() => 0);
  const ids = idsByDegree.map((own) => own[0]!);
  for (let flat = 0; flat < size; flat++) {
    tensor[flat] = plain.cumulant(ids);
    for (let k = degrees.length - 1; k >= 0; k--) {
      position[k]! += 1;
      if (position[k]! === idsByDegree[k]!.length) {
        position[k] = 0;
      }
      ids[k] = idsByDegree[k]![position[k]!]!;
      if (position[k] !== 0) {
        break;
      }
    }
  }
  return tensor;
}

/** Turns the first index and makes it the last. */
function turnFirst(tensor: Float64Array, basis: readonly (readonly number[])[], p: number): Float64Array {
  const rest = tensor.length / p;
  const q = basis.length;
  const turned = new Float64Array(rest * q);
  basis.forEach((direction, mu) => {
    for (let i = 0; i < p; i++) {
      const factor = direction[i]!;
      if (factor === 0) {
        continue;
      }
      const offset = i * rest;
      for (let r = 0; r < rest; r++) {
        turned[r * q + mu]! += factor * tensor[offset + r]!;
      }
    }
  });
  return turned;
}
