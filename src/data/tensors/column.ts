import { type ElementType, type Entries, narrowed } from "./elements.js";
import { Fault } from "./fault.js";
import { entriesOf, type Shape, shapeText } from "./shape.js";

/** A column that is asked for: an array of one shape in each row. */
export interface AskedColumn {
  readonly name: string;
  /** Of one row; none of a number. */
  readonly shape: Shape;
}

/** A column that was read. */
export interface ReadColumn extends AskedColumn {
  readonly minimum: number;
  readonly maximum: number;
  /** Whether all its entries are whole numbers. */
  readonly isWhole: boolean;
  /** Row by row the entries, the last axis fastest: `rows × shape`, in the narrowest array that the file's kind of number allows. */
  readonly values: Entries;
}

/** How many bytes the numbers of one source of data may still take. */
export interface Room {
  left: number;
}

/** Gathers the entries of a column as they are read. */
export class ColumnBuilder {
  /** How many entries a row has. */
  readonly size: number;
  private minimum = Number.POSITIVE_INFINITY;
  private maximum = Number.NEGATIVE_INFINITY;
  private isWhole = true;
  /** Absent before it has begun. */
  private values: Entries | undefined;
  private type: ElementType | undefined;
  private count = 0;

  constructor(
    readonly asked: AskedColumn,
    private readonly room: Room,
  ) {
    this.size = entriesOf(asked.shape);
  }

  /** How many rows have been appended. */
  get rows(): number {
    return this.count / this.size;
  }

  /**
   * Makes room, before the first entries come.
   * @param rows that come in all.
   * @throws Fault where they are too many.
   */
  begin(type: ElementType, rows: number): void {
    this.reserve(rows, this.size * type.array.BYTES_PER_ELEMENT);
    this.type = type;
    this.values = new type.array(rows * this.size);
  }

  /** Adds entries in row-major order, all of them finite. */
  append(entries: Entries): void {
    this.values!.set(entries, this.count);
    this.note(entries);
    this.count += entries.length;
  }

  /** Adds entries whose places run in strides, all of them finite. */
  place(entries: Entries, places: Float64Array): void {
    const values = this.values!;
    for (let at = 0; at < entries.length; at++) {
      values[places[at]!] = entries[at]!;
    }
    this.note(entries);
    this.count += entries.length;
  }

  /** Takes all entries at once, which are finite, in an array that nobody else has. */
  adopt(entries: Entries): void {
    this.reserve(entries.length / this.size, this.size * entries.BYTES_PER_ELEMENT);
    this.values = entries;
    this.note(entries);
    this.count = entries.length;
  }

  finish(): ReadColumn {
    const { values, minimum, maximum, isWhole } = this;
    const isLong = this.type?.isWhole === true && values instanceof Float64Array;
    return {
      ...this.asked,
      ...{ minimum, maximum, isWhole },
      values: isLong ? narrowed(values, minimum, maximum) : values!,
    };
  }

  private reserve(rows: number, rowBytes: number): void {
    const bytes = rows * rowBytes;
    if (bytes > this.room.left) {
      const [needed, left] = [bytes, this.room.left].map((one) => `${(one / 2 ** 20).toFixed(0)} MiB`);
      const what = this.size === 1 ? "numbers" : shapeText(this.asked.shape);
      const fitting = Math.floor(this.room.left / rowBytes);
      throw new Fault(
        `${rows} rows of ${what} take ${needed}, and there is room for ${left}; ${fitting > 0 ? `take up to ${fitting} rows with \`take\`` : "make the rows smaller"}`,
      );
    }
    this.room.left -= bytes;
  }

  private note(entries: Entries): void {
    let { minimum, maximum } = this;
    for (let at = 0; at < entries.length; at++) {
      const value = entries[at]!;
      if (value < minimum) {
        minimum = value;
      }
      if (value > maximum) {
        maximum = value;
      }
    }
    this.minimum = minimum;
    this.maximum = maximum;
    this.isWhole &&= this.type?.isWhole === true || entries.every(Number.isInteger);
  }
}
