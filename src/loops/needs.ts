import {
  operandsOf,
  type TensorInstruction,
  type TensorProgram,
  type TensorValue,
} from "../tensors/index.js";
import { scaling, type Views } from "./views.js";

/** What is worked out entry by entry, so that it may be worked out where it is used. */
export function isEntrywise(program: TensorProgram, instruction: TensorInstruction): boolean {
  switch (instruction.op) {
    case "add":
    case "power":
    case "call":
      return true;
    case "multiply":
    case "divide":
      return scaling(program, instruction) === undefined;
    default:
      return false;
  }
}

/** About how many operations an entry takes that are worth keeping rather than doing again. */
const mostAgain = 4;
/** Operations of one loop's body, about, so that code stays small. */
const mostOfBody = 400;
const costOf: Readonly<Record<string, number>> = { call: 25, power: 30, divide: 5 };

/** Which tensors of a program are worked out to buffers of their own, by loops, and how often each is read. */
export interface Needs {
  readonly isBuffer: readonly boolean[];
  /** Of a tensor that is a buffer: how many read it, through whatever places and scales; outputs among them. */
  readonly readers: readonly number[];
}

export function needsOf(program: TensorProgram, views: Views): Needs {
  const { instructions, outputs } = program;
  const isBuffer = new Array<boolean>(instructions.length).fill(false);
  const readers = new Array<number>(instructions.length).fill(0);
  const inline = new Array<number>(instructions.length).fill(0);
  const need = (value: TensorValue) => {
    const { of } = views.of(value);
    isBuffer[of] = true;
    readers[of]!++;
  };
  instructions.forEach((instruction) => {
    if (isEntrywise(program, instruction)) {
      for (const operand of operandsOf(instruction)) {
        const { of, entries } = views.of(operand);
        const made = instructions[of]!;
        if (made.op === "constant") {
          continue;
        }
        readers[of]!++;
        if (entries === undefined && isEntrywise(program, made)) {
          inline[of]!++;
        } else {
          isBuffer[of] = true;
        }
      }
    } else if (["matmul", "sum", "logsumexp", "oneHot"].includes(instruction.op)) {
      operandsOf(instruction).forEach(need);
    }
  });
  outputs.forEach(need);
  keepTogether(program, views, isBuffer);
  keepDear(program, views, isBuffer, inline);
  return { isBuffer, readers };
}

/** Functions of one tensor have much in common, and are worked out in one loop. */
function keepTogether(program: TensorProgram, views: Views, isBuffer: boolean[]): void {
  const calls = new Map<string, TensorValue[]>();
  program.instructions.forEach((instruction, value) => {
    if (instruction.op === "call") {
      const key = keyOfCall(views, instruction.a);
      calls.set(key, [...(calls.get(key) ?? []), value]);
    }
  });
  for (const together of calls.values()) {
    if (together.length > 1) {
      for (const value of together) {
        isBuffer[value] = true;
      }
    }
  }
}

/** Calls with the same key are of one tensor. */
export function keyOfCall(views: Views, operand: TensorValue): string {
  const { of, entries, factor } = views.of(operand);
  return entries === undefined ? `${of} ${factor}` : `view ${operand}`;
}

/** What is dear and needed twice is worked out once, and what has grown long is worked out before it grows longer. */
function keepDear(
  program: TensorProgram,
  views: Views,
  isBuffer: boolean[],
  inline: readonly number[],
): void {
  const cost = new Array<number>(program.instructions.length).fill(0);
  program.instructions.forEach((instruction, value) => {
    if (!isEntrywise(program, instruction)) {
      return;
    }
    cost[value] = operandsOf(instruction).reduce((sum, operand) => {
      const { of, entries } = views.of(operand);
      return sum + (entries === undefined && !isBuffer[of] ? cost[of]! : 0);
    }, costOf[instruction.op] ?? 1);
    if (cost[value] > mostOfBody || (inline[value]! > 1 && cost[value] > mostAgain)) {
      isBuffer[value] = true;
    }
  });
}
