import { testDomain } from "../../../compile/streams.js";
import type {
  KnownRows,
  LabelledItems,
  LaneArithmetic,
  LaneNumbers,
  LanePass,
  PassTarget,
  RowNumbers,
  Share,
  TakenPoint,
  TensorPlan,
} from "../../../simulate/tensors/index.js";
import type { TrainingData } from "../../../simulate/training-data.js";
import { type DataRows, sizeOf, type TensorProgram, type TensorSource } from "../../../tensors/index.js";
import { type LoweredPass, loweredPass } from "../../wasm/loops/lowered-pass.js";
import type { SharedData } from "./data.js";
import { type LoopContext, LoopText } from "./loop-text.js";

/** A tensor of every lane in a program of C: vectors from the frame's first to it. */
export interface FramedTensor {
  readonly length: number;
  place: number;
  /** Of a weight: how far it has gone, and where among what threads share it starts. */
  readonly weight?: { readonly moved: number; readonly start: number };
}

interface Recorded extends LoweredPass {
  readonly outputs: readonly (FramedTensor | undefined)[];
}

/** What entries of independent data are drawn from. */
type IndependentEntry = Extract<TensorSource, { kind: "independent" }>["entry"];

/** The values that one can have, and how likely each is. */
interface Outcomes {
  readonly values: Float32Array;
  readonly probabilities: Float64Array;
}

