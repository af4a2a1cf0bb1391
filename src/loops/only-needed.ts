import type { BufferId, Loop, LoopProgram, ProductFactor, Source, Target } from "./loop.js";
import { entriesOfSum, entryAt, entryOfFactor, NeededEntries, numbersWhere } from "./needed-entries.js";
import { livesOf } from "./readers.js";
import { factorOfProduct, separated, walkOf } from "./views.js";

/**
 * The same program without entries that nothing reads, and without those that are known to be zero: such are positions of an image between
 * the steps of a convolution, and the slopes there. Buffers of the program's own are closed up, and loops go over what is left, in the same order.
 * @param given how many buffers are not the program's own. @param kept those that are read when all loops are done.
 */
export function onlyNeeded<P extends LoopProgram>(program: P, given: number, kept: readonly BufferId[]): P {
  const fixed = new Set(kept);
  for (;;) {
    const narrowing = new Narrowing(program, (buffer) => buffer >= given && !fixed.has(buffer));
    if (!narrowing.isLess) {
      return program;
    }
    const loops = program.loops.flatMap((loop) => narrowing.narrowed(loop) ?? []);
    if (narrowing.stuck === undefined) {
      return { ...program, loops, sizes: narrowing.sizes, lives: livesOf(loops, program.sizes.length) };
    }
    fixed.add(narrowing.stuck);
  }
}

class Narrowing {
  private readonly needed: NeededEntries;
  /** Of buffers with fewer entries where each entry is among those left, −1 where it is not. */
  private readonly places = new Map<BufferId, Int32Array>();
  readonly sizes: readonly number[];
  /** A buffer whose entries that are left cannot be told as a product has them. */
  stuck: BufferId | undefined;

  constructor(program: LoopProgram, shrinks: (buffer: BufferId) => boolean) {
    this.needed = new NeededEntries(program, shrinks);
    this.sizes = program.sizes.map((size, buffer) => {
      let count = 0;
      const places = Int32Array.from({ length: size }, (_, entry) =>
        this.needed.isNeeded(buffer, entry) ? count++ : -1,
      );
      if (count < size) {
        this.places.set(buffer, places);
      }
      return count;
    });
  }

  get isLess(): boolean {
    return this.places.size > 0;
  }

  private placeOf(buffer: BufferId, entry: number): number {
    return entry < 0 ? -1 : (this.places.get(buffer)?.[entry] ?? entry);
  }

  /** A loop over what is left; nothing where that is nothing. */
  narrowed(loop: Loop): Loop | undefined {
    switch (loop.kind) {
      case "entrywise": {
        const left = this.madeBy(
          loop.count,
          loop.outputs.map(({ target }) => target),
        );
        const sources = loop.sources.map((source) => this.source(source, left));
        return left.length === 0 ? undefined : { ...loop, count: left.length, sources };
      }
      case "product":
        return this.product(loop);
      case "transposed":
        throw new Error("products become sums by rows when only what is needed is left");
      case "sum": {
        const outputs = this.madeBy(loop.outer * loop.inner, [loop.target]);
        return this.sum(
          loop,
          outputs.map((out) => entriesOfSum(loop, out)),
        );
      }
      case "gatherSum": {
        const outputs = this.madeBy(loop.count, [loop.target]);
        return this.sum(
          loop,
          outputs.map((out) => Array.from(loop.entries.subarray(loop.starts[out]!, loop.starts[out + 1]!))),
        );
      }
      case "clear": {
        const count = this.sizes[loop.buffer]!;
        return count === 0 ? undefined : { ...loop, count };
      }
      case "largest":
        return { ...loop, source: this.source(loop.source, all(loop.rows * loop.length)) };
      case "oneHot":
        return { ...loop, source: this.source(loop.source, all(loop.rows)) };
    }
  }

  /** The indices at which any target gets something. */
  private madeBy(count: number, targets: readonly Target[]): readonly number[] {
    return numbersWhere(count, (i) => targets.some((target) => this.needed.isMade(target, i)));
  }

  /** What a loop reads at the indices that are left. */
  private source({ buffer, walk }: Source, left: readonly number[]): Source {
    return {
      buffer,
      walk: walkOf(Int32Array.from(left, (i) => this.placeOf(buffer, entryAt(walk, i)))),
    };
  }

  private product(loop: Extract<Loop, { kind: "product" }>): Loop | undefined {
    const { target, first } = loop;
    const { rows, columns } = this.needed.blockOf(loop);
    if (rows.length === 0) {
      return undefined;
    }
    const inner = this.needed.innerOf(loop);
    const factor = (of: ProductFactor, outer: readonly number[]) =>
      factorOfProduct(of.buffer, outer.length, inner.length, (i, k) =>
        this.placeOf(of.buffer, entryOfFactor(of, outer[i]!, inner[k]!, loop.inner)),
      );
    const narrow = {
      ...{ ...loop, rows: rows.length, inner: inner.length, columns: columns.length },
      ...{ a: factor(loop.a, rows), b: factor(loop.b, columns) },
    };
    if (target.kind === "scatter") {
      const split = separated(rows.length, columns.length, (row, column) =>
        this.placeOf(target.buffer, entryAt(target.rows, row) + entryAt(target.columns, column)),
      );
      if (split === undefined) {
        this.stuck = target.buffer;
        return undefined;
      }
      return { ...narrow, target: { ...target, rows: split.outer, columns: split.inner } };
    }
    const begin = first + rows[0]! * loop.columns + columns[0]!;
    return { ...narrow, first: target.kind === "store" ? this.placeOf(target.buffer, begin) : first };
  }

  /** Sums of entries one by one, as one along an axis where they are that. */
  private sum(
    { buffer, target }: Extract<Loop, { kind: "sum" | "gatherSum" }>,
    parts: readonly (readonly number[])[],
  ): Loop | undefined {
    if (parts.length === 0) {
      return undefined;
    }
    const left = parts.map((entries) =>
      entries.map((entry) => this.placeOf(buffer, entry)).filter((place) => place >= 0),
    );
    const [[one, other] = []] = left;
    const length = left[0]!.length;
    const inner = one === undefined || other === undefined ? left.length : other - one;
    const isAlongAxis =
      length > 0 &&
      left.length % inner === 0 &&
      left.every(
        (places, out) =>
          places.length === length &&
          places.every(
            (place, k) => place === (Math.floor(out / inner) * length + k) * inner + (out % inner),
          ),
      );
    if (isAlongAxis) {
      return { kind: "sum", outer: left.length / inner, length, inner, buffer, target };
    }
    const starts = [0];
    for (const places of left) {
      starts.push(starts.at(-1)! + places.length);
    }
    return {
      kind: "gatherSum",
      count: left.length,
      ...{ buffer, target, starts: Int32Array.from(starts), entries: Int32Array.from(left.flat()) },
    };
  }
}

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
