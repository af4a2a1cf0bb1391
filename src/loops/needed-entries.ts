import type { BodyInstruction } from "./body.js";
import type { BufferId, Loop, LoopProgram, ProductFactor, Source, Target, Walk } from "./loop.js";

/** The entry of a buffer at a place of a walk; −1 for a 0. */
export function entryAt(walk: Walk, i: number): number {
  return walk.kind === "even" ? walk.first + walk.step * i : walk.entries[i]!;
}

/** The entry of a factor of a product. @param inner how many inner indices there are. */
export function entryOfFactor(factor: ProductFactor, i: number, k: number, inner: number): number {
  return factor.kind === "sum"
    ? entryAt(factor.outer, i) + entryAt(factor.inner, k)
    : factor.entries[i * inner + k]!;
}

/** The entries that a sum adds up. */
export function entriesOfSum({ length, inner }: Extract<Loop, { kind: "sum" }>, out: number): number[] {
  const first = Math.floor(out / inner) * length * inner + (out % inner);
  return Array.from({ length }, (_, k) => first + k * inner);
}

/** The numbers below a count for which something holds. */
export function numbersWhere(count: number, holds: (number: number) => boolean): number[] {
  return Array.from({ length: count }, (_, number) => number).filter(holds);
}

/** Which entries of buffers have to be there: those that are read and not known to be zero. Of buffers that stay as they are it is all. */
export class NeededEntries {
  private readonly zeros = new Map<BufferId, Uint8Array>();
  private readonly needed = new Map<BufferId, Uint8Array>();

  /** @param shrinks whether a buffer may have fewer entries. */
  constructor({ loops, sizes }: LoopProgram, shrinks: (buffer: BufferId) => boolean) {
    sizes.forEach((size, buffer) => {
      if (shrinks(buffer)) {
        this.zeros.set(buffer, new Uint8Array(size));
        this.needed.set(buffer, new Uint8Array(size));
      }
    });
    for (const loop of loops) {
      this.findZeros(loop);
    }
    for (const loop of loops.toReversed()) {
      this.findNeeded(loop);
    }
  }

  isNeeded(buffer: BufferId, entry: number): boolean {
    return this.needed.get(buffer)?.[entry] !== 0;
  }

  private isZero(buffer: BufferId, entry: number): boolean {
    return entry < 0 || this.zeros.get(buffer)?.[entry] === 1;
  }

  /** Whether an entry is written that has to be: one of a target that goes on, or one that is needed. */
  isMade(target: Target, entry: number): boolean {
    return target.kind !== "store" || this.isNeeded(target.buffer, entry);
  }

  /** The inner indices of a product at which not all of a factor is zero. */
  innerOf({ rows, columns, inner, a, b }: Extract<Loop, { kind: "product" }>): readonly number[] {
    const hasAny = (factor: ProductFactor, count: number, k: number) => {
      for (let i = 0; i < count; i++) {
        if (!this.isZero(factor.buffer, entryOfFactor(factor, i, k, inner))) {
          return true;
        }
      }
      return false;
    };
    const found = numbersWhere(inner, (k) => hasAny(a, rows, k) && hasAny(b, columns, k));
    return found.length === 0 ? numbersWhere(inner, () => true) : found;
  }

  private findZeros(loop: Loop): void {
    switch (loop.kind) {
      case "clear":
        this.zeros.get(loop.buffer)?.fill(1);
        return;
      case "product": {
        const { target } = loop;
        const zeros = this.zeros.get(target.kind === "descend" ? target.weight : target.buffer);
        if (target.kind === "scatter" && zeros !== undefined) {
          for (let row = 0; row < loop.rows; row++) {
            for (let column = 0; column < loop.columns; column++) {
              zeros[entryAt(target.rows, row) + entryAt(target.columns, column)] = 0;
            }
          }
        }
        return;
      }
      case "entrywise":
        if (!loop.sources.some((source) => this.hasZeros(source, loop.count))) {
          return;
        }
        for (let i = 0; i < loop.count; i++) {
          const zeros = this.zerosOfBody(loop.body, loop.sources, i);
          for (const { value, target } of loop.outputs) {
            this.setZero(target, i, zeros[value]!);
          }
        }
        return;
      case "sum":
        for (let out = 0; out < loop.outer * loop.inner; out++) {
          const areZero = entriesOfSum(loop, out).every((entry) => this.isZero(loop.buffer, entry));
          this.setZero(loop.target, out, areZero);
        }
        return;
      case "gatherSum":
        for (let out = 0; out < loop.count; out++) {
          const entries = loop.entries.subarray(loop.starts[out]!, loop.starts[out + 1]!);
          const areZero = entries.every((entry) => this.isZero(loop.buffer, entry));
          this.setZero(loop.target, out, areZero);
        }
        return;
      default:
    }
  }

