import type { Shape } from "./expression.js";
import {
  type EntrywiseFunction,
  type EntrywiseOperation,
  entrywiseValue,
  type TensorInstruction,
  type TensorValue,
} from "./instruction.js";
import { broadcastShape, describeShape, sameShape, sizeOf, withoutAxis } from "./shapes.js";
import { simpler } from "./simpler.js";
import { Tables } from "./tables.js";

export type { TensorProgram, TensorValue } from "./instruction.js";

/** Makes instructions, each different one once. Constants fold, and what does nothing is left out. */
export class TensorProgramBuilder {
  readonly instructions: TensorInstruction[] = [];
  readonly inputs: Shape[] = [];
  private readonly known = new Map<string, TensorValue>();
  private readonly tables = new Tables();

  shapeOf(value: TensorValue): Shape {
    return this.instructions[value]!.shape;
  }

  /** The next input. */
  input(shape: Shape): TensorValue {
    const index = this.inputs.push(shape) - 1;
    return this.make(`input ${index}`, { op: "input", index, shape });
  }

  constant(value: number, shape: Shape = []): TensorValue {
    const written = Object.is(value, -0) ? "-0" : String(value);
    return this.make(`constant ${written} [${shape}]`, { op: "constant", value, shape });
  }

  /** What every entry is known to be, if anything. */
  constantValue(value: TensorValue): number | undefined {
    const instruction = this.instructions[value]!;
    return instruction.op === "constant" ? instruction.value : undefined;
  }

  /** Operands of these broadcast as NumPy's. */
  add(one: TensorValue, other: TensorValue): TensorValue {
    return this.entrywise("add", one, other);
  }

  multiply(one: TensorValue, other: TensorValue): TensorValue {
    return this.entrywise("multiply", one, other);
  }

  divide(one: TensorValue, other: TensorValue): TensorValue {
    return this.entrywise("divide", one, other);
  }

  power(base: TensorValue, exponent: TensorValue): TensorValue {
    return this.entrywise("power", base, exponent);
  }

  scale(factor: number, value: TensorValue): TensorValue {
    return this.multiply(this.constant(factor, this.shapeOf(value)), value);
  }

  /** Added to every entry. */
  shift(value: TensorValue, number: number): TensorValue {
    return this.add(value, this.constant(number, this.shapeOf(value)));
  }

  negate(value: TensorValue): TensorValue {
    return this.scale(-1, value);
  }

  subtract(one: TensorValue, other: TensorValue): TensorValue {
    return this.add(one, this.negate(other));
  }

  call(name: EntrywiseFunction, a: TensorValue): TensorValue {
    const shape = this.shapeOf(a);
    const number = this.constantValue(a);
    if (number !== undefined) {
      return this.constant(entrywiseValue(name, number), shape);
    }
    const from = this.instructions[a]!;
    if (from.op === "broadcast") {
      return this.broadcast(this.call(name, from.a), from.axis, shape[from.axis]!);
    }
    return this.make(`${name} ${a}`, { op: "call", name, a, shape });
  }

  gather(a: TensorValue, table: Int32Array, shape: Shape): TensorValue {
    const from = this.instructions[a]!;
    if (from.op === "reshape") {
      return this.gather(from.a, table, shape);
    }
    if (from.op === "gather") {
      return this.gather(
        from.a,
        table.map((place) => (place < 0 ? -1 : from.table[place]!)),
        shape,
      );
    }
    if (table.every((place) => place < 0)) {
      return this.constant(0, shape);
    }
    if (from.op === "constant" && (from.value === 0 || table.every((place) => place >= 0))) {
      return this.constant(from.value, shape);
    }
    if (table.length === sizeOf(from.shape) && table.every((place, i) => place === i)) {
      return this.reshape(a, shape);
    }
    const own = this.tables.interned(table);
    return this.make(`gather ${a} ${own.number} [${shape}]`, { op: "gather", a, table: own.table, shape });
  }

  sum(a: TensorValue, axis: number): TensorValue {
    const from = this.instructions[a]!;
    const shape = withoutAxis(from.shape, axis);
    const length = from.shape[axis]!;
    if (from.op === "constant") {
      return this.constant(from.value * length, shape);
    }
    if (from.op === "broadcast" && from.axis === axis) {
      return this.scale(length, from.a);
    }
    if (length === 1) {
      return this.reshape(a, shape);
    }
    return this.make(`sum ${a} ${axis}`, { op: "sum", a, axis, shape });
  }

