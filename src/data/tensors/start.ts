import { createHash } from "node:crypto";
import { magic, takeHeader as takeNpyHeader } from "../npy/header.js";
import { type StoredTensor, takeHeader as takeTensors, types } from "../safetensors/header.js";
import { type ArrayLayout, readEntries } from "./array.js";
import { type ByteReader, withBytes } from "./byte-reader.js";
import { ColumnBuilder } from "./column.js";
import type { Entries } from "./elements.js";
import { Fault, quoted } from "./fault.js";
import { beginningOf, inPeace, type OpenData, withData } from "./open-file.js";
import { entriesOf, type Shape, shapeText } from "./shape.js";
import { largestData } from "./source.js";

/** An array from a file: `from "file.npy"`, or `from "file.safetensors" "tensor name"`. */
export interface Tensor {
  readonly shape: Shape;
  readonly minimum: number;
  readonly maximum: number;
  /** SHA-256 in hexadecimal of the bytes that were used, unpacked: the header and the array. */
  readonly digest: string;
  /** Another one whenever the file may have other contents. */
  readonly edition: string;
  /** In row-major order, all finite, in the narrowest array that the file's kind of number allows. */
  readonly values: Entries;
}

/** How names of files end that arrays are read from, in small letters. */
export const tensorExtensions: readonly string[] = [".npy", ".npy.gz", ".safetensors"];

/**
 * Reads an array, of an NPY file or of one of safetensors that has it under a name.
 * @throws UnreadableData, with the file and the place.
 */
export async function readTensor(path: string, name?: string): Promise<Tensor> {
  const { column, ...read } = await readFrom(path, name);
  const { minimum, maximum, values } = column.finish();
  return { ...read, minimum, maximum, values };
}

/**
 * The arrays that a safetensors file has, in the order of its bytes.
 * @throws UnreadableData, with the file and the place.
 */
export async function tensorsOf(path: string): Promise<Pick<StoredTensor, "name" | "dtype" | "shape">[]> {
  return inPeace(() =>
    withData(path, (file) => withBytes({ ...file, use: () => undefined }, takeTensors), false),
  );
}

async function readFrom(path: string, name: string | undefined) {
  const isSafe = path.toLowerCase().endsWith(".safetensors");
  // The length of a header of safetensors may look like the mark of gzip.
  const mayBePacked = !isSafe;
  return inPeace(() =>
    withData(path, async (file) => read(file, isSafe && !(await beginsAsNpy(file)), name), mayBePacked),
  );
}

async function beginsAsNpy(file: OpenData): Promise<boolean> {
  const first = await beginningOf(file);
  return magic.every((byte, at) => first[at] === byte);
}

async function read(file: OpenData, isSafe: boolean, name: string | undefined) {
  const hash = createHash("sha256");
  return withBytes({ ...file, use: (bytes) => hash.update(bytes) }, async (bytes) => {
    const layout = isSafe ? await tensorLayout(bytes, name) : await arrayLayout(bytes, name);
    const { shape } = layout;
    if (entriesOf(shape) === 0) {
      throw new Fault(`it holds no number: its shape is ${shapeText(shape)}`, layout.offset);
    }
    const column = new ColumnBuilder({ name: name ?? "", shape }, { left: largestData });
    if (!isSafe) {
      bytes.expect(bytes.position + entriesOf(shape) * layout.type.bytes);
    }
    column.begin(layout.type, 1);
    await readEntries(bytes, layout, column, column.size);
    if (!isSafe) {
      await bytes.end();
    }
    return { shape, column, digest: hash.digest("hex"), edition: file.edition };
  });
}

async function arrayLayout(bytes: ByteReader, name: string | undefined) {
  const layout = await takeNpyHeader(bytes);
  if (name !== undefined) {
    throw new Fault(`it is an NPY file, which holds one array without a name; leave ${quoted(name)} out`, 0);
  }
  return layout;
}

/** Goes to the tensor of a name. */
async function tensorLayout(
  bytes: ByteReader,
  name: string | undefined,
): Promise<ArrayLayout & { readonly offset: number }> {
  const tensors = await takeTensors(bytes);
  const found = tensors.find((tensor) => tensor.name === name);
  if (found === undefined) {
    const what =
      name === undefined ? "write the name of a tensor behind the file" : `has no tensor ${quoted(name)}`;
    throw new Fault(`${what}; ${listOf(tensors)}`);
  }
  const { dtype, offset, shape } = found;
  const type = types.get(dtype);
  if (type === undefined) {
    throw new Fault(
      `the tensor ${quoted(found.name)} is of ${quoted(dtype)}; ${[...types.keys()].join(", ")} are read`,
      offset,
    );
  }
  await bytes.skip(offset - bytes.position);
  return { type, lowestFirst: true, shape, isFortran: false, offset };
}

/** So many names a message holds. */
const mostNames = 10;

function listOf(tensors: readonly StoredTensor[]): string {
  if (tensors.length === 0) {
    return "it has none";
  }
  const names = tensors.slice(0, mostNames).map(({ name }) => quoted(name));
  const more = tensors.length - names.length;
  return `it has ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
