import { type ArrayLayout, mostAxes } from "../tensors/array.js";
import type { ByteReader } from "../tensors/byte-reader.js";
import * as elements from "../tensors/elements.js";
import { Fault, hexadecimal, quoted } from "../tensors/fault.js";
import { entriesOf } from "../tensors/shape.js";

const { bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64 } =
  elements;

/** Kinds of number by their codes in NumPy, without the order of bytes. */
const types: ReadonlyMap<string, elements.ElementType> = new Map([
  ["b1", bool],
  ["u1", uint8],
  ["i1", int8],
  ["u2", uint16],
  ["i2", int16],
  ["u4", uint32],
  ["i4", int32],
  ["u8", uint64],
  ["i8", int64],
  ["f2", float16],
  ["f4", float32],
  ["f8", float64],
]);

/** What other codes stand for, by their letter. */
const others: Readonly<Record<string, string>> = {
  c: "complex numbers",
  O: "objects of Python",
  S: "texts",
  U: "texts",
  V: "records",
  M: "times",
  m: "times",
  f: "numbers of extended precision",
};

export const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/** As in NumPy, which writes headers of some 118 bytes. */
const longestHeader = 10_000;

/** Where the text of the header begins in version 1, and in those after it. */
const textOffset = [10, 12] as const;

/** The header of an NPY file of version 1.0, 2.0 or 3.0: where it begins, so many bytes of text, and what it says. */
export async function takeHeader(bytes: ByteReader): Promise<ArrayLayout & { readonly offset: number }> {
  const begin = await bytes.upTo(magic.length);
  if (magic.some((byte, at) => begin[at] !== byte)) {
    throw new Fault(
      begin[0] === 0x50 && begin[1] === 0x4b
        ? "it is an archive of arrays (NPZ); save the one array with numpy.save"
        : `it is no NPY file: it begins with ${hexadecimal(begin) || "nothing"}, not with \\x93NUMPY`,
      0,
    );
  }
  const [major, minor] = await bytes.exactly(2, "its header");
  if (major! < 1 || major! > 3 || minor !== 0) {
    throw new Fault(`it is of version ${major}.${minor} of NPY; versions 1.0, 2.0 and 3.0 are read`, 6);
  }
  const isShort = major === 1;
  const count = await bytes.exactly(isShort ? 2 : 4, "its header");
  const view = new DataView(count.buffer);
  const length = isShort ? view.getUint16(0, true) : view.getUint32(0, true);
  if (length > longestHeader) {
    throw new Fault(`its header has ${length} bytes; up to ${longestHeader} are read`, 8);
  }
  const offset = textOffset[isShort ? 0 : 1];
  const text = String.fromCharCode(...(await bytes.exactly(length, "its header")));
  return { ...layoutOf(text, offset), offset };
}

/**
 * What the text of a header says: a dictionary of Python's with three entries, of which nothing is ever evaluated.
 * @param offset of the text in the file.
 */
export function layoutOf(text: string, offset: number): ArrayLayout {
  const entries = new HeaderText(text, offset).dictionary();
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => {
    const entry = entries.get(key);
    if (entry === undefined) {
      throw new Fault(`its header has no ${quoted(key)}`, offset);
    }
    return entry;
  });
  const wrong = (entry: Entry, what: string) =>
    new Fault(`${quoted(entry.key)} in its header ${what}`, entry.offset);
  if (entries.size > 3) {
    const more = [...entries.keys()].find((key) => !["descr", "fortran_order", "shape"].includes(key))!;
    throw wrong(entries.get(more)!, "is none of the three that belong there");
  }
  if (typeof descr!.value !== "string") {
    throw wrong(descr!, "is no kind of number; save an array of numbers");
  }
  if (typeof order!.value !== "boolean") {
    throw wrong(order!, "is neither True nor False");
  }
  if (typeof shape!.value !== "object") {
    throw wrong(shape!, "is no tuple of whole numbers");
  }
  if (shape!.value.length > mostAxes) {
    throw wrong(shape!, `has ${shape!.value.length} axes; up to ${mostAxes} are read`);
  }
  const [sign, code] = [descr!.value.slice(0, 1), descr!.value.slice(1)];
  const type = types.get(code);
  if (type === undefined || !(type.bytes === 1 ? "|<>" : "<>").includes(sign) || sign === "") {
    const what = others[code.slice(0, 1)];
    const meaning = what === undefined || type !== undefined ? "" : ` (${what})`;
    throw wrong(
      descr!,
      `is ${quoted(descr!.value)}${meaning}; whole numbers, truth values and floating point of up to 64 bits are read`,
    );
  }
  if (!Number.isSafeInteger(8 * entriesOf(shape!.value))) {
    throw wrong(shape!, "is too large for any file");
  }
  return {
    type,
    lowestFirst: sign === "<",
    shape: shape!.value,
    isFortran: order!.value && shape!.value.length > 1,
  };
}

interface Entry {
  readonly key: string;
  readonly value: string | boolean | readonly number[];
  /** In the file. */
  readonly offset: number;
}

/** Reads the little of Python's notation that headers are made of. */
class HeaderText {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly offset: number,
  ) {}

  dictionary(): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    this.expect(/\{/y, "does not begin with {");
    while (this.take(/\}/y) === undefined) {
      const offset = this.offset + this.at;
      const key = this.string();
      if (key === undefined || entries.has(key)) {
        throw this.fault(key === undefined ? "has no name in quotes here" : `has ${quoted(key)} twice`);
      }
      this.expect(/:/y, "has no : here");
      entries.set(key, { key, value: this.value(), offset });
      if (this.take(/,/y) === undefined) {
        this.expect(/\}/y, "has neither , nor } here");
        break;
      }
    }
    this.expect(/$/y, "goes on behind its }");
    return entries;
  }

  /** A text, a truth value or a tuple of whole numbers. */
  private value(): Entry["value"] {
    const text = this.string();
    if (text !== undefined) {
      return text;
    }
    const truth = this.take(/(?:True|False)\b/y);
    if (truth !== undefined) {
      return truth === "True";
    }
    if (this.take(/\[/y) !== undefined) {
      throw this.fault("describes records here; save an array of numbers");
    }
    this.expect(/\(/y, "has nothing here that belongs there");
    const lengths: number[] = [];
    while (this.take(/\)/y) === undefined) {
      const digits = this.take(/\d{1,16}L?(?![\dL])/y);
      if (digits === undefined) {
        throw this.fault("has no whole number of up to 16 digits here");
      }
      lengths.push(Number.parseInt(digits, 10));
      if (this.take(/,/y) === undefined) {
        if (lengths.length === 1) {
          throw this.fault("has no , here");
        }
        this.expect(/\)/y, "has neither , nor ) here");
        break;
      }
    }
    return lengths;
  }

  private string(): string | undefined {
    return this.take(/'[^'"\\\n]*'|"[^'"\\\n]*"/y)?.slice(1, -1);
  }

  private expect(pattern: RegExp, problem: string): void {
    if (this.take(pattern) === undefined) {
      throw this.fault(problem);
    }
  }

  /** What stands here, behind spaces. @param pattern sticky. */
  private take(pattern: RegExp): string | undefined {
    while (" \n\t".includes(this.text[this.at] ?? "-")) {
      this.at++;
    }
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private fault(problem: string): Fault {
    return new Fault(`its header ${problem}`, this.offset + this.at);
  }
}
