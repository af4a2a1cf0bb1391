import {
  gatherTables,
  type Instruction,
  type Opcode,
  type Program,
  type Value,
} from "../../compile/program.js";
import { type ConstantPool, limitsIn } from "../wasm/text.js";

/** Statements of C under construction, with names of their own. */
export class Statements {
  private readonly lines: string[] = [];
  private names = 0;

  line(text: string): void {
    this.lines.push(text);
  }

  /** Declares a variable here and gives its name. */
  keep(expression: string, type: "V" | "U" | "I" = "V"): string {
    const name = `v${this.names++}`;
    this.lines.push(`${type} ${name} = ${expression};`);
    return name;
  }

  set(name: string, expression: string): void {
    this.lines.push(`${name} = ${expression};`);
  }

  get text(): string {
    return this.lines.join("\n");
  }
}

const infix: Partial<Record<Opcode, string>> = { add: "+", subtract: "-", multiply: "*", divide: "/" };
const ofBits: Partial<Record<Opcode, string>> = {
  and: "&",
  or: "|",
  xor: "^",
  integerAdd: "+",
  integerSubtract: "-",
};

/** A constant of the pool in all lanes. */
export const constantAt = (address: number): string => `K(${address})`;

/** How a program's inputs are read: C for vector `v` of input `index`. */
export type InputReader = (index: number, vector: number) => string;

/** Notes that an argument was out of range somewhere: what was computed is then worth nothing. */
export class RangeWatch {
  private readonly declared: string[] = [];
  private readonly largest = new Map<number, string>();
  private readonly noted = new Set<string>();
  private masks = false;

  constructor(private readonly target: Statements) {}

  /** The declarations of what is noted; they stand before all that notes. */
  get declarations(): string {
    return this.declared.join("\n");
  }

  /** Not-a-number is within every limit. */
  noteMagnitude(limit: number, magnitude: string): void {
    const note = `${limit},${magnitude}`;
    if (this.noted.has(note)) {
      return;
    }
    this.noted.add(note);
    let name = this.largest.get(limit);
    if (name === undefined) {
      name = `far${this.largest.size}`;
      this.largest.set(limit, name);
      this.declared.push(`V ${name} = NOTHING;`);
    }
    this.target.set(name, `LARGER(${magnitude}, ${name})`);
  }

  noteMask(mask: string): void {
    if (!this.masks) {
      this.masks = true;
      this.declared.push("V wild = NOTHING;");
    }
    this.target.set("wild", `OR(wild, ${mask})`);
  }

  /** Whether anything was out of range, in C. */
  get result(): string {
    const masks = [...this.largest].map(([limit, name]) => `ATMOST(${constantAt(limit)}, ${name})`);
    if (this.masks) {
      masks.push("wild");
    }
    return masks.length === 0 ? "0" : `ANY(${masks.reduce((joined, mask) => `OR(${joined}, ${mask})`)})`;
  }
}

/** Inputs and constants are read where they are used. */
const isRead = (op: Opcode): boolean => op === "input" || op === "constant";

/** A program's instructions being written in C, `vectors` of lanes abreast so that none waits for another. */
export class ProgramText {
  private readonly names = new Map<Value, readonly string[]>();
  /** Masks that are not made, for their magnitudes are watched. */
  private readonly limits: ReadonlySet<Value>;
  private readonly rows = new Map<string, readonly string[]>();

  constructor(
    private readonly target: Statements,
    private readonly program: Program,
    private readonly pool: ConstantPool,
    private readonly vectors: number,
    private readonly input: InputReader,
    private readonly watch: RangeWatch,
  ) {
    this.limits = limitsIn(program);
  }

  /** Writes, in order, the instructions that `include` names and that were not written yet. */
  emit(include: (value: Value) => boolean = () => true): void {
    this.program.instructions.forEach((instruction, value) => {
      if (isRead(instruction.op) || this.names.has(value) || this.limits.has(value) || !include(value)) {
        return;
      }
      this.names.set(value, this.emitOne(instruction));
    });
  }

