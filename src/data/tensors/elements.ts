import { Fault } from "./fault.js";

/** Numbers of a column or tensor, in an array as narrow as they allow. */
export type Entries =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

export interface EntriesConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Entries;
}

/** A kind of number in files. */
export interface ElementType {
  /** For people: `float16`. */
  readonly name: string;
  readonly bytes: number;
  /** What holds each of its numbers; of whole numbers of 64 bits those that are exact. */
  readonly array: EntriesConstructor;
  /** Whether it holds nothing but whole numbers. */
  readonly isWhole: boolean;
  /**
   * Its numbers from bytes, the lowest first.
   * @param bytes of whole numbers of elements, at the beginning of their buffer; they may be used up.
   * @throws Fault with the place among the bytes.
   */
  decode(bytes: Uint8Array): Entries;
}

type Viewing<Array_> = new (buffer: ArrayBufferLike, offset: number, length: number) => Array_;

function viewed<Array_>(view: Viewing<Array_>, size: number, bytes: Uint8Array): Array_ {
  return new view(bytes.buffer, bytes.byteOffset, bytes.length / size);
}

function plain(name: string, array: EntriesConstructor): ElementType {
  const bytes = array.BYTES_PER_ELEMENT;
  const view = array as unknown as Viewing<Entries>;
  return {
    name,
    bytes,
    array,
    isWhole: !name.startsWith("float"),
    decode: (given) => viewed(view, bytes, given),
  };
}

/** Whole numbers of 64 bits, as far as doubles hold them. */
function long(name: string, view: Viewing<BigInt64Array | BigUint64Array>): ElementType {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return {
    name,
    bytes: 8,
    array: Float64Array,
    isWhole: true,
    decode(given) {
      const exact = viewed(view, 8, given);
      const entries = new Float64Array(exact.length);
      for (let at = 0; at < exact.length; at++) {
        const value = exact[at]!;
        if (value > most || value < -most) {
          throw new Fault(`${value} is beyond the whole numbers that double precision holds`, 8 * at);
        }
        entries[at] = Number(value);
      }
      return entries;
    },
  };
}

/** Of 16 bits, by way of single precision, which holds them all. */
function half(name: string, single: (bits: number) => number): ElementType {
  // What each pattern of bits means, made when it is first asked for.
  let meanings: Float32Array | undefined;
  return {
    name,
    bytes: 2,
    array: Float32Array,
    isWhole: false,
    decode(given) {
      meanings ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => single(bits));
      const halves = viewed(Uint16Array, 2, given);
      const entries = new Float32Array(halves.length);
      for (let at = 0; at < halves.length; at++) {
        entries[at] = meanings[halves[at]!]!;
      }
      return entries;
    },
  };
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of the fraction. */
function float16Of(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return exponent === 0 ? (sign * fraction) / 2 ** 24 : (sign * (1024 + fraction) * 2 ** exponent) / 2 ** 25;
}

const bits = new DataView(new ArrayBuffer(4));

/** The upper half of single precision. */
function bfloat16Of(upper: number): number {
  bits.setUint16(0, upper);
  return bits.getFloat32(0);
}

export const bool: ElementType = {
  name: "bool",
  bytes: 1,
  array: Uint8Array,
  isWhole: true,
  decode(given) {
    const wrong = given.findIndex((byte) => byte > 1);
    if (wrong >= 0) {
      throw new Fault(`${given[wrong]} is no truth value, which is 0 or 1`, wrong);
    }
    return given;
  },
};
export const uint8 = plain("uint8", Uint8Array);
export const int8 = plain("int8", Int8Array);
export const uint16 = plain("uint16", Uint16Array);
export const int16 = plain("int16", Int16Array);
export const uint32 = plain("uint32", Uint32Array);
export const int32 = plain("int32", Int32Array);
export const uint64 = long("uint64", BigUint64Array);
export const int64 = long("int64", BigInt64Array);
export const float16 = half("float16", float16Of);
export const bfloat16 = half("bfloat16", bfloat16Of);
export const float32 = plain("float32", Float32Array);
export const float64 = plain("float64", Float64Array);

const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Turns elements of bytes in another order than this machine's, in their place. */
export function inOrder(bytes: Uint8Array, size: number, lowestFirst: boolean): Uint8Array {
  if (lowestFirst !== isLittle && size > 1) {
    const elements = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (size === 2) {
      elements.swap16();
    } else if (size === 4) {
      elements.swap32();
    } else {
      elements.swap64();
    }
  }
  return bytes;
}

const whole = [
  [Int8Array, -(2 ** 7), 2 ** 7 - 1],
  [Uint8Array, 0, 2 ** 8 - 1],
  [Int16Array, -(2 ** 15), 2 ** 15 - 1],
  [Uint16Array, 0, 2 ** 16 - 1],
  [Int32Array, -(2 ** 31), 2 ** 31 - 1],
  [Uint32Array, 0, 2 ** 32 - 1],
] as const;

/** Whole numbers in the narrowest array that holds them. */
export function narrowed(entries: Float64Array, minimum: number, maximum: number): Entries {
  const kind = whole.find(([, least, most]) => minimum >= least && maximum <= most);
  return kind === undefined ? entries : kind[0].from(entries);
}
