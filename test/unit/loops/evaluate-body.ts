import type { Body, BodyInstruction, BodyValue } from "../../../src/loops/index.js";

/** How `a·b + c` is rounded: once, or the product and the sum each, as machines do that have no instruction for it. */
export type Rounding = "once" | "twice";

const double = new Float64Array(1);
const doubleBits = new BigUint64Array(double.buffer);

/**
 * `a·b + c` of numbers of single precision, rounded once. The product is exact in double precision; the sum is rounded there to
 * an odd last bit where it is not exact, so that rounding it to single precision is as if it were the first.
 */
export function fusedSingle(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const back = sum - product;
  const error = product - (sum - back) + (c - back);
  if (error !== 0 && Number.isFinite(error)) {
    double[0] = sum;
    const bits = doubleBits[0]!;
    if ((bits & 1n) === 0n) {
      doubleBits[0] = error > 0 === sum > 0 ? bits + 1n : bits - 1n;
    }
    return Math.fround(double[0]);
  }
  return Math.fround(sum);
}

function nearestWhole(x: number): number {
  if (!(Math.abs(x) < 2 ** 23)) {
    return x;
  }
  const low = Math.floor(x);
  const whole = x - low === 0.5 ? low + Math.abs(low % 2) : Math.round(x);
  return whole === 0 && (x < 0 || Object.is(x, -0)) ? -0 : whole;
}

type OfNumbers = (a: number, b: number, c: number) => number;

/** Operations on numbers; what they give is rounded to single precision. */
const ofNumbers: Partial<Record<BodyInstruction["op"], OfNumbers>> = {
  root: (a) => Math.sqrt(a),
  nearest: nearestWhole,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  larger: (a, b) => (a < b ? b : a),
  smaller: (a, b) => (b < a ? b : a),
};

/** Operations on numbers that give masks. */
const masks: Partial<Record<BodyInstruction["op"], (a: number, b: number) => boolean>> = {
  less: (a, b) => a < b,
  atMost: (a, b) => a <= b,
  equal: (a, b) => a === b,
};

/** Operations on bits; the last is by how many to shift. */
const ofWords: Partial<
  Record<BodyInstruction["op"], (a: number, b: number, c: number, by: number) => number>
> = {
  absolute: (a) => a & 0x7fffffff,
  negate: (a) => a ^ 0x80000000,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  addWords: (a, b) => a + b,
  subtractWords: (a, b) => a - b,
  select: (a, b, c) => (b & a) | (c & ~a),
  shiftLeft: (a, _b, _c, by) => a << by,
  shiftRight: (a, _b, _c, by) => a >>> by,
  shiftRightSigned: (a, _b, _c, by) => a >> by,
};

/** The values of a body's result in lanes of their own, each instruction as its description says. */
export function evaluateBody(
  body: Body,
  result: BodyValue,
  sources: readonly Float32Array[],
  rounding: Rounding = "once",
): Float32Array {
  const lanes = sources[0]!.length;
  const numbers: Float32Array[] = [];
  const words: Uint32Array[] = [];
  const fused: OfNumbers =
    rounding === "once" ? fusedSingle : (a, b, c) => Math.fround(Math.fround(a * b) + c);
  for (const instruction of body.instructions.slice(0, result + 1)) {
    const out = new Float32Array(lanes);
    const bits = new Uint32Array(out.buffer);
    numbers.push(out);
    words.push(bits);
    const { op } = instruction;
    if (op === "load") {
      out.set(sources[instruction.source]!);
    } else if (op === "constant") {
      out.fill(instruction.value);
    } else if (op === "word") {
      bits.fill(instruction.word);
    } else if (op === "fromWord") {
      out.set(new Int32Array(words[instruction.a]!.buffer));
    } else {
      const { a, b = a, c = a, bits: by = 0 } = instruction as Operands;
      const apply = ofNumbers[op] ?? (op === "fused" ? fused : undefined);
      const compare = masks[op];
      const onWords = ofWords[op];
      for (let lane = 0; lane < lanes; lane++) {
        const [x, y, z] = [numbers[a]![lane]!, numbers[b]![lane]!, numbers[c]![lane]!];
        if (onWords !== undefined) {
          bits[lane] = onWords(words[a]![lane]!, words[b]![lane]!, words[c]![lane]!, by);
        } else if (compare !== undefined) {
          bits[lane] = compare(x, y) ? 0xffffffff : 0;
        } else {
          out[lane] = apply === undefined ? fused(-x, y, z) : apply(x, y, z);
        }
      }
    }
  }
  return numbers[result]!;
}

interface Operands {
  readonly a: BodyValue;
  readonly b?: BodyValue;
  readonly c?: BodyValue;
  /** By how many to shift. */
  readonly bits?: number;
}