  /** The instructions that are the outputs. */
  get outputs(): readonly Instruction[] {
    return this.program.outputs.map((value) => this.program.instructions[value]!);
  }

  /** C of vector `v` of an output. */
  output(index: number, vector: number): string {
    return this.operand(this.program.outputs[index]!)[vector]!;
  }

  private emitOne({ op, a, b, c, index }: Instruction): readonly string[] {
    if (op === "gather") {
      return this.gather(index, a);
    }
    if (op === "patch") {
      this.note(a);
      return this.operand(b);
    }
    const operands = [a, b, c].filter((operand) => operand >= 0).map((operand) => this.operand(operand));
    return Array.from({ length: this.vectors }, (_, vector) => {
      const [x, y, z] = operands.map((operand) => operand[vector]!);
      return this.target.keep(expressionOf(op, index, x!, y!, z!));
    });
  }

  private note(mask: Value): void {
    const { a, b } = this.program.instructions[mask]!;
    if (this.limits.has(mask)) {
      const limit = this.program.instructions[a]!;
      const address = this.pool.address(limit.high, limit.low);
      for (const magnitude of this.operand(b)) {
        this.watch.noteMagnitude(address, magnitude);
      }
    } else {
      for (const text of this.operand(mask)) {
        this.watch.noteMask(text);
      }
    }
  }

  /** A table's entries. The four numbers of a row are loaded together. */
  private gather(index: number, offset: Value): readonly string[] {
    const { table, first } = gatherTables[index]!;
    const from = this.pool.table(table);
    if (table !== "deviate") {
      return this.operand(offset).map((text) => this.target.keep(`GATHER(k + ${from + 8 * first}, ${text})`));
    }
    const key = `${table},${offset}`;
    let rows = this.rows.get(key);
    if (rows === undefined) {
      rows = this.operand(offset).map((text, vector) => {
        const name = this.target.keep("NOTHING");
        for (const column of [1, 2, 3]) {
          this.target.line(`V ${name}_${column};`);
        }
        this.target.line(
          `${vector % 2 === 0 ? "LOADEDROWS" : "ROWS"}(k + ${from}, ${text}, ${name}, ${name}_1, ${name}_2, ${name}_3);`,
        );
        return name;
      });
      this.rows.set(key, rows);
    }
    return rows.map((name) => (first === 0 ? name : `${name}_${first}`));
  }

  private operand(value: Value): readonly string[] {
    const { op, high, low, index } = this.program.instructions[value]!;
    if (op === "input") {
      return Array.from({ length: this.vectors }, (_, vector) => this.input(index, vector));
    }
    if (op !== "constant") {
      return this.names.get(value)!;
    }
    return new Array<string>(this.vectors).fill(constantAt(this.pool.address(high, low)));
  }
}

function expressionOf(op: Opcode, index: number, x: string, y: string, z: string): string {
  const sign = infix[op];
  if (sign !== undefined) {
    return `${x} ${sign} ${y}`;
  }
  const logic = ofBits[op];
  if (logic !== undefined) {
    return `(V)((U)${x} ${logic} (U)${y})`;
  }
  switch (op) {
    case "multiplyAdd":
      return `FUSED(${x}, ${y}, ${z})`;
    case "multiplyFrom":
      return `FUSEDFROM(${x}, ${y}, ${z})`;
    case "sqrt":
      return `ROOT(${x})`;
    case "absolute":
      return `ABSOLUTE(${x})`;
    case "negate":
      return `NEGATED(${x})`;
    case "less":
      return `LESS(${x}, ${y})`;
    case "lessOrEqual":
      return `ATMOST(${x}, ${y})`;
    case "andNot":
      return `(V)((U)${x} & ~(U)${y})`;
    case "shiftLeft":
      return `(V)((U)${x} << ${index})`;
    case "shiftRight":
      return `(V)((U)${x} >> ${index})`;
    case "select":
      return `SELECT(${x}, ${y}, ${z})`;
    default:
      throw new Error(`native programs have no ${op}`);
  }
}
