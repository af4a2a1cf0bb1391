import { sizeOf, type TensorInstruction } from "../tensors/index.js";

/** Of each entry of a tensor in which entry of a sum over a gathering of it it is; nothing where it is in several, or in none. */
export function scatterOf(
  { axis }: Extract<TensorInstruction, { op: "sum" }>,
  gathered: TensorInstruction,
  entries: Int32Array,
  size: number,
): Int32Array | undefined {
  const inner = sizeOf(gathered.shape.slice(axis + 1));
  const length = gathered.shape[axis]!;
  const places = new Int32Array(size).fill(-1);
  for (const [place, entry] of entries.entries()) {
    if (entry >= 0) {
      if (places[entry]! >= 0) {
        return undefined;
      }
      places[entry] = Math.floor(place / (inner * length)) * inner + (place % inner);
    }
  }
  return places.includes(-1) ? undefined : places;
}
