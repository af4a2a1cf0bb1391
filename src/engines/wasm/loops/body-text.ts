import type {
  BinaryOperation,
  BodyInstruction,
  ShiftOperation,
  UnaryOperation,
} from "../../../loops/index.js";
import type { MemoryImage } from "./memory-image.js";

const unary: Readonly<Record<UnaryOperation, string>> = {
  root: "f32x4.sqrt",
  nearest: "f32x4.nearest",
  absolute: "f32x4.abs",
  negate: "f32x4.neg",
  fromWord: "f32x4.convert_i32x4_s",
};

const binary: Readonly<Record<BinaryOperation, string>> = {
  add: "f32x4.add",
  subtract: "f32x4.sub",
  multiply: "f32x4.mul",
  divide: "f32x4.div",
  larger: "f32x4.pmax",
  smaller: "f32x4.pmin",
  less: "f32x4.lt",
  atMost: "f32x4.le",
  equal: "f32x4.eq",
  and: "v128.and",
  or: "v128.or",
  xor: "v128.xor",
  addWords: "i32x4.add",
  subtractWords: "i32x4.sub",
};

const shifts: Readonly<Record<ShiftOperation, string>> = {
  shiftLeft: "i32x4.shl",
  shiftRight: "i32x4.shr_u",
  shiftRightSigned: "i32x4.shr_s",
};

/** A vector at a fixed address. */
export function vectorAt(address: number): string {
  return `(v128.load offset=${address} (i32.const 0))`;
}

/**
 * The statements of a body, a local a value that is not loaded where it is used.
 * @param loads of each source the text that loads it. @param prefix of the locals' names.
 * @returns statements, the text of each value, and how many locals there are.
 */
export function bodyText(
  body: readonly BodyInstruction[],
  loads: readonly string[],
  image: MemoryImage,
  prefix: string,
  fusedText: FusedText,
): {
  readonly statements: readonly string[];
  readonly values: readonly string[];
  readonly locals: readonly string[];
} {
  const values: string[] = [];
  const statements: string[] = [];
  const locals: string[] = [];
  body.forEach((instruction, place) => {
    if (instruction.op === "constant") {
      values.push(vectorAt(image.constant(instruction.value)));
      return;
    }
    if (instruction.op === "word") {
      values.push(vectorAt(image.word(instruction.word)));
      return;
    }
    const local = `${prefix}${place}`;
    locals.push(local);
    statements.push(`(local.set ${local} ${operationText(instruction, values, loads, fusedText)})`);
    values.push(`(local.get ${local})`);
  });
  return { statements, values, locals };
}

function operationText(
  instruction: Exclude<BodyInstruction, { op: "constant" | "word" }>,
  values: readonly string[],
  loads: readonly string[],
  fusedText: FusedText,
): string {
  switch (instruction.op) {
    case "load":
      return loads[instruction.source]!;
    case "fused":
    case "fusedFrom":
      return fusedText(
        instruction.op,
        values[instruction.a]!,
        values[instruction.b]!,
        values[instruction.c]!,
      );
    case "select":
      return `(v128.bitselect ${values[instruction.b]} ${values[instruction.c]} ${values[instruction.a]})`;
    case "shiftLeft":
    case "shiftRight":
    case "shiftRightSigned":
      return `(${shifts[instruction.op]} ${values[instruction.a]} (i32.const ${instruction.bits}))`;
    default:
      return "b" in instruction
        ? `(${binary[instruction.op]} ${values[instruction.a]} ${values[instruction.b]})`
        : `(${unary[instruction.op]} ${values[instruction.a]})`;
  }
}

/** Writes `a·b + c`, or `c − a·b`. */
export type FusedText = (op: "fused" | "fusedFrom", a: string, b: string, c: string) => string;

/** @param fuses whether the machine rounds a product and a sum at once. */
export function fusedTextOf(fuses: boolean): FusedText {
  return (op, a, b, c) => {
    if (fuses) {
      return `(f32x4.${op === "fused" ? "relaxed_madd" : "relaxed_nmadd"} ${a} ${b} ${c})`;
    }
    const product = `(f32x4.mul ${a} ${b})`;
    return op === "fused" ? `(f32x4.add ${product} ${c})` : `(f32x4.sub ${c} ${product})`;
  };
}
