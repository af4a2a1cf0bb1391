import { doubleOfBits } from "../../compile/double-bits.js";
import { calledFunctions, type Instruction, type Program } from "../../compile/program.js";
import { elementaryName, takesAngle } from "./library.js";
import { literal } from "./numbers.js";

/** A program as statements of the shader language. */
export interface ProgramText {
  readonly statements: readonly string[];
  /** An expression for each output. */
  readonly outputs: readonly string[];
  /** Functions of the library that it calls. */
  readonly calls: readonly string[];
}

/** About how many operations of arithmetic an elementary function is worth where code must not grow. */
const callSize = 25;

/** How much code a program is, in operations of arithmetic. */
export function sizeOf({ instructions }: Program): number {
  return instructions.reduce((size, { op }) => size + (op === "call" ? callSize : 1), 0);
}

/**
 * @param inputs an expression for each input.
 * @param prefix distinguishes the names of this program's values from others'.
 */
export function programText(program: Program, inputs: readonly string[], prefix: string): ProgramText {
  const statements: string[] = [];
  const calls = new Set<string>();
  const names: string[] = [];
  const angles = new Set<number>();
  program.instructions.forEach((instruction, value) => {
    const { op, a, index, high, low } = instruction;
    if (op === "input") {
      names.push(inputs[index]!);
    } else if (op === "constant") {
      names.push(literal(doubleOfBits(high, low)));
    } else {
      let operands = names;
      if (op === "call") {
        const name = calledFunctions[index]!;
        calls.add(name);
        if (takesAngle(name)) {
          // The sine, cosine and tangent of a value share what is costly.
          const angle = `${prefix}angle${a}`;
          if (!angles.has(a)) {
            statements.push(`let ${angle} = reduce_angle(${names[a]!});`);
          }
          angles.add(a);
          operands = names.with(a, angle);
        }
      }
      const name = `${prefix}${value}`;
      statements.push(`let ${name} = ${expression(instruction, operands)};`);
      names.push(name);
    }
  });
  return { statements, outputs: program.outputs.map((output) => names[output]!), calls: [...calls] };
}

function expression({ op, a, b, index }: Instruction, names: readonly string[]): string {
  const x = names[a]!;
  const y = names[b]!;
  switch (op) {
    case "add":
      return `${x} + ${y}`;
    case "subtract":
      return `${x} - ${y}`;
    case "multiply":
      return `${x} * ${y}`;
    case "divide":
      return `${x} / ${y}`;
    case "sqrt":
      return `sqrt(${x})`;
    case "absolute":
      return `abs(${x})`;
    case "negate":
      return `-(${x})`;
    case "call":
      return `${elementaryName(calledFunctions[index]!)}(${x})`;
    default:
      throw new RangeError(`${op} has no place in a program with calls`);
  }
}