/** A double in C, whatever it is. */
export function doubleLiteral(value: number): string {
  if (Number.isNaN(value)) {
    return '__builtin_nan("")';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "__builtin_inf()" : "-__builtin_inf()";
  }
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Hears what a kernel does to tensors, and writes it in C: what it does at a time is what there is between two calls of `taken`. It
 * carries nothing out, so that a kernel which decides by what it reads is not written.
 */
export class RecordedLanes implements LaneArithmetic<FramedTensor> {
  readonly lanes = 1;
  private readonly passes: Recorded[] = [];
  private readonly tables = new Map<string, string>();
  private readonly kept = new Map<ArrayLike<number>, Float32Array | Float64Array | Uint8Array>();
  private readonly outcomes = new Map<IndependentEntry, Outcomes>();
  private lines: string[] = [];
  private readonly known: string[] = [];
  /** Numbers in double precision of each lane. */
  private doubles = 0;
  /** Where it is among them how far orders are from those below; of no more weights than there is a matrix for. */
  private apart: number | undefined;
  /** Vectors of the frame, the first of zeros. */
  private vectors = 1;
  /** In which loop, from 1 on. */
  private depth = 0;

  /** @param name before the names of functions and tables. */
  constructor(
    private readonly plan: TensorPlan,
    private readonly data: SharedData,
    private readonly name: string,
    private readonly registers: number,
    private readonly vectorBytes: number,
  ) {}

  /** The statements since this was asked last. */
  taken(): string {
    const text = this.lines.join("\n");
    this.lines = [];
    return text;
  }

  /** How many numbers of each lane there are, and vectors. */
  get size(): { readonly numbers: number; readonly vectors: number } {
    return { numbers: this.doubles, vectors: this.vectors };
  }

  /** The functions of all programs, with the tables that they read. To be asked once when all are made, and before anything is done to tensors. */
  functions(): string {
    const first = this.vectors;
    this.vectors += Math.max(0, ...this.passes.map(({ arena }) => arena.size));
    const functions = this.passes.map(({ lowered, given, outputs, arena }, pass) => {
      const at = lowered.sizes.map((_, buffer) => given[buffer] ?? first + (arena.places.get(buffer) ?? 0));
      lowered.outputs.forEach((buffer, output) => {
        if (buffer !== undefined) {
          outputs[output]!.place = at[buffer]!;
        }
      });
      const context: LoopContext = {
        places: at,
        registers: this.registers,
        vectorBytes: this.vectorBytes,
        table: (numbers) => this.table(numbers),
        factor: (value) => `(float)${this.constant(value)}`,
        starts: (start) => this.sharedAt("float", start),
      };
      return `static void ${this.name}pass${pass}(F *f, const char *shared) {
(void)shared;
${new LoopText(context).text(lowered.loops)}
}`;
    });
    const tables = [...this.tables].map(
      ([numbers, name]) => `static const int32_t ${name}[] = {${numbers}};`,
    );
    return [...this.known, ...tables, ...functions].join("\n");
  }

  tensor(length: number): FramedTensor {
    return { length, place: this.room(length) };
  }

  shared(length: number): FramedTensor {
    return this.tensor(length);
  }

  weight(start: Float64Array): FramedTensor {
    return {
      length: start.length,
      place: this.room(start.length),
      weight: { moved: this.room(start.length), start: this.data.put(this.singles(start)) },
    };
  }

  pass(
    program: TensorProgram,
    inputs: readonly (FramedTensor | undefined)[],
    targets: readonly PassTarget<FramedTensor>[] = [],
  ): LanePass<FramedTensor> {
    const made = loweredPass(program, inputs, targets, ({ place }) => place);
    const { lowered } = made;
    const outputs = lowered.outputs.map((buffer, output): FramedTensor | undefined =>
      buffer === undefined
        ? undefined
        : { length: sizeOf(program.instructions[program.outputs[output]!]!.shape), place: -1 },
    );
    const pass = this.passes.push({ ...made, outputs }) - 1;
    return { outputs, run: () => this.line(`${this.name}pass${pass}(f, shared);`) };
  }

  clear({ place, length }: FramedTensor): void {
    this.line(`clear32(f + ${place}, ${length});`);
  }

  restart({ place, length, weight }: FramedTensor): void {
    this.line(
      `restart32(f + ${place}, f + ${weight!.moved}, ${this.sharedAt("float", weight!.start)}, ${length});`,
    );
  }

  descend({ place, length, weight }: FramedTensor, along: FramedTensor, share: number): void {
    this.line(
      `descend32(f + ${place}, f + ${weight!.moved}, ${this.sharedAt("float", weight!.start)}, f + ${along.place}, ${length}, (float)${this.constant(share)});`,
    );
  }

  add(sum: FramedTensor, value: FramedTensor, share: number): void {
    this.line(`add32(f + ${sum.place}, f + ${value.place}, ${sum.length}, (float)${this.constant(share)});`);
  }

  scale(into: FramedTensor, value: FramedTensor, share: number): void {
    this.line(
      `scale32(f + ${into.place}, f + ${value.place}, ${into.length}, (float)${this.constant(share)});`,
    );
  }

  distance(into: FramedTensor, weight: FramedTensor, place: FramedTensor): void {
    this.line(`distance32(f + ${into.place}, f + ${weight.place}, f + ${place.place}, ${into.length});`);
  }

  bend(
    values: readonly FramedTensor[],
    below: readonly FramedTensor[] | undefined,
    matrix: Float64Array,
    share: number,
  ): void {
    const dimension = values.reduce((sum, { length }) => sum + length, 0);
    const numbers = this.sharedAt("double", this.data.put(matrix));
    this.apart ??= this.roomForNumbers(dimension);
    let first = 0;
    values.forEach(({ place, length }, tensor) => {
      const other = below === undefined ? "0" : `f + ${below[tensor]!.place}`;
      this.line(`apart32(n + ${this.apart! + first} * L, f + ${place}, ${other}, ${length});`);
      first += length;
    });
    let row = 0;
    for (const { place, length } of values) {
      this.line(
        `bend32(f + ${place}, n + ${this.apart} * L, ${numbers} + ${row * dimension}, ${length}, ${dimension}, ${this.constant(share)});`,
      );
      row += length;
    }
  }

  numbers(): LaneNumbers {
    return { values: new Float64Array(1), place: this.roomForNumbers(1) } as LaneNumbers;
  }

  /** C of where some numbers of all lanes are. */
  placeOf(numbers: LaneNumbers): string {
    return `(n + ${(numbers as LaneNumbers & { readonly place: number }).place} * L)`;
  }

  fill(numbers: LaneNumbers, value: number): void {
    this.line(`for (int l = 0; l < L; l++) ${this.placeOf(numbers)}[l] = ${this.constant(value)};`);
  }

  divide(numbers: LaneNumbers, by: number): void {
    this.line(`for (int l = 0; l < L; l++) ${this.placeOf(numbers)}[l] /= ${this.constant(by)};`);
  }

  addNumber(sums: LaneNumbers, value: FramedTensor, share: Share): void {
    this.line(
      typeof share === "number"
        ? `add_number(${this.placeOf(sums)}, f + ${value.place}, ${this.constant(share)});`
        : `add_shares(${this.placeOf(sums)}, f + ${value.place}, ${this.placeOf(share)});`,
    );
  }

  addMissed(
    sums: LaneNumbers,
    logits: FramedTensor,
    labels: FramedTensor,
    { count, classes, areProbabilities }: LabelledItems,
    share: Share,
  ): void {
    const shares = typeof share === "number" ? this.constant(share) : `${this.placeOf(share)}[l]`;
    this.line(
      `for (int l = 0; l < L; l++) ${this.placeOf(sums)}[l] += ${shares} * missed(f + ${logits.place}, f + ${labels.place}, l, ${count}, ${classes}, ${areProbabilities ? 1 : 0}) / ${doubleLiteral(count)};`,
    );
  }

  addProduct(sums: LaneNumbers, value: FramedTensor, vector: Float64Array, share: number): void {
    const numbers = this.sharedAt("double", this.data.put(vector));
    this.line(
      `add_product(${this.placeOf(sums)}, f + ${value.place}, ${numbers}, ${vector.length}, ${this.constant(share)});`,
    );
  }

  addOfRow(
    sums: LaneNumbers,
    { values, count }: { readonly values: Float64Array; readonly update: number; readonly count: number },
    rows: RowNumbers,
    place: number,
    share: number,
  ): void {
    const table = this.sharedAt("double", this.data.put(values));
    this.line(
      `for (int l = 0; l < L; l++) { int64_t row = ${this.rowText(rows, place)}; ${this.placeOf(sums)}[l] += ${this.constant(share)} * ${table}[update * ${count} + row]; }`,
    );
  }

  knownRows(count: number): KnownRows & { readonly name: string } {
    const name = `${this.name}known${this.known.length}`;
    this.known.push(`static double ${name}[${count}];`);
    return { values: new Float64Array(0), name };
  }

  addKnown(
    sums: LaneNumbers,
    pass: LanePass<FramedTensor>,
    known: KnownRows,
    rows: RowNumbers,
    place: number,
    share: number,
  ): void {
    const { name } = known as KnownRows & { readonly name: string };
    // Threads may find the same at once: what each writes is what the other does.
    this.line(
      `{ int64_t row[L]; double own[L]; int unknown = 0;
for (int l = 0; l < L; l++) { row[l] = ${this.rowText(rows, place)}; __atomic_load(${name} + row[l], own + l, __ATOMIC_RELAXED); unknown |= own[l] == 0; }
if (unknown) {`,
    );
    pass.run();
    this.line(`for (int l = 0; l < L; l++) { own[l] = (double)((const float *)(f + ${pass.outputs[0]!.place}))[l]; __atomic_store(${name} + row[l], own + l, __ATOMIC_RELAXED); }
}
for (int l = 0; l < L; l++) ${this.placeOf(sums)}[l] += ${this.constant(share)} * own[l]; }`);
  }

  loop(count: number, body: (index: number) => void): void {
    const i = `i${++this.depth}`;
    this.line(`for (int64_t ${i} = 0; ${i} < ${count}; ${i}++) {`);
    if (count > 64) {
      this.line(`if ((${i} & 63) == 63 && !goes_on()) break;`);
    }
    body(0);
    this.line("}");
    this.depth--;
  }

  takePoint({ drawn, source, tensors }: TakenPoint<FramedTensor>, place: number): void {
    const at = this.drawnAt(source, place);
    drawn.forEach((datum, number) => {
      const tensor = tensors[number];
      if (datum.kind === "row") {
        const { taking, values } = this.rowsOf(datum.values);
        this.line(
          `${taking}(f + ${tensor!.place}, ${values}, ${at} + ${datum.column} * LANES, ${datum.size});`,
        );
      } else if (datum.kind === "entries") {
        datum.columns.forEach((column, entry) => {
          if (column >= 0) {
            this.line(
              `for (int l = 0; l < L; l++) ((float *)(f + ${tensor!.place + entry}))[l] = (float)${at}[${column} * LANES + l];`,
            );
          }
        });
      }
    });
  }

  drawNext(_source: TrainingData, index: number): void {
    void index;
    // Of no data nothing is drawn, nor is there a function that draws.
    if (this.plan.data === 0) {
      return;
    }
    const i = `i${this.depth}`;
    this.line(
      `if (${i} % 4 == 0 && ${this.name}draw(m, k, h, &test, (uint32_t)(${i} / 4 * ${this.plan.sources.length}), 1, (char *)tests)) bad = 1;`,
    );
  }

  takeRow(
    tensors: readonly FramedTensor[],
    _rows: DataRows,
    _row: number,
    _values: readonly Float64Array[],
    share: LaneNumbers,
  ): void {
    const rows = this.plan.test !== undefined && "rows" in this.plan.test ? this.plan.test.rows : [];
    this.line(`{ int64_t rest = i${this.depth}; double share = 1.0;`);
    let tensor = 0;
    for (const source of rows) {
      if (source.kind === "rows") {
        this.line(
          `const int64_t row${tensor} = rest % ${source.rows}; rest /= ${source.rows}; share *= ${this.constant(1 / source.rows)};`,
        );
        const row = `row${tensor}`;
        for (const { values } of source.columns) {
          const { taking, values: at } = this.rowsOf(values);
          const { place, length } = tensors[tensor++]!;
          this.line(`${taking}_shared(f + ${place}, ${at}, ${row}, ${length});`);
        }
      } else {
        const { values, probabilities } = this.outcomesOf(source.entry);
        const { place, length } = tensors[tensor++]!;
        this.line(
          `rest = take_values(f + ${place}, ${this.sharedAt("float", this.data.put(values))}, ${this.sharedAt("double", this.data.put(probabilities))}, rest, ${values.length}, ${length}, &share);`,
        );
      }
    }
    this.line(`for (int l = 0; l < L; l++) ${this.placeOf(share)}[l] = share; }`);
  }

  private isWritten(): never {
    throw new Error("what is only written down has no values to read");
  }

  areFinite(): readonly boolean[] {
    return this.isWritten();
  }

  moved(): number {
    return this.isWritten();
  }

  read(): number {
    return this.isWritten();
  }

  putShared({ place, length }: FramedTensor, values: ArrayLike<number>): void {
    this.line(
      `splat32(f + ${place}, ${this.sharedAt("float", this.data.put(this.singles(values)))}, ${length});`,
    );
  }

  /** C of the number of the row that a point is in lane `l`. */
  private rowText(rows: RowNumbers, place: number): string {
    const found: string[] = [];
    let step = 1;
    for (const { count, column, values } of rows.choices) {
      if (column !== undefined) {
        const drawn = `${this.drawnAt(rows.source, place)}[${column} * LANES + l]`;
        const number =
          values === undefined
            ? `(int64_t)${drawn}`
            : values.reduceRight(
                (rest, value, choice) => `(${drawn} == ${doubleLiteral(value)} ? ${choice} : ${rest})`,
                "0",
              );
        found.push(`${step} * ${number}`);
      }
      step *= count;
    }
    return found.join(" + ") || "0";
  }

  /** C of what is drawn of a point: a column of all lanes, doubles, behind the other. */
  private drawnAt(source: TrainingData, place: number): string {
    const index = this.depth > 0 ? `i${this.depth}` : `${place}`;
    const columns = this.plan.data;
    return source.domain === testDomain
      ? `(tests + ${index} % 4 * ${columns} * LANES)`
      : `(drawn + ${index} * ${columns} * LANES)`;
  }

  private rowsOf(values: ArrayLike<number>): { readonly taking: string; readonly values: string } {
    if (values instanceof Uint8Array) {
      return { taking: "take_bytes", values: this.sharedAt("uint8_t", this.data.put(values)) };
    }
    return { taking: "take_singles", values: this.sharedAt("float", this.data.put(this.singles(values))) };
  }

  /** C of what threads share. */
  private sharedAt(type: string, at: number): string {
    return `((const ${type} *)(shared + ${this.name}CONSTANTS + ${at}))`;
  }

  /** Numbers as ones of single precision, once for each list. */
  private singles(values: ArrayLike<number>): Float32Array {
    let singles = this.kept.get(values) as Float32Array | undefined;
    if (singles === undefined) {
      singles = Float32Array.from(values);
      this.kept.set(values, singles);
    }
    return singles;
  }

  private outcomesOf(entry: IndependentEntry): Outcomes {
    let found = this.outcomes.get(entry);
    if (found === undefined) {
      // Of infinitely many there are no rows.
      const outcomes = entry.kind === "finite" ? entry.outcomes : [];
      found = {
        values: Float32Array.from(outcomes, ({ value }) => value),
        probabilities: Float64Array.from(outcomes, ({ probability }) => probability),
      };
      this.outcomes.set(entry, found);
    }
    return found;
  }

  private constant(value: number): string {
    return `((const double *)shared)[${this.data.constant(value)}]`;
  }

  private table(numbers: Int32Array): string {
    const key = numbers.join(",");
    let name = this.tables.get(key);
    if (name === undefined) {
      name = `${this.name}table${this.tables.size}`;
      this.tables.set(key, name);
    }
    return name;
  }

  private roomForNumbers(count: number): number {
    const place = this.doubles;
    this.doubles += count;
    return place;
  }

  private room(length: number): number {
    const place = this.vectors;
    this.vectors += length;
    return place;
  }

  private line(text: string): void {
    this.lines.push(text);
  }
}
