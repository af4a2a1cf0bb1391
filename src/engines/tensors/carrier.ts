import {
  type MakeCarrier,
  operandsOf,
  sizeOf,
  type TensorCarrier,
  type TensorProgram,
} from "../../tensors/index.js";
import { BatchedProgram } from "./batched-program.js";
import { tensorsOf } from "./large-data.js";
import type { TensorEngine } from "./tensor-program.js";

/** Carries programs out by tfjs, in single precision: the items of a batch are its trials. Numbers go in and come out as doubles. */
export function carriersOn(engine: TensorEngine): MakeCarrier {
  return (program, varying) => new BatchedCarrier(engine, program, varying);
}

class BatchedCarrier implements TensorCarrier {
  readonly varies: readonly boolean[];
  private readonly batched: BatchedProgram;

  constructor(
    private readonly engine: TensorEngine,
    private readonly program: TensorProgram,
    private readonly varying: readonly boolean[],
  ) {
    this.batched = new BatchedProgram(engine, program);
    const all: boolean[] = [];
    for (const instruction of program.instructions) {
      all.push(
        instruction.op === "input"
          ? varying[instruction.index]!
          : operandsOf(instruction).some((operand) => all[operand]),
      );
    }
    this.varies = program.outputs.map((output) => all[output]!);
  }

  get numbers(): number {
    return this.batched.numbers;
  }

  run(inputs: readonly Float64Array[], items: number): Float64Array[] {
    const { tf } = this.engine;
    const { outputs, instructions } = this.program;
    let found: Float64Array[] = [];
    tf.tidy(() => {
      const tensors = inputs.map((values, input) => {
        const trials = this.varying[input] ? items : 1;
        return tensorsOf(tf, [{ values, length: values.length / trials }], trials)[0];
      });
      found = this.batched.run(tensors).map((tensor, place) => {
        const entries = tensor.dataSync();
        const size = sizeOf(instructions[outputs[place]!]!.shape) * (this.varies[place] ? items : 1);
        // What is one constant throughout, or the same for all items, may be there once.
        return Float64Array.from({ length: size }, (_, entry) => entries[entry % entries.length]!);
      });
    });
    return found;
  }
}
