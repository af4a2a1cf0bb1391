import { sizeOf, type TensorInstruction, type TensorProgram, type TensorValue } from "../tensors/index.js";
import { Body } from "./body.js";
import { Entries } from "./entries.js";
import { exponential, logOfOnePlusPositive } from "./functions.js";
import { joined } from "./joined.js";
import type { BufferId, Loop, LoopProgram, ProductTarget, Source, Target } from "./loop.js";
import { isEntrywise, keyOfCall, type Needs, needsOf } from "./needs.js";
import { onlyNeeded } from "./only-needed.js";
import { livesOf, readsWhatMoved } from "./readers.js";
import { scatterOf } from "./scatter.js";
import { loopsOfStack } from "./stacks.js";
import { inRows } from "./transposed.js";
import { factorOfProduct, increases, separated, sourceOf, type View, Views } from "./views.js";

/** Where the entries of an output go, other than to a buffer of the program's own. */
export type OutputTarget = Exclude<Target, { readonly kind: "store" }>;

/** A program of tensors with single precision as loops, and where each output is. */
export interface LoweredProgram extends LoopProgram {
  /** Of each output that has no target. */
  readonly outputs: readonly (BufferId | undefined)[];
}

/** More products of a stack than this are not written one by one, but as a loop over all their entries; then they may be of so many products of numbers. */
const largestStack = 64;
const mostOfStack = 2 ** 18;

/**
 * Writes a program as loops.
 * @param given how many entries each buffer has that is there: inputs' and targets'.
 * @param inputs the buffer of each input.
 * @param targets of each output; absent where it is to have a buffer of its own.
 * @throws RangeError for a program that is not written as loops.
 */
export function lowerToLoops(
  program: TensorProgram,
  given: readonly number[],
  inputs: readonly BufferId[],
  targets: readonly (OutputTarget | undefined)[],
): LoweredProgram {
  const direct = new Lowering(program, given, inputs, targets).lowered();
  const lowered = readsWhatMoved(direct.loops)
    ? new Lowering(program, given, inputs, targets, true).lowered()
    : direct;
  const kept = lowered.outputs.filter((buffer) => buffer !== undefined);
  return joined(inRows(onlyNeeded(lowered, given.length, kept)), given.length, kept);
}

class Lowering {
  private readonly views: Views;
  private readonly needs: Needs;
  private readonly loops: Loop[] = [];
  private readonly sizes: number[];
  /** Of each instruction the buffer that it is in. */
  private readonly buffers: (BufferId | undefined)[] = [];
  /** What a buffer is to be multiplied by to be its instruction. */
  private readonly factors: number[] = [];
  /** Tensors whose only reader is an output with a target, which are made last. */
  private readonly deferred = new Set<TensorValue>();
  /** Products that are added up where they belong, by the sum that does it. */
  private readonly scattered = new Map<TensorValue, TensorValue>();
  private readonly calls = new Map<string, TensorValue[]>();

  constructor(
    private readonly program: TensorProgram,
    given: readonly number[],
    private readonly inputs: readonly BufferId[],
    private readonly targets: readonly (OutputTarget | undefined)[],
    /** Whether all outputs are worked out before any goes where it is to go. */
    private readonly isStaged = false,
  ) {
    this.views = new Views(program);
    this.needs = needsOf(program, this.views);
    this.sizes = [...given];
  }

  lowered(): LoweredProgram {
    const { instructions, outputs } = this.program;
    this.findScattered();
    if (!this.isStaged) {
      this.findDeferred();
    }
    instructions.forEach((instruction, value) => {
      this.factors[value] = 1;
      if (instruction.op === "call" && this.needs.isBuffer[value]) {
        const key = keyOfCall(this.views, instruction.a);
        this.calls.set(key, [...(this.calls.get(key) ?? []), value]);
      }
    });
    instructions.forEach((instruction, value) => {
      if (instruction.op === "input") {
        this.buffers[value] = this.inputs[instruction.index];
      } else if (
        this.needs.isBuffer[value] &&
        this.buffers[value] === undefined &&
        !this.deferred.has(value) &&
        ![...this.scattered.values()].includes(value)
      ) {
        this.make(value);
      }
    });
    const found = outputs.map((output, place) =>
      this.finish(output, this.isStaged ? undefined : this.targets[place]),
    );
    if (this.isStaged) {
      found.forEach((buffer, place) => {
        const target = this.targets[place];
        if (target !== undefined) {
          this.loops.push(moving(buffer!, this.sizes[buffer!]!, target));
          found[place] = undefined;
        }
      });
    }
    return {
      loops: this.loops,
      sizes: this.sizes,
      outputs: found,
      lives: livesOf(this.loops, this.sizes.length),
    };
  }

