import {
  classesOf,
  type EachEntry,
  type Loop,
  type ProductFactor,
  type ProductTarget,
  type Source,
  type Target,
  type Walk,
} from "../../../loops/index.js";
import { blockOf, partsOf, scatterBlockOf } from "../../wasm/loops/blocks.js";
import { bodyText } from "./body-text.js";

/** What is read again and again should take no more than this, in bytes: half of a processor's nearest cache. */
const bytesNearby = 20_000;
/** Fewer steps of a sum than this are not worth keeping what there is of it in between. */
const fewestTogether = 16;

/** Sums that are worked out side by side. */
const sumsAbreast = 8;

/** What loops have in common that are functions of one program. */
export interface LoopContext {
  /** Vectors from the frame's first to each buffer. */
  readonly places: readonly number[];
  /** Registers of vectors that the machine has, and bytes of a vector. */
  readonly registers: number;
  readonly vectorBytes: number;
  /** The name of a list of numbers that is written once. */
  table(numbers: Int32Array): string;
  /** C of a number that hangs on a rate. */
  factor(value: number): string;
  /** C of where starts are, which are `start` bytes into what threads share. */
  starts(start: number): string;
}

/** Where an index goes in a buffer, in vectors, as C. */
interface Place {
  /** Where it is known to be but for the index. */
  readonly known: number;
  readonly index: string;
}

/** Writes loops in C over a frame `f` of vectors. */
export class LoopText {
  private readonly lines: string[] = [];
  /** What targets of a loop multiply by: read once, since that takes longer than the rest of an update. */
  private readonly factors = new Map<ProductTarget, string>();

  constructor(private readonly context: LoopContext) {}

  text(loops: readonly Loop[]): string {
    for (const loop of loops) {
      this.lines.push("{");
      this.write(loop);
      this.lines.push("}");
    }
    return this.lines.join("\n");
  }

  private write(loop: Loop): void {
    this.takeFactors(loop);
    if ("each" in loop && loop.each !== undefined) {
      this.defineEach(loop.each);
    }
    switch (loop.kind) {
      case "entrywise":
        this.entrywise(loop);
        break;
      case "product":
        this.product(loop);
        break;
      case "transposed":
        this.transposed(loop);
        break;
      case "sum":
        this.sum(loop);
        break;
      case "gatherSum":
        this.gatherSum(loop);
        break;
      case "clear":
        this.lines.push(`clear32(f + ${this.context.places[loop.buffer]}, ${loop.count});`);
        break;
      case "largest":
        this.largest(loop);
        break;
      case "oneHot":
        this.oneHot(loop);
    }
  }

  private takeFactors(loop: Loop): void {
    const targets =
      "outputs" in loop ? loop.outputs.map(({ target }) => target) : "target" in loop ? [loop.target] : [];
    targets.forEach((target, place) => {
      if ((target.kind === "add" || target.kind === "descend") && target.factor !== 1) {
        this.factors.set(target, `factor${place}`);
        this.lines.push(`const F factor${place} = SINGLES(${this.context.factor(target.factor)});`);
      }
    });
  }

  private loop(i: string, first: number, count: number, step: number, body: () => void): void {
    if (count === step) {
      this.lines.push(`{ const int ${i} = ${first}; (void)${i};`);
    } else {
      this.lines.push(`for (int ${i} = ${first}; ${i} < ${first + count}; ${i} += ${step}) {`);
    }
    body();
    this.lines.push("}");
  }

  private loopFrom(i: string, first: string, count: number, body: () => void): void {
    this.lines.push(`for (int ${i} = ${first}, end = ${first} + ${count}; ${i} < end; ${i}++) {`);
    body();
    this.lines.push("}");
  }

