import type { BodyInstruction } from "../../../loops/index.js";

const named: Readonly<Record<string, string>> = {
  root: "ROOT32",
  nearest: "NEAREST32",
  absolute: "ABSOLUTE32",
  negate: "NEGATE32",
  fromWord: "FROMWORD32",
  larger: "LARGER32",
  smaller: "SMALLER32",
  less: "LESS32",
  atMost: "ATMOST32",
  equal: "EQUAL32",
  and: "AND32",
  or: "OR32",
  xor: "XOR32",
  addWords: "ADDWORDS32",
  subtractWords: "SUBTRACTWORDS32",
  fused: "FUSED32",
  fusedFrom: "FUSEDFROM32",
  select: "SELECT32",
  shiftLeft: "LEFT32",
  shiftRight: "RIGHT32",
  shiftRightSigned: "SIGNEDRIGHT32",
};

const infix: Readonly<Record<string, string>> = { add: "+", subtract: "-", multiply: "*", divide: "/" };

/** A number of single precision in C. */
export function singleLiteral(value: number): string {
  if (Number.isNaN(value)) {
    return '__builtin_nanf("")';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "__builtin_inff()" : "-__builtin_inff()";
  }
  if (value === 0) {
    return Object.is(value, -0) ? "-0.0f" : "0.0f";
  }
  // Enough digits for a double say the number of single precision that it is.
  const text = String(value);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

/** The statements of a body, a variable a value. @param loads of each source the C that loads it. */
export function bodyText(
  body: readonly BodyInstruction[],
  loads: readonly string[],
): { readonly statements: readonly string[]; readonly values: readonly string[] } {
  const values: string[] = [];
  const statements: string[] = [];
  body.forEach((instruction, place) => {
    values.push(`t${place}`);
    statements.push(`F t${place} = ${operationText(instruction, values, loads)};`);
  });
  return { statements, values };
}

function operationText(
  instruction: BodyInstruction,
  values: readonly string[],
  loads: readonly string[],
): string {
  switch (instruction.op) {
    case "load":
      return loads[instruction.source]!;
    case "constant":
      return `SINGLES(${singleLiteral(instruction.value)})`;
    case "word":
      return `WORDS32(${instruction.word}u)`;
    default: {
      const operator = infix[instruction.op];
      if (operator !== undefined && "b" in instruction) {
        return `${values[instruction.a]} ${operator} ${values[instruction.b]}`;
      }
      const operands = [
        values[instruction.a],
        ...("b" in instruction ? [values[instruction.b]] : []),
        ...("c" in instruction ? [values[instruction.c]] : []),
        ...("bits" in instruction ? [instruction.bits] : []),
      ];
      return `${named[instruction.op]}(${operands.join(", ")})`;
    }
  }
}
