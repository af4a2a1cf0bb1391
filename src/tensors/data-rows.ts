import { LandscapeError } from "../landscape/index.js";
import type { TensorLandscape } from "./landscape.js";
import { sizeOf } from "./shapes.js";

/** A choice among finitely many: rows of a table, or values of an independent entry. */
interface Choice {
  readonly count: number;
  probability(choice: number): number;
  /** Writes what is chosen into the datum's entries. */
  write(choice: number, out: readonly Float64Array[], item: number): void;
}

/**
 * All that the data of a landscape can be, one after the other: rows of tables, and combinations of them with values of independent
 * entries that have finitely many.
 */
export class DataRows {
  /** How many there are. */
  readonly count: number;
  /** How many numbers each datum has, in the order of a landscape's inputs. */
  readonly sizes: readonly number[];
  private readonly choices: readonly Choice[];

  /** @throws LandscapeError when a datum has infinitely many values. */
  constructor({ name: landscape, data }: Pick<TensorLandscape, "name" | "data">) {
    const sizes: number[] = [];
    this.choices = data.flatMap((source): Choice[] => {
      if (source.kind === "rows") {
        const { columns, rows } = source;
        const first = sizes.length;
        const own = columns.map(({ shape }) => sizeOf(shape));
        sizes.push(...own);
        return [
          {
            count: rows,
            probability: () => 1 / rows,
            write: (row, out, item) => {
              columns.forEach(({ values }, column) => {
                const size = own[column]!;
                const numbers = out[first + column]!;
                for (let entry = 0; entry < size; entry++) {
                  numbers[item * size + entry] = values[row * size + entry]!;
                }
              });
            },
          },
        ];
      }
      const { name, shape, entry: drawn } = source;
      if (drawn.kind !== "finite") {
        throw new LandscapeError(
          landscape,
          `the datum ${name} has infinitely many values, and expectations are sums over all values; take data of a file, bernoulli or discrete`,
        );
      }
      const { outcomes } = drawn;
      const [place, size] = [sizes.length, sizeOf(shape)];
      sizes.push(size);
      return Array.from({ length: size }, (_, entry) => ({
        count: outcomes.length,
        probability: (choice) => outcomes[choice]!.probability,
        write: (choice, out, item) => {
          out[place]![item * size + entry] = outcomes[choice]!.value;
        },
      }));
    });
    this.sizes = sizes;
    this.count = this.choices.reduce((product, { count }) => product * count, 1);
  }

  /** How likely one is; all together are 1. */
  probability(row: number): number {
    let product = 1;
    let rest = row;
    for (const { count, probability } of this.choices) {
      product *= probability(rest % count);
      rest = Math.floor(rest / count);
    }
    return product;
  }

  /** Writes one as an item of a batch: into an array a datum, in the order of a landscape's inputs. */
  write(row: number, out: readonly Float64Array[], item: number): void {
    let rest = row;
    for (const { count, write } of this.choices) {
      write(rest % count, out, item);
      rest = Math.floor(rest / count);
    }
  }
}
