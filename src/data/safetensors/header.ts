import * as v from "valibot";
import { count } from "../../shape/index.js";
import { isPacked } from "../gzip/unpack.js";
import { mostAxes } from "../tensors/array.js";
import type { ByteReader } from "../tensors/byte-reader.js";
import { bfloat16, type ElementType, float16, float32, float64 } from "../tensors/elements.js";
import { Fault, quoted } from "../tensors/fault.js";
import { entriesOf, type Shape, shapeText } from "../tensors/shape.js";

/** A tensor of a file. */
export interface StoredTensor {
  readonly name: string;
  /** As the file names its kind of number: `BF16`. */
  readonly dtype: string;
  readonly shape: Shape;
  /** Of its first byte, from the beginning of the file. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** Kinds of number that are read. */
export const types: ReadonlyMap<string, ElementType> = new Map([
  ["F16", float16],
  ["BF16", bfloat16],
  ["F32", float32],
  ["F64", float64],
]);

/** How many bytes a number has, of kinds that other tensors of a file may have. */
const sizes: ReadonlyMap<string, number> = new Map([
  ...[...types].map(([name, { bytes }]): [string, number] => [name, bytes]),
  ...["BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"].map((name): [string, number] => [name, 1]),
  ...["U16", "I16"].map((name): [string, number] => [name, 2]),
  ...["U32", "I32"].map((name): [string, number] => [name, 4]),
  ...["U64", "I64", "C64"].map((name): [string, number] => [name, 8]),
]);

/** In bytes; a file of ten thousand tensors has about one million. */
const longestHeader = 2 ** 22;

/** The length of the header stands in so many bytes. */
const lengthBytes = 8;

const Entry = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(count), v.maxLength(mostAxes)),
  data_offsets: v.tuple([count, count]),
});

/**
 * The tensors of a safetensors file in the order of their bytes: the header's length, a header in JSON, then the tensors one behind
 * the other, of which it is checked that they fill the rest of the file and no two of them share a byte.
 */
export async function takeHeader(bytes: ByteReader): Promise<StoredTensor[]> {
  const count = await bytes.exactly(lengthBytes, "its header");
  const length = Number(new DataView(count.buffer).getBigUint64(0, true));
  // A header of this very length, 559,903 bytes, would not be padded to whole words as all writers do.
  if (isPacked(count)) {
    throw new Fault("it is packed by gzip, and safetensors files are read as they are; unpack it", 0);
  }
  if (length > longestHeader || length < 2) {
    throw new Fault(
      `it is no safetensors file, or its header is too long: it has ${length} bytes, and 2 to ${longestHeader} are read`,
      0,
    );
  }
  const text = await bytes.exactly(length, "its header");
  const tensors = tensorsOf(text, lengthBytes + length);
  let end = lengthBytes + length;
  for (const { name, offset, length } of tensors) {
    if (offset !== end) {
      const problem = offset < end ? "shares bytes with another one" : "leaves bytes before it to no tensor";
      throw new Fault(`the tensor ${quoted(name)} ${problem}`, Math.min(offset, end));
    }
    end += length;
  }
  bytes.expect(end);
  return tensors;
}

/** @param start of the tensors' bytes. */
function tensorsOf(text: Uint8Array, start: number): StoredTensor[] {
  const { __metadata__: _, ...entries } = parsed(text);
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { success, output } = v.safeParse(Entry, entry);
    if (!success) {
      throw new Fault(
        `the header does not say of ${quoted(name)} its dtype, its shape and where its bytes begin and end`,
        lengthBytes,
      );
    }
    const { dtype, shape, data_offsets } = output;
    const [begin, end] = data_offsets;
    const size = sizes.get(dtype);
    if (size !== undefined ? size * entriesOf(shape) !== end - begin : end < begin) {
      throw new Fault(
        `the tensor ${quoted(name)} is ${shapeText(shape)} of ${quoted(dtype)}, and by the header it has ${end - begin} bytes`,
        lengthBytes,
      );
    }
    return { name, dtype, shape, offset: start + begin, length: end - begin };
  });
  return tensors.sort((one, other) => one.offset - other.offset || one.length - other.length);
}

function parsed(text: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch {
    throw new Fault("it is no safetensors file: its header is no JSON in UTF-8", lengthBytes);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new Fault("it is no safetensors file: its header is no JSON object", lengthBytes);
  }
  return header as Record<string, unknown>;
}
