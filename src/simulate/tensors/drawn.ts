import { type Transform, transformOf } from "../../compile/deviates.js";
import { sizeOf, type TensorLandscape, type TensorProgram, type TensorSource } from "../../tensors/index.js";
import type { TrialsShape } from "../simulation-plan.js";
import type { TensorDatum } from "./tensor-plan.js";

/** What trials draw of the data that a program needs, and how inputs are made of it. */
interface Drawn extends Pick<TrialsShape, "sources" | "data"> {
  readonly drawn: readonly TensorDatum[];
}

/**
 * The sources of a landscape's data as docs/streams.md numbers them: a table, of whose columns the loss reads any, and each entry of
 * independent data that it reads.
 * @param loss with the landscape's inputs.
 */
export function drawnData(landscape: TensorLandscape, loss: TensorProgram): Drawn {
  const sources: { transform: Transform; firstColumn: number }[] = [];
  const drawn: TensorDatum[] = [];
  let input = landscape.weights.length;
  const draw = (transform: Transform): number => sources.push({ transform, firstColumn: sources.length }) - 1;
  for (const source of landscape.data) {
    if (source.kind === "independent") {
      const size = sizeOf(source.shape);
      const used = usedEntries(loss, input++, size);
      const columns = Int32Array.from(used, (isUsed, entry) =>
        isUsed ? draw(transformOf({ ...source.entry, name: `${source.name} ${entry}` })) : -1,
      );
      drawn.push(
        columns.every((column) => column < 0) ? { kind: "unused" } : { kind: "entries", columns, size },
      );
      continue;
    }
    const own = source.columns.map(({ shape }) => {
      const size = sizeOf(shape);
      return { size, isUsed: usedEntries(loss, input++, size).some((one) => one) };
    });
    if (!own.some(({ isUsed }) => isUsed)) {
      drawn.push(...own.map((): TensorDatum => ({ kind: "unused" })));
      continue;
    }
    const column = draw(rowNumbers(source.rows));
    own.forEach(({ size, isUsed }, place) => {
      const { values } = source.columns[place]!;
      drawn.push(isUsed ? { kind: "row", column, size, values: shared(values) } : { kind: "unused" });
    });
  }
  return { sources, data: sources.length, drawn };
}

/** The same rows in memory that threads have together. */
export function sharedRows(data: readonly TensorSource[]): readonly TensorSource[] {
  return data.map((source) =>
    source.kind === "rows"
      ? { ...source, columns: source.columns.map((column) => ({ ...column, values: shared(column.values) })) }
      : source,
  );
}

/** A row's number, from 0, in the place of a row. */
function rowNumbers(rows: number): Transform {
  return transformOf({
    kind: "rows",
    names: ["row"],
    values: Float64Array.from({ length: rows }, (_, row) => row),
  });
}

/** Which entries of an input a program needs: those that it gathers, where it does nothing else with it. */
function usedEntries({ instructions }: TensorProgram, input: number, size: number): readonly boolean[] {
  const used = new Array<boolean>(size).fill(false);
  const aliases = new Set<number>();
  instructions.forEach((instruction, value) => {
    if (instruction.op === "input") {
      if (instruction.index === input) {
        aliases.add(value);
      }
    } else if (instruction.op === "gather" && aliases.has(instruction.a)) {
      for (const place of instruction.table) {
        if (place >= 0) {
          used[place] = true;
        }
      }
    } else if (instruction.op === "reshape" && aliases.has(instruction.a)) {
      aliases.add(value);
    } else if (
      ("a" in instruction && aliases.has(instruction.a)) ||
      ("b" in instruction && aliases.has(instruction.b))
    ) {
      used.fill(true);
    }
  });
  return used;
}

const copies = new WeakMap<object, ArrayLike<number>>();

type Numbers = ArrayLike<number> & {
  set(values: ArrayLike<number>): void;
  readonly BYTES_PER_ELEMENT: number;
};

/** The same numbers in memory that threads have together; one copy, however often they are asked for. */
export function shared(values: ArrayLike<number>): ArrayLike<number> {
  if (ArrayBuffer.isView(values) && values.buffer instanceof SharedArrayBuffer) {
    return values;
  }
  let copy = copies.get(values);
  if (copy === undefined) {
    const Kind = (ArrayBuffer.isView(values) ? values.constructor : Float64Array) as {
      new (buffer: SharedArrayBuffer): Numbers;
      readonly BYTES_PER_ELEMENT: number;
    };
    const made = new Kind(new SharedArrayBuffer(values.length * Kind.BYTES_PER_ELEMENT));
    made.set(values);
    copies.set(values, made);
    copy = made;
  }
  return copy;
}