  /** Added up over all entries: a scalar. */
  total(a: TensorValue): TensorValue {
    const shape = this.shapeOf(a);
    return shape.length === 0 ? a : this.sum(this.reshape(a, [sizeOf(shape)]), 0);
  }

  broadcast(a: TensorValue, axis: number, length: number): TensorValue {
    const from = this.instructions[a]!;
    const shape = from.shape.toSpliced(axis, 0, length);
    if (from.op === "constant") {
      return this.constant(from.value, shape);
    }
    if (length === 1) {
      return this.reshape(a, shape);
    }
    return this.make(`broadcast ${a} ${axis} ${length}`, { op: "broadcast", a, axis, shape });
  }

  /** Broadcast to a shape, as NumPy does. */
  broadcastTo(a: TensorValue, shape: Shape): TensorValue {
    const own = this.shapeOf(a);
    if (sameShape(own, shape)) {
      return a;
    }
    const lead = shape.length - own.length;
    const isRepeated = (axis: number): boolean =>
      axis < lead || (own[axis - lead] === 1 && shape[axis] !== 1);
    const kept = shape.filter((_, axis) => !isRepeated(axis));
    return shape.reduce(
      (value, length, axis) => (isRepeated(axis) ? this.broadcast(value, axis, length) : value),
      this.reshape(a, kept),
    );
  }

  reshape(a: TensorValue, shape: Shape): TensorValue {
    const from = this.instructions[a]!;
    if (sizeOf(shape) !== sizeOf(from.shape)) {
      throw new RangeError(`${describeShape(from.shape)} has not as many entries as ${describeShape(shape)}`);
    }
    if (sameShape(from.shape, shape)) {
      return a;
    }
    if (from.op === "reshape") {
      return this.reshape(from.a, shape);
    }
    if (from.op === "constant") {
      return this.constant(from.value, shape);
    }
    return this.make(`reshape ${a} [${shape}]`, { op: "reshape", a, shape });
  }

  matmul(a: TensorValue, b: TensorValue, transposeA = false, transposeB = false): TensorValue {
    const [left, right] = [this.shapeOf(a), this.shapeOf(b)];
    const lead = left.slice(0, -2);
    const [m, inner] = transposeA ? [left.at(-1)!, left.at(-2)!] : [left.at(-2)!, left.at(-1)!];
    const [n, other] = transposeB ? [right.at(-2)!, right.at(-1)!] : [right.at(-1)!, right.at(-2)!];
    if (
      left.length < 2 ||
      left.length > 3 ||
      left.length !== right.length ||
      lead[0] !== right.slice(0, -2)[0] ||
      inner !== other
    ) {
      throw new RangeError(`no product of matrices ${describeShape(left)} and ${describeShape(right)}`);
    }
    const shape = [...lead, m, n];
    if (this.constantValue(a) === 0 || this.constantValue(b) === 0) {
      return this.constant(0, shape);
    }
    return this.make(`matmul ${a} ${b} ${transposeA} ${transposeB}`, {
      op: "matmul",
      a,
      b,
      transposeA,
      transposeB,
      shape,
    });
  }

  logsumexp(a: TensorValue): TensorValue {
    const shape = this.shapeOf(a);
    if (shape.at(-1) === 1) {
      return this.reshape(a, shape.slice(0, -1));
    }
    return this.make(`logsumexp ${a}`, { op: "logsumexp", a, shape: shape.slice(0, -1) });
  }

  oneHot(a: TensorValue, length: number): TensorValue {
    return this.make(`oneHot ${a} ${length}`, { op: "oneHot", a, shape: [...this.shapeOf(a), length] });
  }

  entrywise(op: EntrywiseOperation, one: TensorValue, other: TensorValue): TensorValue {
    const shape = broadcastShape([this.shapeOf(one), this.shapeOf(other)], op);
    const [a, b] = [this.broadcastTo(one, shape), this.broadcastTo(other, shape)];
    return (
      simpler(this, op, a, b) ??
      // Sums and products of the same two are one.
      ((op === "add" || op === "multiply") && b < a
        ? this.make(`${op} ${b} ${a}`, { op, a: b, b: a, shape })
        : this.make(`${op} ${a} ${b}`, { op, a, b, shape }))
    );
  }

  private make(key: string, instruction: TensorInstruction): TensorValue {
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const value = this.instructions.push(instruction) - 1;
    this.known.set(key, value);
    return value;
  }
}
