import { gatherTables, type Opcode, type Program, type Value } from "./program.js";
import { lookupTable, type TableName } from "./tables.js";

/** Constants of all programs, each once, as pairs of lanes in linear memory. */
export class ConstantPool {
  readonly #base: number;
  readonly #offsets = new Map<string, number>();
  readonly #words: number[] = [];

  constructor(base: number) {
    this.#base = base;
  }

  /** The address of a pair of these lanes. */
  address(high: number, low: number): number {
    const key = `${high},${low}`;
    const known = this.#offsets.get(key);
    if (known !== undefined) return known;
    const offset = this.#base + 4 * this.#words.length;
    this.#words.push(low, high, low, high);
    this.#offsets.set(key, offset);
    return offset;
  }

  /** The address of a table. */
  table(name: TableName): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#base + 4 * this.#words.length;
    this.#words.push(...new Uint32Array(lookupTable(name).buffer));
    this.#offsets.set(name, offset);
    return offset;
  }

  get end(): number {
    return this.#base + 4 * this.#words.length;
  }

  /** What memory must hold from the pool's base on. */
  get words(): Uint32Array {
    return Uint32Array.from(this.#words);
  }
}

/** Text of a function under construction: its locals and its body. */
export class FunctionText {
  readonly #locals: string[] = [];
  readonly #lines: string[] = [];
  #names = 0;

  /** Declares a local of a type and gives its name. */
  local(type: "v128" | "i32" | "i64" | "f64"): string {
    const name = `$_${this.#names++}`;
    this.#locals.push(`(local ${name} ${type})`);
    return name;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  set(name: string, expression: string): void {
    this.#lines.push(`(local.set ${name} ${expression})`);
  }

  /** Declares a local and sets it. */
  keep(type: "v128" | "i32" | "i64" | "f64", expression: string): string {
    const name = this.local(type);
    this.set(name, expression);
    return name;
  }

  /** `repeat` runs `body` as many times as the i32 local `count` says, which must be above 0 and ends at 0. */
  repeat(count: string, body: () => void): void {
    const label = `$loop${this.#names++}`;
    this.line(`(loop ${label}`);
    body();
    this.line(`(br_if ${label} (local.tee ${count} (i32.sub (local.get ${count}) (i32.const 1)))))`);
  }

  /** The whole function; `head` is its name, export, parameters and result. */
  text(head: string): string {
    return `(func ${head}\n${this.#locals.join(" ")}\n${this.#lines.join("\n")})`;
  }
}

export const get = (name: string): string => `(local.get ${name})`;

/** The pair of lanes at a constant address. */
export const loadPair = (address: number): string => `(v128.load offset=${address} (i32.const 0))`;

const binary: Readonly<Record<string, string>> = {
  add: "f64x2.add",
  subtract: "f64x2.sub",
  multiply: "f64x2.mul",
  divide: "f64x2.div",
  less: "f64x2.lt",
  lessOrEqual: "f64x2.le",
  and: "v128.and",
  or: "v128.or",
  xor: "v128.xor",
  andNot: "v128.andnot",
  integerAdd: "i64x2.add",
  integerSubtract: "i64x2.sub",
};

/** How a program's inputs are read: WAT for vector `v` of input `index`. */
export type InputReader = (index: number, vector: number) => string;

/** Inputs and constants are read where they are used; keeping them in locals would only make engines spill. */
const isRead = (op: Opcode): boolean => op === "input" || op === "constant";

/** A program's instructions being emitted, `vectors` pairs of lanes abreast so that none waits for another. */
export class ProgramText {
  readonly #function: FunctionText;
  readonly #program: Program;
  readonly #pool: ConstantPool;
  readonly #vectors: number;
  readonly #input: InputReader;
  readonly #names = new Map<Value, readonly string[]>();
  readonly #free: string[][] = [];
  readonly #uses: number[];

  constructor(
    target: FunctionText,
    program: Program,
    pool: ConstantPool,
    vectors: number,
    input: InputReader,
  ) {
    this.#function = target;
    this.#program = program;
    this.#pool = pool;
    this.#vectors = vectors;
    this.#input = input;
    this.#uses = program.instructions.map(() => 0);
    for (const { a, b, c } of program.instructions) {
      for (const operand of [a, b, c]) if (operand >= 0) this.#uses[operand]!++;
    }
    for (const output of program.outputs) this.#uses[output]! = Number.POSITIVE_INFINITY;
  }

  /** Emits, in order, the instructions that `include` names and that were not emitted yet. */
  emit(include: (value: Value) => boolean): void {
    this.#program.instructions.forEach((instruction, value) => {
      if (isRead(instruction.op) || this.#names.has(value) || !include(value)) return;
      this.#emitOne(value);
    });
  }

