import type { LiftedProgram } from "../../tensors/index.js";
import type { LaneArithmetic, LaneNumbers, LanePass, LaneTensor, Share } from "./lane-arithmetic.js";

/** A program over power series in which weights go from one start along the orders of trials, carried out in every lane. */
export class SeriesPass<T extends LaneTensor> {
  private readonly pass: LanePass<T>;

  /**
   * @param starts of the weights, which are the first inputs. @param orders of each weight, from 1 on.
   * @param data a tensor a datum, of one or of every lane.
   * @param means inputs behind the data: of each all powers.
   */
  constructor(
    private readonly lifted: LiftedProgram,
    starts: readonly T[],
    orders: readonly (readonly T[])[],
    data: readonly (T | undefined)[],
    private readonly arithmetic: LaneArithmetic<T>,
    means: readonly (readonly T[])[] = [],
  ) {
    const firstMean = lifted.inputs.length - means.length;
    const inputs: (T | undefined)[] = lifted.program.inputs.map(() => undefined);
    lifted.inputs.forEach((components, input) => {
      components.forEach((place, power) => {
        if (place >= 0) {
          inputs[place] =
            input < starts.length
              ? power === 0
                ? starts[input]
                : orders[power - 1]![input]
              : input < firstMean
                ? data[input - starts.length]
                : means[input - firstMean]![power];
        }
      });
    });
    this.pass = arithmetic.pass(lifted.program, inputs);
  }

  run(): void {
    this.pass.run();
  }

  /** Adds what a power of an output is in every lane, times a share, to some sums. */
  addTo(sums: T, output: number, power: number, share = 1): void {
    const found = this.outputOf(output, power);
    if (found !== undefined) {
      this.arithmetic.add(sums, found, share);
    }
  }

  /** The same of an output of one entry, in double precision. */
  addNumberTo(sums: LaneNumbers, output: number, power: number, share: Share = 1): void {
    const found = this.outputOf(output, power);
    if (found !== undefined) {
      this.arithmetic.addNumber(sums, found, share);
    }
  }

  private outputOf(output: number, power: number): T | undefined {
    const place = this.lifted.outputs[output]![power] ?? -1;
    return place < 0 ? undefined : this.pass.outputs[place];
  }
}