  /** Outputs that go on to sums and weights are made last, when nothing reads these any more. */
  private findDeferred(): void {
    this.program.outputs.forEach((output, place) => {
      const { of, entries } = this.views.of(output);
      const { op } = this.program.instructions[of]!;
      const isMade =
        op === "matmul" || op === "sum" || isEntrywise(this.program, this.program.instructions[of]!);
      if (
        this.targets[place] !== undefined &&
        entries === undefined &&
        isMade &&
        !this.scattered.has(of) &&
        this.needs.readers[of] === 1
      ) {
        this.deferred.add(of);
      }
    });
  }

  /** Sums of entries of a product each of which is in one of them. */
  private findScattered(): void {
    const { instructions } = this.program;
    instructions.forEach((instruction, value) => {
      if (instruction.op !== "sum" || !this.needs.isBuffer[value]) {
        return;
      }
      const { of, entries } = this.views.of(instruction.a);
      const product = instructions[of]!;
      if (
        entries === undefined ||
        product.op !== "matmul" ||
        product.shape.length !== 2 ||
        this.needs.readers[of] !== 1
      ) {
        return;
      }
      const places = scatterOf(instruction, instructions[instruction.a]!, entries, sizeOf(product.shape));
      const [rows, columns] = product.shape as readonly [number, number];
      const split = places && separated(rows, columns, (row, column) => places[row * columns + column]!);
      // Then what falls together is added in one order, whatever the blocks: what a later row adds is in an earlier column.
      if (split !== undefined && increases(split.outer) && increases(split.inner)) {
        this.scattered.set(value, of);
      }
    });
  }

  private buffer(size: number): BufferId {
    return this.sizes.push(size) - 1;
  }

  /** The buffer behind a view, which is made if it is not there yet. */
  private bufferOf({ of }: View): BufferId {
    if (this.buffers[of] === undefined) {
      this.make(of);
    }
    return this.buffers[of]!;
  }

  private factorOf({ of, factor }: View): number {
    return factor * this.factors[of]!;
  }

  /** Works a tensor out to a buffer of its own, or, if it is asked for last, to where it goes. */
  private make(value: TensorValue, target?: OutputTarget): void {
    const instruction = this.program.instructions[value]!;
    const size = sizeOf(instruction.shape);
    const goes = (factor: number): Target => {
      if (target !== undefined) {
        return { ...target, factor: target.factor * factor };
      }
      this.factors[value] = factor;
      this.buffers[value] = this.buffer(size);
      return { kind: "store", buffer: this.buffers[value] };
    };
    switch (instruction.op) {
      case "matmul":
        this.makeProduct(instruction, goes);
        return;
      case "sum":
        this.makeSum(instruction, value, goes);
        return;
      case "logsumexp":
        this.buffers[value] = this.logSum(instruction);
        return;
      case "oneHot": {
        const view = this.views.of(instruction.a);
        const length = instruction.shape.at(-1)!;
        const out = this.buffer(size);
        this.buffers[value] = out;
        this.loops.push({
          kind: "oneHot",
          rows: size / length,
          length,
          source: this.plainSource(instruction.a, view),
          out,
        });
        return;
      }
      default: {
        const together =
          target === undefined && instruction.op === "call"
            ? this.calls
                .get(keyOfCall(this.views, instruction.a))!
                .filter((one) => this.buffers[one] === undefined && !this.deferred.has(one))
            : [value];
        const entries = this.entries();
        const made = together.map((one) => entries.valueOf(one));
        this.loops.push({
          kind: "entrywise",
          count: size,
          ...entries.loaded(),
          outputs: together.map((one, place) => {
            if (target !== undefined) {
              return { value: made[place]!, target };
            }
            this.buffers[one] = this.buffer(size);
            return { value: made[place]!, target: { kind: "store", buffer: this.buffers[one] } };
          }),
        });
      }
    }
  }

  private entries(): Entries {
    return new Entries(this.program, this.views, {
      isBuffer: (value) =>
        this.buffers[value] !== undefined || (this.needs.isBuffer[value]! && !this.deferred.has(value)),
      bufferOf: (view) => this.bufferOf(view),
      factorOf: (view) => this.factorOf(view),
    });
  }

