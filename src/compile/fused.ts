import type { Instruction, Program } from "./program.js";

/** A module whose function `f(a, b, c)` is one lane of f64x2.relaxed_madd. */
const probe = Uint8Array.from(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 8, 1, 0x60, 3, 0x7c, 0x7c, 0x7c, 1, 0x7c],
    [3, 2, 1, 0],
    [7, 5, 1, 1, 0x66, 0, 0],
    [10, 0x16, 1, 0x14, 0],
    [0x20, 0, 0xfd, 0x14, 0x20, 1, 0xfd, 0x14, 0x20, 2, 0xfd, 0x14],
    [0xfd, 0x87, 2, 0xfd, 0x21, 0, 0x0b],
  ].flat(),
);

let fuses: boolean | undefined;

/** Whether WebAssembly has the instruction for a product and a sum here, whatever the processor makes of it. */
export function hasFusedInstruction(): boolean {
  return WebAssembly.validate(probe);
}

/**
 * Whether this machine rounds a product and a sum at once. WebAssembly has an instruction for it that does so where
 * the processor can (all since about 2013) and rounds twice where it cannot; there, programs are not fused at all.
 */
export function machineFuses(): boolean {
  fuses ??= (() => {
    if (!hasFusedInstruction()) {
      return false;
    }
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(probe));
    const small = 2 ** -30;
    return (exports.f as (a: number, b: number, c: number) => number)(1 + small, 1 - small, -1) !== 0;
  })();
  return fuses;
}

/** By which rule results of this machine are rounded: those of one rule have the same bits. */
export function machineRounding(): "once" | "twice" {
  return machineFuses() ? "once" : "twice";
}

/**
 * Joins products with the sums they go into, where nothing else uses them: one instruction instead of two, rounded
 * once instead of twice. Operands keep their order, so that a program has one fused form.
 */
export function fuseProducts({ instructions, outputs, inputs }: Program): Program {
  const uses = new Array<number>(instructions.length).fill(0);
  for (const value of outputs) {
    uses[value]!++;
  }
  for (const { a, b, c } of instructions) {
    for (const operand of [a, b, c]) {
      if (operand >= 0) {
        uses[operand]!++;
      }
    }
  }
  const joins = (value: number) => instructions[value]!.op === "multiply" && uses[value] === 1;
  const joined = new Set<number>();
  const fused = instructions.map((instruction): Instruction => {
    const { op, a, b } = instruction;
    const product = (op === "add" || op === "subtract") && joins(b) ? b : op === "add" && joins(a) ? a : -1;
    if (product < 0) {
      return instruction;
    }
    joined.add(product);
    const factors = instructions[product]!;
    return {
      ...instruction,
      op: op === "add" ? "multiplyAdd" : "multiplyFrom",
      a: factors.a,
      b: factors.b,
      c: product === b ? a : b,
    };
  });
  const places = new Map<number, number>([[-1, -1]]);
  const kept: Instruction[] = [];
  fused.forEach((instruction, value) => {
    if (joined.has(value)) {
      return;
    }
    places.set(value, kept.length);
    const [a, b, c] = [instruction.a, instruction.b, instruction.c].map((operand) => places.get(operand)!);
    kept.push({ ...instruction, a: a!, b: b!, c: c! });
  });
  return { instructions: kept, outputs: outputs.map((output) => places.get(output)!), inputs };
}