  /** An entry of a buffer. */
  private entry(buffer: number, walk: Walk, i: string): string {
    const base = this.context.places[buffer]!;
    if (walk.kind === "even") {
      return `f[${base + walk.first}${timesText(walk.step, i)}]`;
    }
    if (walk.entries.includes(-1)) {
      // The frame begins with a vector of zeros.
      const table = this.context.table(walk.entries.map((entry) => (entry < 0 ? 0 : base + entry)));
      return `f[${table}[${i}]]`;
    }
    return `f[${base} + ${this.context.table(walk.entries)}[${i}]]`;
  }

  private put(target: Target, i: string, known: number, value: string): void {
    const place = (buffer: number) => `f[${this.context.places[buffer]! + known} + ${i}]`;
    switch (target.kind) {
      case "store":
        this.lines.push(`${place(target.buffer)} = ${value};`);
        return;
      case "add":
        this.lines.push(`${place(target.buffer)} = ${this.added(place(target.buffer), value, target)};`);
        return;
      case "descend": {
        const moved = place(target.moved);
        this.lines.push(
          `{ F moved = ${this.added(moved, value, target)}; ${moved} = moved;`,
          `${place(target.weight)} = SINGLES(${this.context.starts(target.start)}[${known} + ${i}]) + moved; }`,
        );
      }
    }
  }

  private added(to: string, value: string, target: Target): string {
    const factor = this.factors.get(target);
    return factor === undefined ? `${to} + ${value}` : `FUSED32(${factor}, ${value}, ${to})`;
  }

  private entrywise({ count, sources, body, outputs }: Extract<Loop, { kind: "entrywise" }>): void {
    this.loop("i", 0, count, 1, () => {
      const loads = sources.map(({ buffer, walk }: Source) => this.entry(buffer, walk, "i"));
      const { statements, values } = bodyText(body, loads);
      this.lines.push(...statements);
      for (const { value, target } of outputs) {
        this.put(target, "i", 0, values[value]!);
      }
    });
  }

  /** Has `EACH(i, made)` be what is done with entry `i` as it is made: a macro, since a block makes many. */
  private defineEach({ of, sources, body, outputs }: EachEntry): void {
    const loads = sources.map(({ buffer, walk }) =>
      buffer === of ? "made" : this.entry(buffer, walk, "(i)"),
    );
    const { statements, values } = bodyText(body, loads);
    const before = this.lines.length;
    for (const { target, value } of outputs) {
      this.put(target, "(i)", 0, values[value]!);
    }
    const puts = this.lines.splice(before);
    this.lines.push("#undef EACH", `#define EACH(i, made) { ${[...statements, ...puts].join(" ")} }`);
  }

  private product(loop: Extract<Loop, { kind: "product" }>): void {
    const { rows, columns, inner, target } = loop;
    if (target.kind === "scatter") {
      this.scattered(loop);
      return;
    }
    const block = blockOf(rows, columns, this.context.registers);
    const some = target.kind === "store" && rows > block.rows ? this.innerTogether(inner, columns) : inner;
    for (const share of partsOf(inner, some)) {
      // Of a long sum parts are kept in between, so that what is read again is near.
      this.loop("part", share.first, share.count, share.size, () => {
        for (const down of partsOf(rows, block.rows)) {
          this.loop("row", down.first, down.count, down.size, () => {
            const a = this.outer(loop.a, "row", down.size, inner, "a");
            for (const along of partsOf(columns, block.columns)) {
              this.loop("column", along.first, along.count, along.size, () => {
                const b = this.outer(loop.b, "column", along.size, inner, "b");
                this.block(loop, a, b, down.size, along.size, share.size);
              });
            }
          });
        }
      });
    }
  }

  /** How many steps of the inner index have factors that stay near together. */
  private innerTogether(inner: number, columns: number): number {
    const fitting = Math.floor(bytesNearby / (columns * this.context.vectorBytes));
    return fitting >= inner ? inner : Math.max(fewestTogether, fitting);
  }