  private makeProduct(
    { a, b, transposeA, transposeB, shape }: Extract<TensorInstruction, { op: "matmul" }>,
    goes: (factor: number) => ProductTarget,
  ): void {
    const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
    const stack = sizeOf(shape) / (rows * columns);
    const inner = this.program.instructions[a]!.shape.at(transposeA ? -2 : -1)!;
    if (stack > largestStack && stack * rows * inner * columns > mostOfStack) {
      throw new RangeError(`a stack of ${stack} products of matrices is not written as loops`);
    }
    const [left, right] = [this.views.of(a), this.views.of(b)];
    const [bufferA, bufferB] = [this.bufferOf(left), this.bufferOf(right)];
    const target = goes(this.factorOf(left) * this.factorOf(right));
    const at = ({ entries }: View, place: number) => (entries === undefined ? place : entries[place]!);
    const entryOfA = (one: number, row: number, k: number) =>
      at(left, one * rows * inner + (transposeA ? k * rows + row : row * inner + k));
    const entryOfB = (one: number, column: number, k: number) =>
      at(right, one * inner * columns + (transposeB ? column * inner + k : k * columns + column));
    if (stack > largestStack && target.kind !== "scatter") {
      const factors = {
        a: { buffer: bufferA, entryOf: entryOfA },
        b: { buffer: bufferB, entryOf: entryOfB },
      };
      const buffer = (size: number) => this.buffer(size);
      this.loops.push(...loopsOfStack({ stack, rows, inner, columns, ...factors }, target, buffer));
      return;
    }
    for (let one = 0; one < stack; one++) {
      this.loops.push({
        kind: "product",
        rows,
        inner,
        columns,
        a: factorOfProduct(bufferA, rows, inner, (row, k) => entryOfA(one, row, k)),
        b: factorOfProduct(bufferB, columns, inner, (column, k) => entryOfB(one, column, k)),
        target,
        first: one * rows * columns,
      });
    }
  }

  private makeSum(
    instruction: Extract<TensorInstruction, { op: "sum" }>,
    value: TensorValue,
    goes: (factor: number) => Target,
  ): void {
    const { a, axis, shape } = instruction;
    const long = this.program.instructions[a]!.shape;
    const [outer, length, inner] = [sizeOf(long.slice(0, axis)), long[axis]!, sizeOf(long.slice(axis + 1))];
    const view = this.views.of(a);
    const product = this.scattered.get(value);
    if (product !== undefined) {
      const made = this.program.instructions[product] as Extract<TensorInstruction, { op: "matmul" }>;
      const [rows, columns] = made.shape as readonly [number, number];
      const places = scatterOf(instruction, this.program.instructions[a]!, view.entries!, rows * columns)!;
      const split = separated(rows, columns, (row, column) => places[row * columns + column]!)!;
      const out = this.buffer(sizeOf(shape));
      this.loops.push({ kind: "clear", buffer: out, count: sizeOf(shape) });
      this.makeProduct(made, (factor) => {
        this.buffers[value] = out;
        this.factors[value] = factor * view.factor;
        return { kind: "scatter", buffer: out, rows: split.outer, columns: split.inner };
      });
      return;
    }
    const buffer = this.bufferOf(view);
    const target = goes(this.factorOf(view));
    if (view.entries === undefined) {
      this.loops.push({ kind: "sum", outer, length, inner, buffer, target });
      return;
    }
    const starts = [0];
    const entries: number[] = [];
    for (let out = 0; out < outer * inner; out++) {
      for (let k = 0; k < length; k++) {
        const entry = view.entries[(Math.floor(out / inner) * length + k) * inner + (out % inner)]!;
        if (entry >= 0) {
          entries.push(entry);
        }
      }
      starts.push(entries.length);
    }
    this.loops.push({
      kind: "gatherSum",
      count: outer * inner,
      buffer,
      starts: Int32Array.from(starts),
      entries: Int32Array.from(entries),
      target,
    });
  }

  /** A tensor's entries as they are, in a buffer. */
  private plainSource(value: TensorValue, view: View): Source {
    const buffer = this.bufferOf(view);
    return this.factorOf(view) === 1
      ? sourceOf(buffer, view)
      : { buffer: this.copied(value), walk: { kind: "even", first: 0, step: 1 } };
  }

