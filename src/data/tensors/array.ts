import type { ByteReader } from "./byte-reader.js";
import type { ColumnBuilder } from "./column.js";
import { type ElementType, type Entries, inOrder } from "./elements.js";
import { Fault } from "./fault.js";
import { entriesOf, isSameShape, placeOf, type Shape, shapeText } from "./shape.js";

/** An array as a file holds it, behind a header. */
export interface ArrayLayout {
  readonly type: ElementType;
  /** Whether of an element's bytes the lowest comes first. */
  readonly lowestFirst: boolean;
  /** With the axis of rows, which is the first. */
  readonly shape: Shape;
  /** Whether the first axis runs fastest, and not the last. */
  readonly isFortran: boolean;
}

/** The most axes that an array has, as in NumPy. */
export const mostAxes = 32;

/**
 * Compares the rows of an array with what is asked for; axes of length 1 may lack on either side.
 * @param offset of the shape in the header.
 * @throws Fault.
 */
export function checkRows({ shape }: ArrayLayout, asked: Shape, offset: number): void {
  const [rows, ...row] = shape;
  if (rows === undefined) {
    throw new Fault("it holds a single number, and rows are asked for", offset);
  }
  if (entriesOf(shape) === 0) {
    throw new Fault(`it holds no number: its shape is ${shapeText(shape)}`, offset);
  }
  if (!isSameShape(row, asked)) {
    const own = row.length === 0 ? "a number" : `of shape ${shapeText(row)}`;
    const other = asked.length === 0 ? "a number" : shapeText(asked);
    throw new Fault(`its rows are ${own} each, and ${other} is asked for`, offset);
  }
}

/**
 * Reads the rows of an array, or as many as are asked for, from a file that ends with it.
 * @param isLabel whether nothing but whole numbers from 0 is one of its entries.
 * @throws Fault where the file is shorter or longer, or an entry is not finite.
 */
export async function readRows(
  bytes: ByteReader,
  layout: ArrayLayout,
  column: ColumnBuilder,
  rows: number,
  isLabel = false,
): Promise<void> {
  const end = bytes.position + entriesOf(layout.shape) * layout.type.bytes;
  bytes.expect(end);
  column.begin(layout.type, rows);
  await readEntries(bytes, layout, column, rows * column.size, isLabel);
  if (bytes.length === undefined) {
    await bytes.skip(end - bytes.position);
    await bytes.end();
  }
}

/**
 * Reads an array's first entries in row-major order.
 * @throws Fault where the file ends before they do, or one is not finite.
 */
export async function readEntries(
  bytes: ByteReader,
  layout: ArrayLayout,
  column: ColumnBuilder,
  taken: number,
  isLabel = false,
): Promise<void> {
  const { type, shape, isFortran } = layout;
  const start = bytes.position;
  const walk = isFortran ? new FortranWalk(shape) : undefined;
  const wanted = isFortran ? entriesOf(shape) : taken;
  let at = 0;
  for await (const block of bytes.blocks(wanted * type.bytes, type.bytes)) {
    const entries = decoded(block, layout, start, at);
    const places = walk?.next(entries.length);
    const wrong = faultIn(entries, type, isLabel, (index) => places === undefined || places[index]! < taken);
    if (wrong !== undefined) {
      const place = places?.[wrong.index] ?? at + wrong.index;
      throw new Fault(
        `entry [${placeOf(place, shape).join(", ")}] ${wrong.problem}`,
        start + (at + wrong.index) * type.bytes,
      );
    }
    if (places === undefined) {
      column.append(entries);
    } else {
      column.place(...within(entries, places, taken));
    }
    at += entries.length;
  }
}

/** @param at how many entries came before. */
function decoded(block: Uint8Array, { type, lowestFirst }: ArrayLayout, start: number, at: number): Entries {
  try {
    return type.decode(inOrder(block, type.bytes, lowestFirst));
  } catch (error) {
    if (error instanceof Fault) {
      throw new Fault(error.message, start + at * type.bytes + error.offset!);
    }
    throw error;
  }
}

function faultIn(
  entries: Entries,
  { isWhole }: ElementType,
  isLabel: boolean,
  isTaken: (index: number) => boolean,
): { readonly index: number; readonly problem: string } | undefined {
  if (isWhole && !isLabel) {
    return undefined;
  }
  for (let index = 0; index < entries.length; index++) {
    const value = entries[index]!;
    const isFine = isLabel ? value >= 0 && Number.isInteger(value) : Number.isFinite(value);
    if (!isFine && isTaken(index)) {
      return {
        index,
        problem: isLabel
          ? `is ${value}, and labels are whole numbers from 0`
          : `is ${Number.isNaN(value) ? "NaN" : value < 0 ? "negative infinity" : "infinity"}, and only finite numbers are data`,
      };
    }
  }
  return undefined;
}

function within(entries: Entries, places: Float64Array, taken: number): [Entries, Float64Array] {
  if (places.every((place) => place < taken)) {
    return [entries, places];
  }
  const isTaken = (_: number, index: number) => places[index]! < taken;
  return [entries.filter(isTaken), places.filter((place) => place < taken)];
}

/** The places in row-major order of entries that come with the first axis fastest. */
class FortranWalk {
  private readonly strides: readonly number[];
  private readonly index: number[];
  private place = 0;

  constructor(private readonly shape: Shape) {
    this.strides = shape.map((_, axis) => entriesOf(shape.slice(axis + 1)));
    this.index = shape.map(() => 0);
  }

  next(count: number): Float64Array {
    const places = new Float64Array(count);
    for (let at = 0; at < count; at++) {
      places[at] = this.place;
      this.advance();
    }
    return places;
  }

  private advance(): void {
    const { shape, strides, index } = this;
    for (let axis = 0; axis < shape.length; axis++) {
      this.place += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) {
        return;
      }
      index[axis] = 0;
      this.place -= shape[axis]! * strides[axis]!;
    }
  }
}