  /** Whatever the blocks, what falls together is added in the order of the rows, since columns go down. */
  private scattered(loop: Extract<Loop, { kind: "product" }>): void {
    const { rows, columns, inner } = loop;
    const block = scatterBlockOf(this.context.registers);
    for (const along of partsOf(columns, Math.min(block.columns, columns)).toReversed()) {
      const last = along.first + along.count - along.size;
      this.lines.push(`for (int column = ${last}; column >= ${along.first}; column -= ${along.size}) {`);
      const b = this.outer(loop.b, "column", along.size, inner, "b");
      for (const down of partsOf(rows, Math.min(block.rows, rows))) {
        this.loop("row", down.first, down.count, down.size, () => {
          const a = this.outer(loop.a, "row", down.size, inner, "a");
          this.block(loop, a, b, down.size, along.size, inner);
        });
      }
      this.lines.push("}");
    }
  }

  /** What is known of the entries of some rows before the inner index is: of so many, or of those so far behind one. */
  private outer(
    factor: ProductFactor,
    i: string,
    behind: number | readonly number[],
    inner: number,
    prefix: string,
  ): readonly string[] {
    const base = this.context.places[factor.buffer]!;
    const places = typeof behind === "number" ? Array.from({ length: behind }, (_, place) => place) : behind;
    return places.map((place, index) => {
      if (factor.kind === "table") {
        const hasZeros = factor.entries.includes(-1);
        const table = this.context.table(
          factor.entries.map((entry) => (entry < 0 ? 0 : (hasZeros ? base : 0) + entry)),
        );
        this.lines.push(`const int32_t *${prefix}${place} = ${table} + (${i} + ${place}) * ${inner};`);
        return `f[${hasZeros ? 0 : base} + ${prefix}${place}[k]]`;
      }
      const { outer } = factor;
      const at = (from: string, behind: number) =>
        this.isInBytes(factor.inner)
          ? `AT32(${from} + ${behind}, ${prefix}k)`
          : `${from}[${prefix}k + ${behind}]`;
      if (outer.kind === "even") {
        if (index === 0) {
          this.lines.push(`const F *${prefix}0 = f + ${base + outer.first}${timesText(outer.step, i)};`);
        }
        return at(`${prefix}0`, place * outer.step);
      }
      this.lines.push(
        `const F *${prefix}${place} = f + ${base} + ${this.context.table(outer.entries)}[${i} + ${place}];`,
      );
      return at(`${prefix}${place}`, 0);
    });
  }

  /** Whether a table has bytes for entries: compilers would turn one into the other in each step, for each row. */
  private isInBytes(along: Walk): boolean {
    return (
      along.kind === "table" &&
      along.entries.every((entry) => Math.abs(entry) * this.context.vectorBytes < 2 ** 31)
    );
  }

