import type { TensorProgram } from "./instruction.js";
import { sizeOf } from "./shapes.js";

/** About how many operations of arithmetic a program is; elementary functions count ten. */
export function arithmeticOperations({ instructions }: TensorProgram): number {
  return instructions.reduce((total, instruction) => {
    const size = sizeOf(instruction.shape);
    switch (instruction.op) {
      case "input":
      case "constant":
      case "reshape":
        return total;
      case "call":
      case "logsumexp":
        return total + 10 * size;
      case "sum":
        return total + sizeOf(instructions[instruction.a]!.shape);
      case "matmul":
        return total + 2 * size * instructions[instruction.a]!.shape.at(instruction.transposeA ? -2 : -1)!;
      default:
        return total + size;
    }
  }, 0);
}
