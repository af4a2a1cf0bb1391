import type * as core from "@tensorflow/tfjs-core";
import type { CalledFunction } from "../../compile/program.js";

export type Tensor = core.Tensor;

/** What we use of tfjs; whatever brings it (our own bundle or the native runtime) must have all of it. */
export const neededFunctions = [
  "abs",
  "acos",
  "acosh",
  "add",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "backend",
  "cast",
  "clipByValue",
  "clone",
  "concat",
  "cos",
  "cosh",
  "dispose",
  "div",
  "enableProdMode",
  "equal",
  "exp",
  "expm1",
  "fill",
  "floor",
  "gather",
  "getBackend",
  "keep",
  "less",
  "log",
  "log1p",
  "matMul",
  "max",
  "memory",
  "mul",
  "neg",
  "pad",
  "pow",
  "ready",
  "reshape",
  "round",
  "scalar",
  "setBackend",
  "sin",
  "sinh",
  "slice",
  "sqrt",
  "sub",
  "sum",
  "tan",
  "tanh",
  "tensor",
  "tidy",
  "where",
] as const satisfies readonly (keyof typeof core)[];

export type TensorNamespace = Pick<typeof core, (typeof neededFunctions)[number]>;

/** Which of the functions we use something lacks that should be tfjs. */
export function missingFunctions(candidate: object): readonly string[] {
  const members = candidate as Readonly<Record<string, unknown>>;
  return neededFunctions.filter((name) => typeof members[name] !== "function");
}

/** Numbers as tensors of no dimension, and tables of places, each made once. */
export class Constants {
  private readonly tf: TensorNamespace;
  private readonly known = new Map<number, Tensor>();
  private readonly tables = new Map<Int32Array, core.Tensor1D>();

  constructor(tf: TensorNamespace) {
    this.tf = tf;
  }

  /** The single-precision number nearest to `value`; owned by this. */
  of(value: number): Tensor {
    const known = this.known.get(value);
    if (known !== undefined) {
      return known;
    }
    const made = this.tf.keep(this.tf.scalar(value, "float32"));
    this.known.set(value, made);
    return made;
  }

  /** The places of a table, `size` where there is none (−1); owned by this. */
  places(table: Int32Array, size: number): core.Tensor1D {
    const known = this.tables.get(table);
    if (known !== undefined) {
      return known;
    }
    const places = table.map((place) => (place < 0 ? size : place));
    const made = this.tf.keep(this.tf.tensor(places, [places.length], "int32")) as core.Tensor1D;
    this.tables.set(table, made);
    return made;
  }

  dispose(): void {
    for (const constant of [...this.known.values(), ...this.tables.values()]) {
      constant.dispose();
    }
    this.known.clear();
    this.tables.clear();
  }
}

/** An elementary function of each entry, in single precision; the result is the caller's. */
export type TensorFunction = (x: Tensor) => Tensor;

export type TensorFunctions = Readonly<Record<CalledFunction, TensorFunction>>;
