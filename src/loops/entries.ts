import type { TensorInstruction, TensorProgram, TensorValue } from "../tensors/index.js";
import { Body, type BodyInstruction, type BodyValue } from "./body.js";
import { entrywise, power, powerBy } from "./functions.js";
import type { BufferId, Source } from "./loop.js";
import { isEntrywise } from "./needs.js";
import { sourceOf, type View, type Views } from "./views.js";

/** What is known of the tensors that are worked out to buffers. */
interface Buffers {
  readonly isBuffer: (value: TensorValue) => boolean;
  readonly bufferOf: (view: View) => BufferId;
  /** What a view's entries are times its buffer's. */
  readonly factorOf: (view: View) => number;
}

/** A value of a body times a number. */
interface Scaled {
  readonly value: BodyValue;
  readonly factor: number;
}

/** Makes the body of a loop over the entries of tensors of one size. */
export class Entries {
  private readonly body = new Body();
  private readonly sources: Source[] = [];
  private readonly loads = new Map<string, BodyValue>();

  constructor(
    private readonly program: TensorProgram,
    private readonly views: Views,
    private readonly buffers: Buffers,
  ) {}

  loaded(): { readonly sources: readonly Source[]; readonly body: readonly BodyInstruction[] } {
    return { sources: this.sources, body: this.body.instructions };
  }

  /** An entry of a tensor, worked out here even where it is to be a buffer. */
  valueOf(value: TensorValue): BodyValue {
    const instruction = this.program.instructions[value]!;
    return this.times(isEntrywise(this.program, instruction) ? this.made(instruction) : this.scaled(value));
  }

  private times({ value, factor }: Scaled): BodyValue {
    const { body } = this;
    return factor === 1
      ? value
      : factor === -1
        ? body.unary("negate", value)
        : body.multiply(body.constant(factor), value);
  }

  private scaled(value: TensorValue): Scaled {
    const { program, views, buffers } = this;
    const view = views.of(value);
    const instruction = program.instructions[view.of]!;
    if (instruction.op === "constant" && (view.entries === undefined || !view.entries.includes(-1))) {
      return { value: this.body.constant(instruction.value * view.factor), factor: 1 };
    }
    if (view.entries === undefined && isEntrywise(program, instruction) && !buffers.isBuffer(view.of)) {
      const made = this.made(instruction);
      return { ...made, factor: made.factor * view.factor };
    }
    return { value: this.load(value, view), factor: buffers.factorOf(view) };
  }

  private load(value: TensorValue, view: View): BodyValue {
    const buffer = this.buffers.bufferOf(view);
    const key = view.entries === undefined ? `${buffer}` : `${buffer} ${value}`;
    let known = this.loads.get(key);
    if (known === undefined) {
      known = this.body.load(this.sources.push(sourceOf(buffer, view)) - 1);
      this.loads.set(key, known);
    }
    return known;
  }

  private made(instruction: TensorInstruction): Scaled {
    const { body, program } = this;
    switch (instruction.op) {
      case "add":
        return this.sum(instruction.a, instruction.b);
      case "multiply": {
        const [one, other] = [this.scaled(instruction.a), this.scaled(instruction.b)];
        return { value: body.multiply(one.value, other.value), factor: one.factor * other.factor };
      }
      case "divide": {
        const [one, other] = [this.scaled(instruction.a), this.scaled(instruction.b)];
        return { value: body.divide(this.times(one), this.times(other)), factor: 1 };
      }
      case "power": {
        const base = this.times(this.scaled(instruction.a));
        const exponent = program.instructions[instruction.b]!;
        const value =
          exponent.op === "constant"
            ? powerBy(body, base, exponent.value)
            : power(body, base, this.times(this.scaled(instruction.b)));
        return { value, factor: 1 };
      }
      case "call":
        return {
          value: entrywise(body, instruction.name, this.times(this.scaled(instruction.a))),
          factor: 1,
        };
      default:
        throw new RangeError(`${instruction.op} is not entry by entry`);
    }
  }

  /** A sum, in one step with a product in it. */
  private sum(a: TensorValue, b: TensorValue): Scaled {
    const { body } = this;
    const product = this.productIn(b) ?? this.productIn(a);
    if (product !== undefined) {
      const other = this.times(this.scaled(product.of === b ? a : b));
      const { one, two, factor } = product;
      const first = Math.abs(factor) === 1 ? one : body.multiply(body.constant(Math.abs(factor)), one);
      return {
        value: factor < 0 ? body.fusedFrom(first, two, other) : body.fused(first, two, other),
        factor: 1,
      };
    }
    const [one, other] = [this.scaled(a), this.scaled(b)];
    if (one.factor === other.factor) {
      return { value: body.add(one.value, other.value), factor: one.factor };
    }
    if (other.factor === -1) {
      return { value: body.subtract(this.times(one), other.value), factor: 1 };
    }
    if (one.factor === -1) {
      return { value: body.subtract(this.times(other), one.value), factor: 1 };
    }
    return other.factor === 1
      ? { value: body.fused(body.constant(one.factor), one.value, other.value), factor: 1 }
      : { value: body.fused(body.constant(other.factor), other.value, this.times(one)), factor: 1 };
  }

  /** The two factors of a product that is worked out in this body, with a number that it is multiplied by. */
  private productIn(
    value: TensorValue,
  ):
    | { readonly of: TensorValue; readonly one: BodyValue; readonly two: BodyValue; readonly factor: number }
    | undefined {
    const { program, views, buffers } = this;
    const { of, entries, factor } = views.of(value);
    const instruction = program.instructions[of]!;
    if (
      instruction.op !== "multiply" ||
      entries !== undefined ||
      !isEntrywise(program, instruction) ||
      buffers.isBuffer(of)
    ) {
      return undefined;
    }
    const [one, other] = [this.scaled(instruction.a), this.scaled(instruction.b)];
    return { of: value, one: one.value, two: other.value, factor: factor * one.factor * other.factor };
  }
}