  /** WAT of vector `v` of an output. */
  output(index: number, vector: number): string {
    return this.#operand(this.#program.outputs[index]!)[vector]!;
  }

  /** Values that stay in locals after `emit` keep them: call for what a loop's body will need again and again. */
  pin(values: Iterable<Value>): void {
    for (const value of values) this.#uses[value] = Number.POSITIVE_INFINITY;
  }

  #emitOne(value: Value): void {
    const { op, a, b, c, index } = this.#program.instructions[value]!;
    const operands = [a, b, c].filter((operand) => operand >= 0).map((operand) => this.#operand(operand));
    for (const operand of [a, b, c]) this.#release(operand);
    const names = this.#take();
    this.#names.set(value, names);
    const mask =
      op === "absolute" || op === "negate"
        ? get(
            this.#function.keep(
              "v128",
              loadPair(
                op === "absolute"
                  ? this.#pool.address(0x7fffffff, 0xffffffff)
                  : this.#pool.address(0x80000000, 0),
              ),
            ),
          )
        : "";
    for (let vector = 0; vector < this.#vectors; vector++) {
      const [x, y, z] = operands.map((operand) => operand[vector]!);
      let expression: string;
      if (op === "select") expression = `(v128.bitselect ${y} ${z} ${x})`;
      else if (op === "shiftLeft") expression = `(i64x2.shl ${x} (i32.const ${index}))`;
      else if (op === "shiftRight") expression = `(i64x2.shr_u ${x} (i32.const ${index}))`;
      else if (op === "patch") expression = y!;
      else if (op === "gather") expression = this.#gather(index, x!);
      else if (op === "sqrt") expression = `(f64x2.sqrt ${x})`;
      // Engines make the masks of f64x2.abs and f64x2.neg anew each time; ours are loaded once for all vectors.
      else if (op === "absolute") expression = `(v128.and ${x} ${mask})`;
      else if (op === "negate") expression = `(v128.xor ${x} ${mask})`;
      else expression = `(${binary[op]} ${x} ${y})`;
      this.#function.set(names[vector]!, expression);
    }
    if (op === "patch") this.#emitPatch(index, names, operands[0]!, operands[2]!);
  }

  #gather(index: number, offsets: string): string {
    const { table, first } = gatherTables[index]!;
    const from = this.#pool.table(table) + 8 * first;
    const lane = (at: number) => `(i32x4.extract_lane ${at} ${offsets})`;
    return `(v128.load64_lane offset=${from} 1 ${lane(2)} (v128.load64_zero offset=${from} ${lane(0)}))`;
  }

  /** One test for all vectors: arguments out of range are rare. */
  #emitPatch(
    index: number,
    names: readonly string[],
    masks: readonly string[],
    arguments_: readonly string[],
  ) {
    const any = masks.reduce((joined, mask) => `(v128.or ${joined} ${mask})`);
    const calls = names.map(
      (name, vector) =>
        `(local.set ${name} (call $patch (i32.const ${index}) ${masks[vector]} ${get(name)} ${arguments_[vector]}))`,
    );
    this.#function.line(`(if (v128.any_true ${any}) (then ${calls.join(" ")}))`);
  }

  #operand(value: Value): readonly string[] {
    const { op, high, low, index } = this.#program.instructions[value]!;
    if (op === "input") {
      return Array.from({ length: this.#vectors }, (_, vector) => this.#input(index, vector));
    }
    if (op !== "constant") return this.#names.get(value)!.map(get);
    // Loaded where it is used: a constant kept in a local would be spilled and loaded all the same.
    const load = loadPair(this.#pool.address(high, low));
    if (this.#vectors === 1) return [load];
    return new Array<string>(this.#vectors).fill(get(this.#function.keep("v128", load)));
  }

  #release(value: Value): void {
    if (value < 0 || isRead(this.#program.instructions[value]!.op)) return;
    this.#uses[value]!--;
    // Patches read their operands after their result is set, so their locals must differ: see #take.
    if (this.#uses[value] === 0) this.#pending.push(this.#names.get(value)! as string[]);
  }

  readonly #pending: string[][] = [];

  #take(): string[] {
    const reused = this.#free.pop();
    this.#free.push(...this.#pending.splice(0));
    return reused ?? Array.from({ length: this.#vectors }, () => this.#function.local("v128"));
  }
}

/** Which values need one of the inputs from `firstData` on: the others are the same for a whole batch. */
export function dependsOnData(program: Program, firstData: number): readonly boolean[] {
  const depends: boolean[] = [];
  for (const { op, a, b, c, index } of program.instructions) {
    depends.push(
      op === "input" ? index >= firstData : [a, b, c].some((operand) => operand >= 0 && depends[operand]!),
    );
  }
  return depends;
}
