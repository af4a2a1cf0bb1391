import type { LossDerivatives } from "./derivatives.js";

/** The most weights for which the mean's second derivatives are a matrix. */
export const mostWeightsOfMatrix = 300;

/** What it goes by among the names of branches. */
export const matrixName = "curvature";

/** The mean's second derivatives at a place, as far as they are known. */
export class Curvature {
  private known: Float64Array | undefined;

  constructor(private readonly loss: LossDerivatives) {}

  get isKnown(): boolean {
    return this.known !== undefined;
  }

  /** Whether a matrix saves work when it is to be multiplied with so many vectors. */
  isWorth(vectors: number): boolean {
    const { dimension } = this.loss;
    return this.isKnown || (dimension <= mostWeightsOfMatrix && dimension <= vectors);
  }

  /** An entry for each two weights, row by row; exactly symmetric. */
  get matrix(): Float64Array {
    this.known ??= this.find();
    return this.known;
  }

  private find(): Float64Array {
    const { dimension, batch } = this.loss;
    const columns = new Float64Array(dimension * dimension);
    for (let first = 0; first < dimension; first += batch) {
      const count = Math.min(batch, dimension - first);
      const units = new Float64Array(count * dimension);
      for (let index = 0; index < count; index++) {
        units[index * dimension + first + index] = 1;
      }
      columns.set(this.loss.gradients(count, [units]), first * dimension);
    }
    return Float64Array.from(columns, (entry, place) => {
      const [row, column] = [Math.floor(place / dimension), place % dimension];
      return (entry + columns[column * dimension + row]!) / 2;
    });
  }

  /** Its products with `count` vectors. */
  times(count: number, vectors: Float64Array): Float64Array {
    const { dimension } = this.loss;
    const { matrix } = this;
    const products = new Float64Array(count * dimension);
    for (let index = 0; index < count; index++) {
      const offset = index * dimension;
      for (let row = 0; row < dimension; row++) {
        const factor = vectors[offset + row]!;
        if (factor !== 0) {
          for (let column = 0; column < dimension; column++) {
            products[offset + column]! += factor * matrix[row * dimension + column]!;
          }
        }
      }
    }
    return products;
  }
}
