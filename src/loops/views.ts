import { sizeOf, type TensorInstruction, type TensorProgram, type TensorValue } from "../tensors/index.js";
import type { BufferId, ProductFactor, Source, Walk } from "./loop.js";

/** A tensor as entries of a buffer times a factor. */
export interface View {
  /** Whose entries they are. */
  readonly of: TensorValue;
  /** Which of them, −1 for a 0; as they come where absent. */
  readonly entries?: Int32Array;
  readonly factor: number;
}

/** Factors of this size go out of sums and products of single precision without taking these out of range. */
const [smallestFactor, largestFactor] = [2 ** -20, 2 ** 20];

/** What is left of an instruction when the number is taken out that it multiplies or divides by. */
export function scaling(
  { instructions }: TensorProgram,
  instruction: TensorInstruction,
): { readonly of: TensorValue; readonly factor: number } | undefined {
  if (instruction.op !== "multiply" && instruction.op !== "divide") {
    return undefined;
  }
  const { op, a, b } = instruction;
  const [own, other] = [instructions[a]!, instructions[b]!];
  const found =
    other.op === "constant"
      ? { of: a, factor: op === "divide" ? 1 / other.value : other.value }
      : own.op === "constant" && op === "multiply"
        ? { of: b, factor: own.value }
        : undefined;
  const size = Math.abs(found?.factor ?? 0);
  return size >= smallestFactor && size <= largestFactor ? found : undefined;
}

/** Looks through what only places and scales entries. */
export class Views {
  private readonly known: (View | undefined)[] = [];

  constructor(private readonly program: TensorProgram) {}

  /** Of an instruction. */
  of(value: TensorValue): View {
    this.known[value] ??= this.find(value);
    return this.known[value];
  }

  private find(value: TensorValue): View {
    const { instructions } = this.program;
    const instruction = instructions[value]!;
    const scaled = scaling(this.program, instruction);
    if (scaled !== undefined) {
      const view = this.of(scaled.of);
      return { ...view, factor: view.factor * scaled.factor };
    }
    switch (instruction.op) {
      case "reshape":
        return this.of(instruction.a);
      case "gather":
        return this.through(instruction.a, instruction.table);
      case "broadcast": {
        const { shape, axis } = instruction;
        const inner = sizeOf(shape.slice(axis + 1));
        const length = shape[axis]!;
        return this.through(
          instruction.a,
          Int32Array.from(
            { length: sizeOf(shape) },
            (_, entry) => Math.floor(entry / (inner * length)) * inner + (entry % inner),
          ),
        );
      }
      default:
        return { of: value, factor: 1 };
    }
  }

  private through(a: TensorValue, table: Int32Array): View {
    const view = this.of(a);
    const { entries: below } = view;
    const entries = below === undefined ? table : table.map((entry) => (entry < 0 ? -1 : below[entry]!));
    return { ...view, entries };
  }
}

/** The entries of an index as a walk. */
export function walkOf(entries: Int32Array): Walk {
  const first = entries[0] ?? 0;
  const step = entries.length > 1 ? entries[1]! - first : 0;
  return entries.every((entry, i) => entry >= 0 && entry === first + step * i)
    ? { kind: "even", first, step }
    : { kind: "table", entries };
}

const inOrder: Walk = { kind: "even", first: 0, step: 1 };

/** What a loop over all entries of a view reads. */
export function sourceOf(buffer: BufferId, { entries }: View): Source {
  return { buffer, walk: entries === undefined ? inOrder : walkOf(entries) };
}

/**
 * How the entry follows from an outer and an inner index.
 * @param entryOf the entry of both, −1 for a 0.
 */
export function factorOfProduct(
  buffer: BufferId,
  outer: number,
  inner: number,
  entryOf: (outer: number, inner: number) => number,
): ProductFactor {
  const split = separated(outer, inner, entryOf);
  if (split !== undefined) {
    return { buffer, kind: "sum", ...split };
  }
  const entries = new Int32Array(outer * inner);
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < inner; k++) {
      entries[i * inner + k] = entryOf(i, k);
    }
  }
  return { buffer, kind: "table", entries };
}

/** The entry as a sum of what hangs on each of two indices; nothing where it is no such sum, or where any is a 0. */
export function separated(
  outer: number,
  inner: number,
  entryOf: (outer: number, inner: number) => number,
): { readonly outer: Walk; readonly inner: Walk } | undefined {
  const first = entryOf(0, 0);
  const along = Int32Array.from({ length: inner }, (_, k) => entryOf(0, k) - first);
  const down = Int32Array.from({ length: outer }, (_, i) => entryOf(i, 0));
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < inner; k++) {
      const entry = entryOf(i, k);
      if (entry < 0 || entry !== down[i]! + along[k]!) {
        return undefined;
      }
    }
  }
  return { outer: walkOf(down), inner: signedWalk(along) };
}

/** Distances may be negative. */
function signedWalk(distances: Int32Array): Walk {
  const step = distances.length > 1 ? distances[1]! : 0;
  return distances.every((distance, k) => distance === step * k)
    ? { kind: "even", first: 0, step }
    : { kind: "table", entries: distances };
}

/** Whether each place of a walk is behind the one before. */
export function increases(walk: Walk): boolean {
  return walk.kind === "even"
    ? walk.step > 0
    : walk.entries.every((entry, i) => i === 0 || entry > walk.entries[i - 1]!);
}