  /** A tensor's entries in a buffer of their own. */
  private copied(value: TensorValue): BufferId {
    const size = sizeOf(this.program.instructions[value]!.shape);
    const entries = this.entries();
    const made = entries.valueOf(value);
    const out = this.buffer(size);
    this.loops.push({
      kind: "entrywise",
      count: size,
      ...entries.loaded(),
      outputs: [{ value: made, target: { kind: "store", buffer: out } }],
    });
    return out;
  }

  /** The largest entry `m` of a row, and `m + log(1 + Σ exp(x − m))` over the others. */
  private logSum({ a, shape }: Extract<TensorInstruction, { op: "logsumexp" }>): BufferId {
    const rows = sizeOf(shape);
    const length = this.program.instructions[a]!.shape.at(-1)!;
    const source = this.plainSource(a, this.views.of(a));
    const largest = this.buffer(rows);
    this.loops.push({ kind: "largest", rows, length, source, out: largest });
    const ofRow = Int32Array.from({ length: rows * length }, (_, entry) => Math.floor(entry / length));
    const [parts, equal, sum, many, out] = [rows * length, rows * length, rows, rows, rows].map((size) =>
      this.buffer(size),
    );
    const shares = new Body();
    const [x, m] = [shares.load(0), shares.load(1)];
    const isLargest = shares.equal(x, m);
    this.loops.push({
      kind: "entrywise",
      count: rows * length,
      sources: [source, sourceOf(largest, { of: -1, entries: ofRow, factor: 1 })],
      body: shares.instructions,
      outputs: [
        {
          value: shares.select(isLargest, shares.constant(0), exponential(shares, shares.subtract(x, m))),
          target: { kind: "store", buffer: parts! },
        },
        {
          value: shares.select(isLargest, shares.constant(1), shares.constant(0)),
          target: { kind: "store", buffer: equal! },
        },
      ],
    });
    for (const [from, to] of [
      [parts!, sum!],
      [equal!, many!],
    ] as const) {
      this.loops.push({
        kind: "sum",
        outer: rows,
        length,
        inner: 1,
        buffer: from,
        target: { kind: "store", buffer: to },
      });
    }
    const whole = new Body();
    const [top, rest, count] = [whole.load(0), whole.load(1), whole.load(2)];
    // Each further one that is as large adds 1.
    const others = whole.add(rest, whole.subtract(count, whole.constant(1)));
    const value = whole.add(top, logOfOnePlusPositive(whole, others));
    // What is not finite stays.
    const staysFinite = whole.equal(whole.subtract(top, top), whole.constant(0));
    this.loops.push({
      kind: "entrywise",
      count: rows,
      sources: [largest, sum!, many!].map((buffer) => ({
        buffer,
        walk: { kind: "even", first: 0, step: 1 },
      })),
      body: whole.instructions,
      outputs: [{ value: whole.select(staysFinite, value, top), target: { kind: "store", buffer: out! } }],
    });
    return out!;
  }

  private finish(output: TensorValue, target: OutputTarget | undefined): BufferId | undefined {
    const view = this.views.of(output);
    if (target === undefined) {
      const buffer = this.bufferOf(view);
      const isInput = this.program.instructions[view.of]!.op === "input";
      return view.entries === undefined && this.factorOf(view) === 1 && !isInput
        ? buffer
        : this.copied(output);
    }
    if (this.deferred.has(view.of)) {
      this.deferred.delete(view.of);
      this.make(view.of, { ...target, factor: target.factor * view.factor });
      return undefined;
    }
    const buffer = this.bufferOf(view);
    const body = new Body();
    const value = body.load(0);
    this.loops.push({
      kind: "entrywise",
      count: sizeOf(this.program.instructions[output]!.shape),
      sources: [sourceOf(buffer, view)],
      body: body.instructions,
      outputs: [{ value, target: { ...target, factor: target.factor * this.factorOf(view) } }],
    });
    return undefined;
  }
}

/** Has a buffer's entries go where they are to go. */
function moving(buffer: BufferId, count: number, target: OutputTarget): Loop {
  const body = new Body();
  const value = body.load(0);
  const source: Source = { buffer, walk: { kind: "even", first: 0, step: 1 } };
  return {
    kind: "entrywise",
    count,
    sources: [source],
    body: body.instructions,
    outputs: [{ value, target }],
  };
}
