import type { WeightTensor } from "../landscape/landscape.js";

/**
 * How a file names weights, in order: the entries of a whole tensor by its name, those of a part of it by the part's (`A[1]`), others
 * one by one.
 * @param tensors whose entries the weights are, one after the other, row-major; absent where they are none.
 */
export function namesOfWeights(
  chosen: readonly number[],
  weights: readonly { readonly name: string }[],
  tensors: readonly WeightTensor[] = [],
): string[] {
  const parts = partsOf(tensors);
  const names: string[] = [];
  for (let at = 0; at < chosen.length; ) {
    const first = chosen[at]!;
    const part = parts.get(first)?.find(({ size }) => isRun(chosen, at, size));
    names.push(part?.name ?? weights[first]!.name);
    at += part?.size ?? 1;
  }
  return names;
}

interface Part {
  readonly name: string;
  readonly size: number;
}

/** The tensors and their parts by their first weights, the largest first. */
function partsOf(tensors: readonly WeightTensor[]): ReadonlyMap<number, readonly Part[]> {
  const parts = new Map<number, Part[]>();
  let next = 0;
  const collect = (name: (indices: string) => string, shape: readonly number[], indices: string): void => {
    const size = shape.reduce((product, length) => product * length, 1);
    const [length, ...rest] = shape;
    if (length === undefined) {
      next++;
      return;
    }
    const own = parts.get(next) ?? [];
    parts.set(next, own);
    own.push({ name: name(indices), size });
    for (let index = 0; index < length; index++) {
      collect(name, rest, indices === "" ? `${index}` : `${indices}, ${index}`);
    }
  };
  for (const { name, shape } of tensors) {
    collect((indices) => (indices === "" ? name : `${name}[${indices}]`), shape, "");
  }
  return parts;
}

function isRun(chosen: readonly number[], at: number, size: number): boolean {
  for (let index = 1; index < size; index++) {
    if (chosen[at + index] !== chosen[at]! + index) {
      return false;
    }
  }
  return true;
}
