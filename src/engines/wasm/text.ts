import {
  gatherTables,
  type Instruction,
  type Opcode,
  type Program,
  tableRow,
  type Value,
} from "../../compile/program.js";
import { lookupTable, type TableName } from "../../compile/tables.js";

/** Constants of all programs, each once, as pairs of lanes in linear memory. */
export class ConstantPool {
  private readonly base: number;
  private readonly offsets = new Map<string, number>();
  private readonly parts: { readonly at: number; readonly words: ArrayLike<number> }[] = [];
  /** How many words there are. */
  private length = 0;

  constructor(base: number) {
    this.base = base;
  }

  copy(): ConstantPool {
    const copy = new ConstantPool(this.base);
    for (const [name, offset] of this.offsets) {
      copy.offsets.set(name, offset);
    }
    copy.parts.push(...this.parts);
    copy.length = this.length;
    return copy;
  }

  /** The address of a pair of these lanes. */
  address(high: number, low: number): number {
    const key = `${high},${low}`;
    const known = this.offsets.get(key);
    if (known !== undefined) {
      return known;
    }
    return this.take(key, [low, high, low, high]);
  }

  private take(name: string, words: ArrayLike<number>): number {
    const offset = this.end;
    this.parts.push({ at: this.length, words });
    this.length += words.length;
    this.offsets.set(name, offset);
    return offset;
  }

  /** The address of a table. */
  table(name: TableName): number {
    const known = this.offsets.get(name);
    if (known !== undefined) {
      return known;
    }
    // A row of a table does not cross a line of the cache.
    while (this.end % 64 !== 0) {
      this.length++;
    }
    return this.take(name, new Uint32Array(lookupTable(name).buffer));
  }

  get end(): number {
    return this.base + 4 * this.length;
  }

  /** What memory must hold from the pool's base on. */
  get words(): Uint32Array {
    const words = new Uint32Array(this.length);
    for (const part of this.parts) {
      words.set(part.words, part.at);
    }
    return words;
  }
}

/** Text of a function under construction: its locals and its body. */
export class FunctionText {
  private readonly locals: string[] = [];
  private readonly lines: string[] = [];
  private names = 0;