  private hasZeros({ buffer, walk }: Source, count: number): boolean {
    for (let i = 0; i < count; i++) {
      if (this.isZero(buffer, entryAt(walk, i))) {
        return true;
      }
    }
    return false;
  }

  private setZero(target: Target, entry: number, isZero: boolean): void {
    if (target.kind === "store" && isZero) {
      const zeros = this.zeros.get(target.buffer);
      if (zeros !== undefined) {
        zeros[entry] = 1;
      }
    }
  }

  /** Which values of a body are zero since what they are multiplied by is. */
  private zerosOfBody(
    body: readonly BodyInstruction[],
    sources: readonly Source[],
    i: number,
  ): readonly boolean[] {
    const zeros: boolean[] = [];
    for (const instruction of body) {
      if (instruction.op === "load") {
        const { buffer, walk } = sources[instruction.source]!;
        zeros.push(this.isZero(buffer, entryAt(walk, i)));
      } else {
        zeros.push(
          instruction.op === "multiply"
            ? zeros[instruction.a]! || zeros[instruction.b]!
            : instruction.op === "negate" && zeros[instruction.a]!,
        );
      }
    }
    return zeros;
  }

  private need(buffer: BufferId, entry: number): void {
    if (!this.isZero(buffer, entry)) {
      this.keep(buffer, entry);
    }
  }

  /** Has an entry be there, zero or not. */
  private keep(buffer: BufferId, entry: number): void {
    const needed = this.needed.get(buffer);
    if (needed !== undefined) {
      needed[entry] = 1;
    }
  }

  /** A loop makes all of its outputs at an index if it makes one. */
  private findNeeded(loop: Loop): void {
    switch (loop.kind) {
      case "entrywise":
        for (let i = 0; i < loop.count; i++) {
          if (loop.outputs.some(({ target }) => this.isMade(target, i))) {
            for (const { target } of loop.outputs) {
              if (target.kind === "store") {
                this.keep(target.buffer, i);
              }
            }
            for (const { buffer, walk } of loop.sources) {
              this.need(buffer, entryAt(walk, i));
            }
          }
        }
        return;
      case "product":
        this.findNeededOfProduct(loop);
        return;
      case "sum":
        for (let out = 0; out < loop.outer * loop.inner; out++) {
          if (this.isMade(loop.target, out)) {
            for (const entry of entriesOfSum(loop, out)) {
              this.need(loop.buffer, entry);
            }
          }
        }
        return;
      case "gatherSum":
        for (let out = 0; out < loop.count; out++) {
          if (this.isMade(loop.target, out)) {
            for (const entry of loop.entries.subarray(loop.starts[out]!, loop.starts[out + 1]!)) {
              this.need(loop.buffer, entry);
            }
          }
        }
        return;
      case "largest":
      case "oneHot": {
        const [read, made] =
          loop.kind === "largest"
            ? [loop.rows * loop.length, loop.rows]
            : [loop.rows, loop.rows * loop.length];
        for (let i = 0; i < read; i++) {
          this.need(loop.source.buffer, entryAt(loop.source.walk, i));
        }
        for (let i = 0; i < made; i++) {
          this.keep(loop.out, i);
        }
        return;
      }
      default:
    }
  }

  private findNeededOfProduct(loop: Extract<Loop, { kind: "product" }>): void {
    const { inner, a, b, target } = loop;
    const { rows, columns } = this.blockOf(loop);
    for (const row of rows) {
      for (const column of columns) {
        if (target.kind === "scatter") {
          this.keep(target.buffer, entryAt(target.rows, row) + entryAt(target.columns, column));
        } else if (target.kind === "store") {
          this.keep(target.buffer, loop.first + row * loop.columns + column);
        }
      }
    }
    for (const k of this.innerOf(loop)) {
      for (const row of rows) {
        this.need(a.buffer, entryOfFactor(a, row, k, inner));
      }
      for (const column of columns) {
        this.need(b.buffer, entryOfFactor(b, column, k, inner));
      }
    }
  }

  /** The rows and columns of a product that have an entry which is made. */
  blockOf({ rows, columns, target, first }: Extract<Loop, { kind: "product" }>): {
    readonly rows: readonly number[];
    readonly columns: readonly number[];
  } {
    const isMade = (row: number, column: number) =>
      target.kind === "scatter" || this.isMade(target, first + row * columns + column);
    const [down, along] = [numbersWhere(rows, () => true), numbersWhere(columns, () => true)];
    return {
      rows: down.filter((row) => along.some((column) => isMade(row, column))),
      columns: along.filter((column) => down.some((row) => isMade(row, column))),
    };
  }
}
