import { elementaryValue } from "../landscape/index.js";
import { doubleOfBits } from "./double-bits.js";
import { multiplyAdd } from "./multiply-add.js";
import { calledFunctions, gatherTables, type Instruction, type Program, patchFunctions } from "./program.js";
import { lookupTable } from "./tables.js";

/** Carries out a program on several lanes: the meaning of each instruction, in plain JavaScript. */
export class Interpreter {
  private readonly lanes: number;
  private readonly program: Program;
  private readonly registers: Float64Array[] = [];
  private readonly words: Uint32Array[] = [];
  private readonly inputs: (Float64Array | undefined)[];
  /** What must be redone at each run: everything but constants. */
  private readonly steps: readonly number[];

  constructor(program: Program, lanes: number) {
    this.program = program;
    this.lanes = lanes;
    this.inputs = new Array<Float64Array | undefined>(program.inputs).fill(undefined);
    const steps: number[] = [];
    program.instructions.forEach((instruction, value) => {
      const register = new Float64Array(lanes);
      this.registers.push(register);
      this.words.push(new Uint32Array(register.buffer));
      if (instruction.op === "constant") {
        register.fill(doubleOfBits(instruction.high, instruction.low));
      } else if (instruction.op === "input") {
        this.inputs[instruction.index] = register;
      } else {
        steps.push(value);
      }
    });
    this.steps = steps;
  }

  /** The lanes of an input, to be written before a run; undefined when the program does not use it. */
  input(index: number): Float64Array | undefined {
    return this.inputs[index];
  }

  /** One instruction an output. */
  get outputs(): readonly number[] {
    return this.program.outputs;
  }

  /** The lanes of an output, valid until the next run. */
  output(index: number): Float64Array {
    return this.registers[this.program.outputs[index]!]!;
  }

  run(): void {
    for (const value of this.steps) {
      this.step(this.program.instructions[value]!, value);
    }
  }

  private step({ op, a, b, c, index }: Instruction, value: number): void {
    const lanes = this.lanes;
    const result = this.registers[value]!;
    const x = this.registers[a]!;
    const y = this.registers[b]!;
    const out = this.words[value]!;
    const xw = this.words[a]!;
    const yw = this.words[b]!;
    switch (op) {
      case "add":
        for (let i = 0; i < lanes; i++) {
          result[i] = x[i]! + y[i]!;
        }
        return;
      case "subtract":
        for (let i = 0; i < lanes; i++) {
          result[i] = x[i]! - y[i]!;
        }
        return;
      case "multiply":
        for (let i = 0; i < lanes; i++) {
          result[i] = x[i]! * y[i]!;
        }
        return;
      case "divide":
        for (let i = 0; i < lanes; i++) {
          result[i] = x[i]! / y[i]!;
        }
        return;
      case "multiplyAdd": {
        const z = this.registers[c]!;
        for (let i = 0; i < lanes; i++) {
          result[i] = multiplyAdd(x[i]!, y[i]!, z[i]!);
        }
        return;
      }
      case "multiplyFrom": {
        const z = this.registers[c]!;
        for (let i = 0; i < lanes; i++) {
          result[i] = multiplyAdd(-x[i]!, y[i]!, z[i]!);
        }
        return;
      }
      case "sqrt":
        for (let i = 0; i < lanes; i++) {
          result[i] = Math.sqrt(x[i]!);
        }
        return;
      case "absolute":
        for (let i = 0; i < lanes; i++) {
          result[i] = Math.abs(x[i]!);
        }
        return;
      case "negate":
        for (let i = 0; i < lanes; i++) {
          result[i] = -x[i]!;
        }
        return;
      case "less":
        for (let i = 0; i < lanes; i++) {
          out[2 * i] = out[2 * i + 1] = x[i]! < y[i]! ? 0xffffffff : 0;
        }
        return;
      case "lessOrEqual":
        for (let i = 0; i < lanes; i++) {
          out[2 * i] = out[2 * i + 1] = x[i]! <= y[i]! ? 0xffffffff : 0;
        }
        return;
      case "and":
        for (let i = 0; i < 2 * lanes; i++) {
          out[i] = xw[i]! & yw[i]!;
        }
        return;
      case "or":
        for (let i = 0; i < 2 * lanes; i++) {
          out[i] = xw[i]! | yw[i]!;
        }
        return;
      case "xor":
        for (let i = 0; i < 2 * lanes; i++) {
          out[i] = xw[i]! ^ yw[i]!;
        }
        return;
      case "andNot":
        for (let i = 0; i < 2 * lanes; i++) {
          out[i] = xw[i]! & ~yw[i]!;
        }
        return;
      case "integerAdd":
        for (let i = 0; i < 2 * lanes; i += 2) {
          const low = xw[i]! + yw[i]!;
          out[i + 1] = xw[i + 1]! + yw[i + 1]! + (low > 0xffffffff ? 1 : 0);
          out[i] = low;
        }
        return;
      case "integerSubtract":
        for (let i = 0; i < 2 * lanes; i += 2) {
          const low = xw[i]! - yw[i]!;
          out[i + 1] = xw[i + 1]! - yw[i + 1]! - (low < 0 ? 1 : 0);
          out[i] = low;
        }
        return;
      case "shiftLeft":
        for (let i = 0; i < 2 * lanes; i += 2) {
          const low = xw[i]!;
          const high = xw[i + 1]!;
          out[i + 1] = index >= 32 ? low << (index - 32) : (high << index) | (low >>> (32 - index));
          out[i] = index >= 32 ? 0 : low << index;
        }
        return;
      case "shiftRight":
        for (let i = 0; i < 2 * lanes; i += 2) {
          const low = xw[i]!;
          const high = xw[i + 1]!;
          out[i] = index >= 32 ? high >>> (index - 32) : (low >>> index) | (high << (32 - index));
          out[i + 1] = index >= 32 ? 0 : high >>> index;
        }
        return;
      case "select": {
        const zw = this.words[c]!;
        for (let i = 0; i < 2 * lanes; i++) {
          out[i] = (xw[i]! & yw[i]!) | (~xw[i]! & zw[i]!);
        }
        return;
      }
      case "patch": {
        const apply = Math[patchFunctions[index]!];
        const argument = this.registers[c]!;
        for (let i = 0; i < lanes; i++) {
          result[i] = xw[2 * i] !== 0 ? apply(argument[i]!) : y[i]!;
        }
        return;
      }
      case "gather": {
        const { table, first } = gatherTables[index]!;
        const values = lookupTable(table);
        for (let i = 0; i < lanes; i++) {
          result[i] = values[first + (xw[2 * i]! >>> 3)]!;
        }
        return;
      }
      case "call": {
        const name = calledFunctions[index]!;
        for (let i = 0; i < lanes; i++) {
          result[i] = elementaryValue(name, x[i]!);
        }
        return;
      }
      case "input":
      case "constant":
        return;
    }
  }
}