  /** Declares a local of a type and gives its name. */
  local(type: "v128" | "i32" | "i64" | "f64"): string {
    const name = `$_${this.names++}`;
    this.locals.push(`(local ${name} ${type})`);
    return name;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  set(name: string, expression: string): void {
    this.lines.push(`(local.set ${name} ${expression})`);
  }

  /** Declares a local and sets it. */
  keep(type: "v128" | "i32" | "i64" | "f64", expression: string): string {
    const name = this.local(type);
    this.set(name, expression);
    return name;
  }

  /** `repeat` runs `body` as many times as the i32 local `count` says, which must be above 0 and ends at 0. */
  repeat(count: string, body: () => void): void {
    const label = `$loop${this.names++}`;
    this.line(`(loop ${label}`);
    body();
    this.line(`(br_if ${label} (local.tee ${count} (i32.sub (local.get ${count}) (i32.const 1)))))`);
  }

  /** The whole function; `head` is its name, export, parameters and result. */
  text(head: string): string {
    return `(func ${head}\n${this.locals.join(" ")}\n${this.lines.join("\n")})`;
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

/**
 * Notes, instead of patching, that an argument was out of range somewhere: what was computed is then worth
 * nothing. One test at the end costs less than one at each patch.
 */
export class RangeWatch {
  private readonly function: FunctionText;
  /** By the address of a limit, the largest magnitude met. */
  private readonly largest = new Map<number, string>();
  private readonly noted = new Set<string>();
  private masks: string | undefined;

  constructor(target: FunctionText) {
    this.function = target;
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
      name = this.function.local("v128");
      this.largest.set(limit, name);
    }
    this.function.set(name, `(f64x2.pmax ${get(name)} ${magnitude})`);
  }

  noteMask(mask: string): void {
    this.masks ??= this.function.local("v128");
    this.function.set(this.masks, `(v128.or ${get(this.masks)} ${mask})`);
  }

  /** Whether anything was out of range, as an i32; undefined when nothing can be. */
  get result(): string | undefined {
    const masks = [...this.largest].map(([limit, name]) => `(f64x2.le ${loadPair(limit)} ${get(name)})`);
    if (this.masks !== undefined) {
      masks.push(get(this.masks));
    }
    if (masks.length === 0) {
      return undefined;
    }
    return `(v128.any_true ${masks.reduce((joined, mask) => `(v128.or ${joined} ${mask})`)})`;
  }
}

/** Inputs and constants are read where they are used; keeping them in locals would only make engines spill. */
const isRead = (op: Opcode): boolean => op === "input" || op === "constant";

/** A program's instructions being emitted, `vectors` pairs of lanes abreast so that none waits for another. */
export class ProgramText {
  private readonly function: FunctionText;
  private readonly program: Program;
  private readonly pool: ConstantPool;
  private readonly vectors: number;
  private readonly input: InputReader;
  private readonly watch: RangeWatch | undefined;
  private readonly names = new Map<Value, readonly string[]>();
  /** Masks that are not made, for their magnitudes are watched. */
  private readonly limits: ReadonlySet<Value>;
  /** For an offset into a table the locals of both lanes' addresses, and rows loaded from there. */
  private readonly addresses = new Map<Value, readonly (readonly [string, string])[]>();
  private readonly rows = new Map<string, readonly (readonly [string, string])[]>();

  constructor(
    target: FunctionText,
    program: Program,
    pool: ConstantPool,
    vectors: number,
    input: InputReader,
    watch?: RangeWatch,
  ) {
    this.function = target;
    this.program = program;
    this.pool = pool;
    this.vectors = vectors;
    this.input = input;
    this.watch = watch;
    this.limits = watch === undefined ? new Set() : limitsIn(program);
  }

  /** Emits, in order, the instructions that `include` names and that were not emitted yet. */
  emit(include: (value: Value) => boolean): void {
    this.program.instructions.forEach((instruction, value) => {
      if (isRead(instruction.op) || this.names.has(value) || !include(value)) {
        return;
      }
      if (!this.limits.has(value)) {
        this.emitOne(instruction, value);
      }
    });
  }

  /**
   * Emits, of what `include` names, whatever leads to addresses in tables. Engines keep the order of a text, and
   * processors have little room for what waits for an address: other work should come between this and the rest.
   */
  emitAddresses(include: (value: Value) => boolean): void {
    const { instructions } = this.program;
    const leads = new Set<Value>();
    for (let value = instructions.length - 1; value >= 0; value--) {
      const { op, a, b, c } = instructions[value]!;
      if (op === "gather") {
        leads.add(a);
      } else if (leads.has(value)) {
        for (const operand of [a, b, c]) {
          leads.add(operand);
        }
      }
    }
    this.emit((value) => leads.has(value) && include(value));
    instructions.forEach(({ op, a }, value) => {
      if (op === "gather" && include(value)) {
        this.addressesOf(a);
      }
    });
  }

  /** The instructions that are the outputs. */
  get outputs(): readonly Instruction[] {
    return this.program.outputs.map((value) => this.program.instructions[value]!);
  }

  /** WAT of vector `v` of an output. */
  output(index: number, vector: number): string {
    return this.operand(this.program.outputs[index]!)[vector]!;
  }

  private emitOne({ op, a, b, c, index }: Instruction, value: Value): void {
    if (op === "gather") {
      this.names.set(value, this.gather(index, a));
      return;
    }
    if (op === "patch" && this.watch !== undefined) {
      this.note(this.watch, a);
      this.names.set(
        value,
        this.operand(b).map((text) => this.function.keep("v128", text)),
      );
      return;
    }
    const operands = [a, b, c].filter((operand) => operand >= 0).map((operand) => this.operand(operand));
    const mask =
      op === "absolute" || op === "negate"
        ? get(
            this.function.keep(
              "v128",
              loadPair(
                op === "absolute"
                  ? this.pool.address(0x7fffffff, 0xffffffff)
                  : this.pool.address(0x80000000, 0),
              ),
            ),
          )
        : "";
    const names = Array.from({ length: this.vectors }, (_, vector) => {
      const [x, y, z] = operands.map((operand) => operand[vector]!);
      let expression: string;
      if (op === "select") {
        expression = `(v128.bitselect ${y} ${z} ${x})`;
      } else if (op === "multiplyAdd") {
        expression = `(f64x2.relaxed_madd ${x} ${y} ${z})`;
      } else if (op === "multiplyFrom") {
        expression = `(f64x2.relaxed_nmadd ${x} ${y} ${z})`;
      } else if (op === "shiftLeft") {
        expression = `(i64x2.shl ${x} (i32.const ${index}))`;
      } else if (op === "shiftRight") {
        expression = `(i64x2.shr_u ${x} (i32.const ${index}))`;
      } else if (op === "patch") {
        expression = y!;
      } else if (op === "sqrt") {
        expression = `(f64x2.sqrt ${x})`;
      }
      // Engines make the masks of f64x2.abs and f64x2.neg anew each time; ours are loaded once for all vectors.
      else if (op === "absolute") {
        expression = `(v128.and ${x} ${mask})`;
      } else if (op === "negate") {
        expression = `(v128.xor ${x} ${mask})`;
      } else {
        expression = `(${binary[op]} ${x} ${y})`;
      }
      return this.function.keep("v128", expression);
    });
    this.names.set(value, names);
    if (op === "patch") {
      this.emitPatch(index, names, operands[0]!, operands[2]!);
    }
  }

  /** One test for all vectors: arguments out of range are rare. */
  private emitPatch(
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
    this.function.line(`(if (v128.any_true ${any}) (then ${calls.join(" ")}))`);
  }

  private note(watch: RangeWatch, mask: Value): void {
    const { a, b } = this.program.instructions[mask]!;
    if (this.limits.has(mask)) {
      const limit = this.program.instructions[a]!;
      const address = this.pool.address(limit.high, limit.low);
      for (const magnitude of this.operand(b)) {
        watch.noteMagnitude(address, magnitude);
      }
    } else {
      for (const text of this.operand(mask)) {
        watch.noteMask(text);
      }
    }
  }

  /** A table's entries; neighbours in a row are loaded together, a lane at a time. */
  private gather(index: number, offset: Value): readonly string[] {
    const { table, first } = gatherTables[index]!;
    const from = this.pool.table(table) + 8 * first;
    const addresses = this.addressesOf(offset);
    if (tableRow[table] === 1) {
      return addresses.map(([low, high]) =>
        this.function.keep(
          "v128",
          `(v128.load64_lane offset=${from} 1 ${get(high)} (v128.load64_zero offset=${from} ${get(low)}))`,
        ),
      );
    }
    const odd = first % 2;
    const key = `${table},${first - odd},${offset}`;
    const load = (address: string) =>
      this.function.keep("v128", `(v128.load offset=${from - 8 * odd} ${get(address)})`);
    const rows = this.rows.get(key) ?? addresses.map(([low, high]) => [load(low), load(high)] as const);
    this.rows.set(key, rows);
    const half = [0, 16].flatMap((lane) => [0, 1, 2, 3, 4, 5, 6, 7].map((byte) => lane + 8 * odd + byte));
    return rows.map(([low, high]) =>
      this.function.keep("v128", `(i8x16.shuffle ${half.join(" ")} ${get(low)} ${get(high)})`),
    );
  }

  /** Both lanes' offsets. */
  private addressesOf(offset: Value): readonly (readonly [string, string])[] {
    let addresses = this.addresses.get(offset);
    if (addresses === undefined) {
      addresses = this.operand(offset).map((vector) => {
        const lane = (at: number) => this.function.keep("i32", `(i32x4.extract_lane ${at} ${vector})`);
        return [lane(0), lane(2)] as const;
      });
      this.addresses.set(offset, addresses);
    }
    return addresses;
  }

  private operand(value: Value): readonly string[] {
    const { op, high, low, index } = this.program.instructions[value]!;
    if (op === "input") {
      return Array.from({ length: this.vectors }, (_, vector) => this.input(index, vector));
    }
    if (op !== "constant") {
      return this.names.get(value)!.map(get);
    }
    // Loaded where it is used: a constant kept in a local would be spilled and loaded all the same.
    const load = loadPair(this.pool.address(high, low));
    if (this.vectors === 1) {
      return [load];
    }
    return new Array<string>(this.vectors).fill(get(this.function.keep("v128", load)));
  }
}

/** Masks of patches that only compare a magnitude with a limit. */
export function limitsIn({ instructions }: Program): ReadonlySet<Value> {
  const limits = new Set<Value>();
  instructions.forEach(({ op, a }, value) => {
    if (op === "lessOrEqual" && instructions[a]!.op === "constant") {
      limits.add(value);
    }
  });
  for (const { op, a, b, c } of instructions) {
    for (const operand of op === "patch" ? [b, c] : [a, b, c]) {
      limits.delete(operand);
    }
  }
  return limits;
}

/** Which values need one of the inputs from `firstData` to `endOfData`: the others are the same for a whole batch. */
export function dependsOnData(
  program: Program,
  firstData: number,
  endOfData = program.inputs,
): readonly boolean[] {
  const depends: boolean[] = [];
  for (const { op, a, b, c, index } of program.instructions) {
    depends.push(
      op === "input"
        ? firstData <= index && index < endOfData
        : [a, b, c].some((operand) => operand >= 0 && depends[operand]!),
    );
  }
  return depends;
}
