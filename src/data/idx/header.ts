import type { ArrayLayout } from "../tensors/array.js";
import type { ByteReader } from "../tensors/byte-reader.js";
import { type ElementType, float32, float64, int8, int16, int32, uint8 } from "../tensors/elements.js";
import { Fault, hexadecimal } from "../tensors/fault.js";
import { entriesOf } from "../tensors/shape.js";

/** Codes of the kinds of number, as the format has them. */
const types: ReadonlyMap<number, ElementType> = new Map([
  [0x08, uint8],
  [0x09, int8],
  [0x0b, int16],
  [0x0c, int32],
  [0x0d, float32],
  [0x0e, float64],
]);

/** Where the lengths of the axes begin. */
export const shapeOffset = 4;

/**
 * The header of an IDX file: two bytes of zero, the kind of number, the number of axes, and for each its length in four bytes, the
 * highest first, as are all its numbers.
 */
export async function takeHeader(bytes: ByteReader): Promise<ArrayLayout> {
  const magic = await bytes.exactly(shapeOffset, "its header");
  const [first, second, code, axes] = magic;
  if (first !== 0 || second !== 0) {
    throw new Fault(`it is no IDX file: it begins with ${hexadecimal(magic)}, not with 00 00`, 0);
  }
  const type = types.get(code!);
  if (type === undefined) {
    throw new Fault(
      `it is no IDX file: ${hexadecimal(magic.subarray(2, 3))} is none of its kinds of number`,
      2,
    );
  }
  if (axes === 0) {
    throw new Fault("it has no axis, and rows are asked for", 3);
  }
  const lengths = await bytes.exactly(4 * axes!, "its header");
  const view = new DataView(lengths.buffer);
  const shape = Array.from({ length: axes! }, (_, axis) => view.getUint32(4 * axis));
  if (!Number.isSafeInteger(8 * entriesOf(shape))) {
    throw new Fault("its axes are too long for any file", shapeOffset);
  }
  return { type, lowestFirst: false, shape, isFortran: false };
}
