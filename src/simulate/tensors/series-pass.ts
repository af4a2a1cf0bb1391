import { type LiftedProgram, TensorInterpreter } from "../../tensors/index.js";

/** A program over power series in which weights go from one start along the orders of trials, carried out in doubles, a trial a lane. */
export class SeriesPass {
  private readonly interpreter: TensorInterpreter;
  private readonly weights: number;
  private readonly inputs: Float64Array[] = [];
  private found: readonly Float64Array[] = [];

  /**
   * @param starts of the weights, which are the first inputs. @param orders of each weight, from 1 on, lane by lane; as they are when it runs.
   * @param isOfLanes whether each lane has data of its own.
   * @param means inputs behind the data: of each all powers, lane by lane.
   */
  constructor(
    private readonly lifted: LiftedProgram,
    starts: readonly Float64Array[],
    orders: readonly (readonly Float64Array[])[],
    isOfLanes: boolean,
    lanes: number,
    means: readonly (readonly Float64Array[])[] = [],
  ) {
    const firstMean = lifted.inputs.length - means.length;
    const varying: boolean[] = [];
    lifted.inputs.forEach((components, input) => {
      components.forEach((place, power) => {
        if (place >= 0) {
          const isWeight = input < starts.length;
          varying[place] = isWeight ? power > 0 : isOfLanes;
          this.inputs[place] = isWeight
            ? power === 0
              ? starts[input]!
              : orders[power - 1]![input]!
            : (means[input - firstMean]?.[power] ?? new Float64Array(0));
        }
      });
    });
    this.weights = starts.length;
    this.interpreter = new TensorInterpreter(lifted.program, varying, lanes);
  }

  /** @param data a tensor a datum, of one or of every lane. */
  run(data: readonly Float64Array[]): void {
    data.forEach((values, datum) => {
      this.inputs[this.lifted.inputs[this.weights + datum]![0]!] = values;
    });
    this.found = this.interpreter.run(this.inputs);
  }

  /** Adds what a power of an output is in every lane, times a share, to some sums. */
  addTo(sums: Float64Array, output: number, power: number, share = 1): void {
    const place = this.lifted.outputs[output]![power] ?? -1;
    if (place >= 0) {
      addLanes(sums, this.found[place]!, share);
    }
  }
}

/** Adds tensors times a share, one for each lane or one for all of them, to those of all lanes. */
export function addLanes(sums: Float64Array, values: Float64Array, share = 1): void {
  const size = values.length;
  for (let first = 0; first < sums.length; first += size) {
    for (let entry = 0; entry < size; entry++) {
      sums[first + entry]! += share * values[entry]!;
    }
  }
}
