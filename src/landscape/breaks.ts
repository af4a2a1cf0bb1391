import { children, symbolsOf } from "./build.js";
import { compileExpression } from "./evaluation.js";
import type { Expression } from "./expression.js";

/** Functions that are not smooth where what they are taken of is 0. */
const rough = new Set(["abs", "sqrt", "cbrt", "log", "log2", "log10"]);

/** How many places between two bounds are looked at. */
const places = 512;

/**
 * Where an expression is not smooth in one datum, whatever the weights and the other data: where the operands of roots,
 * logarithms, absolute values and broken powers are 0 or change their sign. Ascending, the bounds among them.
 */
export function breaksOf(expression: Expression, name: string, low: number, high: number): readonly number[] {
  const found = new Set<number>();
  const visit = (part: Expression): void => {
    const operand = roughOperand(part);
    if (operand !== undefined && isOf(operand, name)) {
      for (const root of rootsOf(operand, name, low, high)) {
        found.add(root);
      }
    }
    for (const child of children(part)) {
      visit(child);
    }
  };
  visit(expression);
  return [...found].sort((one, other) => one - other);
}

function roughOperand(part: Expression): Expression | undefined {
  if (part.kind === "call") {
    return rough.has(part.name) ? part.argument : undefined;
  }
  if (part.kind !== "power") {
    return undefined;
  }
  const { base, exponent } = part;
  return exponent.kind === "number" && Number.isInteger(exponent.value) ? undefined : base;
}

function isOf(operand: Expression, name: string): boolean {
  const symbols = symbolsOf(operand);
  return symbols.size === 1 && symbols.has(name);
}

function rootsOf(operand: Expression, name: string, low: number, high: number): number[] {
  const compiled = compileExpression(operand, new Map([[name, 0]]));
  const valueAt = (x: number) => compiled([x]);
  const roots: number[] = [];
  const at = Array.from({ length: places + 1 }, (_, i) => low + ((high - low) * i) / places);
  if (low < 0 && high > 0) {
    at.push(0);
  }
  at.sort((one, other) => one - other);
  at.forEach((x, i) => {
    const value = valueAt(x);
    if (value === 0) {
      roots.push(x);
    }
    const before = at[i - 1];
    if (before !== undefined && valueAt(before) * value < 0) {
      roots.push(bisected(valueAt, before, x));
    }
  });
  return roots;
}

function bisected(valueAt: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const sign = Math.sign(valueAt(low));
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) {
      return middle;
    }
    const value = valueAt(middle);
    if (value === 0) {
      return middle;
    }
    if (Math.sign(value) === sign) {
      low = middle;
    } else {
      high = middle;
    }
  }
}
