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

/**
 * Vectors are written one after the other, so that what one holds finds room in registers: a processor has the next at work meanwhile, as
 * long as it need not look past too much that waits. Where instructions wait for longer chains of others, vectors take turns.
 */
const longestChain = 20;
const instructionsOfTurn = 16;

/** A program's instructions being written in C, for some vectors of lanes, so that none waits for another. */
export class ProgramText {
  /** What is written: of each value the names of its vectors. */
  private readonly names = new Map<Value, string[]>();
  /** Masks that are not made, for their magnitudes are watched. */
  private readonly limits: ReadonlySet<Value>;
  /** Of each offset and each vector the name of the row there. */
  private readonly rows = new Map<string, string>();

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
    const values = [...this.program.instructions.keys()].filter(
      (value) => !(this.isElsewhere(value) || this.names.has(value)) && include(value),
    );
    const turn = this.chainOf(values) <= longestChain ? values.length : instructionsOfTurn;
    for (let first = 0; first < values.length; first += turn) {
      const together = values.slice(first, first + turn);
      for (const value of together) {
        this.names.set(value, []);
      }
      for (let vector = 0; vector < this.vectors; vector++) {
        for (const value of together) {
          this.names.get(value)!.push(this.emitOne(this.program.instructions[value]!, vector));
        }
      }
    }
  }

  /** The most instructions of these that wait one for the other. */
  private chainOf(values: readonly Value[]): number {
    const chains = new Map<Value, number>();
    for (const value of values) {
      const { op, a, b, c } = this.program.instructions[value]!;
      const before = Math.max(...[a, b, c].map((operand) => chains.get(operand) ?? 0));
      chains.set(value, op === "patch" ? before : before + 1);
    }
    return Math.max(0, ...chains.values());
  }

  /** Whether a value is written where it is used, or not at all. */
  private isElsewhere(value: Value): boolean {
    return isRead(this.program.instructions[value]!.op) || this.limits.has(value);
  }

  /** The instructions that are the outputs. */
  get outputs(): readonly Instruction[] {
    return this.program.outputs.map((value) => this.program.instructions[value]!);
  }

  /** C of vector `v` of an output. */
  output(index: number, vector: number): string {
    return this.operand(this.program.outputs[index]!, vector);
  }

  private emitOne({ op, a, b, c, index }: Instruction, vector: number): string {
    if (op === "gather") {
      return this.gather(index, a, vector);
    }
    if (op === "patch") {
      this.note(a, vector);
      return this.operand(b, vector);
    }
    const [x, y, z] = [a, b, c].map((operand) => (operand < 0 ? "" : this.operand(operand, vector)));
    return this.target.keep(expressionOf(op, index, x!, y!, z!));
  }

  private note(mask: Value, vector: number): void {
    if (!this.limits.has(mask)) {
      this.watch.noteMask(this.operand(mask, vector));
      return;
    }
    const { a, b } = this.program.instructions[mask]!;
    const limit = this.program.instructions[a]!;
    this.watch.noteMagnitude(this.pool.address(limit.high, limit.low), this.operand(b, vector));
  }

  /** A table's entries. The four numbers of a row are loaded together. */
  private gather(index: number, offset: Value, vector: number): string {
    const { table, first } = gatherTables[index]!;
    const from = this.pool.table(table);
    const text = this.operand(offset, vector);
    if (table !== "deviate") {
      return this.target.keep(`GATHER(k + ${from + 8 * first}, ${text})`);
    }
    const key = `${offset},${vector}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = this.target.keep("NOTHING");
      this.target.line(`V ${row}_1, ${row}_2, ${row}_3;`);
      this.target.line(`ROWS(k + ${from}, ${text}, ${row}, ${row}_1, ${row}_2, ${row}_3);`);
      this.rows.set(key, row);
    }
    return first === 0 ? row : `${row}_${first}`;
  }

  private operand(value: Value, vector: number): string {
    const { op, high, low, index } = this.program.instructions[value]!;
    switch (op) {
      case "input":
        return this.input(index, vector);
      case "constant":
        return constantAt(this.pool.address(high, low));
      default:
        return this.names.get(value)![vector]!;
    }
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
