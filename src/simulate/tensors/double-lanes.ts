import { TensorInterpreter, type TensorProgram, type TensorValue } from "../../tensors/index.js";
import type { TrainingData } from "../training-data.js";
import { HostLanes, shareIn } from "./host-lanes.js";
import type { LaneArithmetic, LaneNumbers, LanePass, PassTarget, Share } from "./lane-arithmetic.js";
import { PointData } from "./point-data.js";
import type { TensorDatum } from "./tensor-plan.js";

/** A tensor in double precision: lane by lane, or one that lanes share. */
export interface DoubleTensor {
  readonly length: number;
  readonly isOfLanes: boolean;
  values: Float64Array;
}

/** Trials in double precision: programs are interpreted, and what lanes share is worked out once. */
export class DoubleLanes extends HostLanes<DoubleTensor> implements LaneArithmetic<DoubleTensor> {
  private readonly starts = new Map<DoubleTensor, Float64Array>();

  constructor(lanes: number) {
    super(lanes);
  }

  tensor(length: number): DoubleTensor {
    return { length, isOfLanes: true, values: new Float64Array(this.lanes * length) };
  }

  shared(length: number): DoubleTensor {
    return { length, isOfLanes: false, values: new Float64Array(length) };
  }

  weight(start: Float64Array): DoubleTensor {
    const weight = this.tensor(start.length);
    this.starts.set(weight, start);
    return weight;
  }

  pass(
    program: TensorProgram,
    inputs: readonly (DoubleTensor | undefined)[],
    targets?: readonly PassTarget<DoubleTensor>[],
  ): LanePass<DoubleTensor> {
    const interpreter = new TensorInterpreter(
      program,
      inputs.map((input) => input?.isOfLanes ?? false),
      this.lanes,
    );
    const found = interpreter.varies.map((isOfLanes, output): DoubleTensor => {
      const { shape } = program.instructions[program.outputs[output]!]!;
      const length = shape.reduce((product, one) => product * one, 1);
      return { length, isOfLanes, values: new Float64Array(0) };
    });
    const none = new Float64Array(0);
    const isInput = program.outputs.map((output) => targets !== undefined && isAnInput(program, output));
    return {
      outputs: targets === undefined ? found : targets.map(() => undefined),
      run: () => {
        const outputs = interpreter.run(inputs.map((input) => input?.values ?? none));
        // What others go along stays where it was when the input goes its way.
        const kept = outputs.map((values, output) => (isInput[output]! ? values.slice() : values));
        kept.forEach((values, output) => {
          found[output]!.values = values;
          const target = targets?.[output];
          if (target?.kind === "add") {
            this.add(target.sum, found[output]!, 1);
          } else if (target?.kind === "descend") {
            this.descend(target.weight, found[output]!, target.share);
          }
        });
      },
    };
  }

  clear({ values }: DoubleTensor): void {
    values.fill(0);
  }

  restart(weight: DoubleTensor): void {
    const start = this.starts.get(weight)!;
    for (let lane = 0; lane < this.lanes; lane++) {
      weight.values.set(start, lane * start.length);
    }
  }

  descend(weight: DoubleTensor, along: DoubleTensor, share: number): void {
    this.add(weight, along, share);
  }

  add({ values: sums }: DoubleTensor, { values }: DoubleTensor, share: number): void {
    const size = values.length;
    for (let first = 0; first < sums.length; first += size) {
      for (let entry = 0; entry < size; entry++) {
        sums[first + entry]! += share * values[entry]!;
      }
    }
  }

  scale(into: DoubleTensor, { values }: DoubleTensor, share: number): void {
    for (let entry = 0; entry < values.length; entry++) {
      into.values[entry] = share * values[entry]!;
    }
  }

  distance(into: DoubleTensor, { values }: DoubleTensor, { values: place }: DoubleTensor): void {
    const { length } = place;
    for (let first = 0; first < values.length; first += length) {
      for (let entry = 0; entry < length; entry++) {
        into.values[first + entry] = values[first + entry]! - place[entry]!;
      }
    }
  }

  addNumber({ values: sums }: LaneNumbers, { values }: DoubleTensor, share: Share): void {
    for (let lane = 0; lane < this.lanes; lane++) {
      sums[lane]! += shareIn(share, lane) * values[values.length === 1 ? 0 : lane]!;
    }
  }

  addProduct(
    { values: sums }: LaneNumbers,
    { values }: DoubleTensor,
    vector: Float64Array,
    share: number,
  ): void {
    const { length } = vector;
    for (let lane = 0; lane < this.lanes; lane++) {
      let sum = 0;
      for (let entry = 0; entry < length; entry++) {
        sum += vector[entry]! * values[lane * length + entry]!;
      }
      sums[lane]! += share * sum;
    }
  }

  areFinite(tensors: readonly DoubleTensor[]): readonly boolean[] {
    return Array.from({ length: this.lanes }, (_, lane) =>
      tensors.every(({ values, length }) =>
        values.subarray(lane * length, (lane + 1) * length).every(Number.isFinite),
      ),
    );
  }

  moved(weight: DoubleTensor, lane: number, entry: number): number {
    return this.read(weight, lane, entry) - this.starts.get(weight)![entry]!;
  }

  read({ values, length, isOfLanes }: DoubleTensor, lane: number, entry: number): number {
    return values[(isOfLanes ? lane * length : 0) + entry]!;
  }

  putRow(tensor: DoubleTensor, lane: number, values: ArrayLike<number>, first: number): void {
    const { length, isOfLanes, values: own } = tensor;
    const at = isOfLanes ? lane * length : 0;
    for (let entry = 0; entry < length; entry++) {
      own[at + entry] = values[first + entry]!;
    }
  }

  put({ values, length, isOfLanes }: DoubleTensor, lane: number, entry: number, value: number): void {
    values[(isOfLanes ? lane * length : 0) + entry] = value;
  }

  putShared({ values: own }: DoubleTensor, values: ArrayLike<number>): void {
    own.set(values);
  }
}

/** Whether a value is an input, in whatever shape. */
function isAnInput(program: TensorProgram, value: TensorValue): boolean {
  const instruction = program.instructions[value]!;
  return instruction.op === "reshape" ? isAnInput(program, instruction.a) : instruction.op === "input";
}

/** The data of a point in double precision. */
export function doublePointData(
  drawn: readonly TensorDatum[],
  source: TrainingData,
): PointData<DoubleTensor> {
  return new PointData(drawn, source, new DoubleLanes(source.lanes));
}