  private block(
    { a: left, b: right, inner, columns, target, first, each }: Extract<Loop, { kind: "product" }>,
    a: readonly string[],
    b: readonly string[],
    rows: number,
    width: number,
    steps: number,
  ): void {
    const sum = (row: number, column: number) => `s${row}_${column}`;
    const isWhole = steps === inner;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        const place = target.kind === "store" ? this.context.places[target.buffer]! : 0;
        const before = `part == 0 ? (F){0} : f[${place + first + row * columns + column} + row * ${columns} + column]`;
        this.lines.push(`F ${sum(row, column)} = ${isWhole ? "{0}" : before};`);
      }
    }
    this.loopFrom("k", isWhole ? "0" : "part", steps, () => {
      this.along(left, right);
      const [kept, passing] = rows <= width ? [a, b] : [b, a];
      kept.forEach((value, place) => {
        this.lines.push(`const F kept${place} = ${value};`);
      });
      passing.forEach((value, place) => {
        this.lines.push(`const F passing${place} = ${value};`);
        kept.forEach((_, other) => {
          const name = rows <= width ? sum(other, place) : sum(place, other);
          this.lines.push(`${name} = FUSED32(kept${other}, passing${place}, ${name});`);
        });
      });
    });
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        if (target.kind === "scatter") {
          const at = [this.placeOf(target.rows, "row", row), this.placeOf(target.columns, "column", column)];
          const place = `f[${this.context.places[target.buffer]} + ${at.map(({ known, index }) => `${known}${index}`).join(" + ")}]`;
          this.lines.push(`${place} = ${place} + ${sum(row, column)};`);
          continue;
        }
        const [i, known] = [`row * ${columns} + column`, first + row * columns + column];
        if (each === undefined) {
          this.put(target, i, known, sum(row, column));
          continue;
        }
        if (!isWhole) {
          this.lines.push(`if (part + ${steps} < ${inner}) {`);
          this.put(target, i, known, sum(row, column));
          this.lines.push("} else");
        }
        this.lines.push(`EACH(${i} + ${known}, ${sum(row, column)})`);
      }
    }
  }

  /** How far the inner index has gone in both factors. */
  private along(left: ProductFactor, right: ProductFactor): void {
    for (const [factor, prefix] of [
      [left, "a"],
      [right, "b"],
    ] as const) {
      if (factor.kind === "sum") {
        const { inner: along } = factor;
        const step = this.isInBytes(along) ? this.context.vectorBytes : 1;
        const at =
          along.kind === "even"
            ? `${along.step} * k`
            : `${this.context.table(along.entries.map((entry) => entry * step))}[k]`;
        this.lines.push(`const int64_t ${prefix}k = ${at}; (void)${prefix}k;`);
      }
    }
  }

  /** Rows of sums, some entries of them at a time, whose factors stay in the nearest cache while all rows are gone through. */
  private transposed(loop: Extract<Loop, { kind: "transposed" }>): void {
    const { positions, step, width, inner, buffer } = loop;
    const [starts, rows, columns] = [loop.starts, loop.rows, loop.columns].map((numbers) =>
      this.context.table(numbers),
    );
    const span = step * (positions - 1) + width;
    const all = classesOf(loop);
    const isEven = all.every(({ count }) => count === all[0]!.count);
    for (const group of isEven ? [all] : all.map((one) => [one])) {
      const taps = Math.max(...group.map((one) => one.taps));
      const own = group.reduce((sum, one) => sum + positions + one.taps - 1, 0);
      const fitting = Math.floor((this.context.registers - positions - taps) / own);
      const { count } = group[0]!;
      for (const part of partsOf(count, Math.min(count, Math.max(1, fitting)))) {
        const beside = Array.from({ length: part.size }, (_, place) => place);
        const classes = group.flatMap((one) => beside.map((more) => ({ ...one, first: one.first + more })));
        const sum = (index: number, place: number) => `s${index}_${place}`;
        const sums = classes.flatMap((one, index) =>
          Array.from({ length: positions + one.taps - 1 }, (_, place) => ({
            name: sum(index, place),
            at: one.first + place * step,
          })),
        );
        this.loop("first", part.first, part.count, part.size, () => {
          this.loop("line", 0, loop.starts.length - 1, 1, () => {
            this.lines.push(`F ${sums.map(({ name }) => `${name} = {0}`).join(", ")};`);
            this.lines.push(`for (int pair = ${starts}[line]; pair < ${starts}[line + 1]; pair++) {`);
            this.lines.push(`const int row = ${rows}[pair], column = ${columns}[pair] + first;`);
            const a = this.outer(loop.a, "row", positions, inner, "a");
            const behind = classes.flatMap((one) =>
              Array.from({ length: one.taps }, (_, tap) => one.first + tap * step),
            );
            const b = this.outer(loop.b, "column", behind, inner, "b");
            this.loopFrom("k", "0", inner, () => {
              this.along(loop.a, loop.b);
              a.forEach((value, place) => {
                this.lines.push(`const F kept${place} = ${value};`);
              });
              let passing = 0;
              classes.forEach((one, index) => {
                const first = passing;
                for (; passing < first + one.taps; passing++) {
                  this.lines.push(`const F passing${passing} = ${b[passing]};`);
                }
                for (let position = 0; position < positions; position++) {
                  for (let tap = 0; tap < one.taps; tap++) {
                    const name = sum(index, position + tap);
                    this.lines.push(`${name} = FUSED32(kept${position}, passing${first + tap}, ${name});`);
                  }
                }
              });
            });
            this.lines.push("}", `const int entry = ${span} * line + first;`);
            for (const { name, at } of sums) {
              if (loop.each === undefined) {
                this.put({ kind: "store", buffer }, "entry", at, name);
              } else {
                this.lines.push(`EACH(entry + ${at}, ${name})`);
              }
            }
          });
        });
      }
    }
  }

  /** How far a walk has gone some places behind an index. */
  private placeOf(walk: Walk, i: string, behind: number): Place {
    return walk.kind === "even"
      ? { known: walk.first + behind * walk.step, index: timesText(walk.step, i) }
      : { known: 0, index: ` + ${this.context.table(walk.entries)}[${i} + ${behind}]` };
  }

  private sum({ outer, length, inner, buffer, target }: Extract<Loop, { kind: "sum" }>): void {
    const base = this.context.places[buffer]!;
    const [count, apart] = inner === 1 ? [outer, length] : [inner, 1];
    const all = () => {
      for (const { first, count: many, size } of partsOf(count, Math.min(sumsAbreast, count))) {
        this.loop("column", first, many, size, () => {
          const names = Array.from({ length: size }, (_, place) => `s${place}`);
          this.lines.push(`F ${names.map((name) => `${name} = {0}`).join(", ")};`);
          const at = inner === 1 ? `column * ${apart}` : `row * ${length * inner} + column`;
          this.lines.push(`const F *from = f + ${base} + ${at};`);
          this.loop("k", 0, length, 1, () => {
            names.forEach((name, place) => {
              this.lines.push(`${name} = ${name} + from[k * ${inner} + ${place * apart}];`);
            });
          });
          names.forEach((name, place) => {
            this.put(target, inner === 1 ? "column" : `row * ${inner} + column`, place, name);
          });
        });
      }
    };
    if (inner === 1) {
      all();
    } else {
      this.loop("row", 0, outer, 1, all);
    }
  }

  private gatherSum({ count, buffer, starts, entries, target }: Extract<Loop, { kind: "gatherSum" }>): void {
    const [from, places] = [
      this.context.table(starts),
      this.context.table(entries.length === 0 ? new Int32Array(1) : entries),
    ];
    this.loop("i", 0, count, 1, () => {
      this.lines.push(
        "F s = {0};",
        `for (int k = ${from}[i]; k < ${from}[i + 1]; k++) s = s + f[${this.context.places[buffer]} + ${places}[k]];`,
      );
      this.put(target, "i", 0, "s");
    });
  }

  private largest({ rows, length, source, out }: Extract<Loop, { kind: "largest" }>): void {
    this.loop("row", 0, rows, 1, () => {
      this.lines.push(`int i = row * ${length}; F s = ${this.entry(source.buffer, source.walk, "i")};`);
      this.lines.push(
        `for (; i < (row + 1) * ${length}; i++) s = LARGER32(s, ${this.entry(source.buffer, source.walk, "i")});`,
      );
      this.put({ kind: "store", buffer: out }, "row", 0, "s");
    });
  }

  private oneHot({ rows, length, source, out }: Extract<Loop, { kind: "oneHot" }>): void {
    this.loop("row", 0, rows, 1, () => {
      this.lines.push(`F s = ${this.entry(source.buffer, source.walk, "row")}, number = {0};`);
      this.loop("k", 0, length, 1, () => {
        this.put(
          { kind: "store", buffer: out },
          `row * ${length} + k`,
          0,
          "AND32(EQUAL32(s, number), SINGLES(1.0f))",
        );
        this.lines.push("number = number + SINGLES(1.0f);");
      });
    });
  }
}

function timesText(step: number, i: string): string {
  return step === 0 ? "" : step === 1 ? ` + ${i}` : ` + ${step} * ${i}`;
}
