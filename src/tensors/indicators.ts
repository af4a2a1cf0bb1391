import { number, product, sum, symbol, zero } from "../landscape/build.js";
import { compileExpression } from "../landscape/evaluation.js";
import {
  type DataSource,
  type Expression,
  LandscapeError,
  printExpression,
  symbolsOf,
} from "../landscape/index.js";
import { entryNames } from "./entries.js";
import type { TensorLandscape, TensorSource } from "./landscape.js";
import { sizeOf } from "./shapes.js";

/** A column of rows that is found from others. */
export interface IndicatorColumn {
  readonly name: string;
  at(row: number): number;
}

/** Of which source an entry is, and how it is read from a row. */
interface EntryOrigin {
  readonly source: TensorSource;
  readonly at: (row: number) => number;
}

/** A polynomial that is 1 at one value and 0 at the others is taken for no more values than these. */
const mostOutcomes = 16;

/**
 * What is 1 where a label is a given number and else 0, as expressions of scalars: of rows a column more; of a datum with few values a
 * polynomial through them.
 */
export class Indicators {
  private known: Map<string, EntryOrigin> | undefined;
  private readonly columns = new Map<TensorSource, Map<string, IndicatorColumn>>();

  constructor(private readonly landscape: TensorLandscape) {}

  /** Where each entry comes from; found when first asked for. */
  private get origins(): ReadonlyMap<string, EntryOrigin> {
    this.known ??= this.findOrigins();
    return this.known;
  }

  private findOrigins(): Map<string, EntryOrigin> {
    const origins = new Map<string, EntryOrigin>();
    for (const source of this.landscape.data) {
      if (source.kind === "rows") {
        for (const { name, shape, values } of source.columns) {
          const size = sizeOf(shape);
          entryNames(name, shape).forEach((own, place) => {
            origins.set(own, { source, at: (row) => values[row * size + place]! });
          });
        }
      } else {
        for (const own of entryNames(source.name, source.shape)) {
          origins.set(own, { source, at: () => Number.NaN });
        }
      }
    }
    return origins;
  }

  /**
   * The entry that is 1 where `label` is `index`, of `length` entries.
   * @throws LandscapeError when the label is made of weights, or of data that are not drawn from few numbers
   */
  of(label: Expression, index: number, length: number): Expression {
    if (label.kind === "number") {
      return number(label.value === index ? 1 : 0);
    }
    const names = [...symbolsOf(label)];
    const printed = printExpression(label);
    const sources = new Set(names.map((name) => this.origins.get(name)?.source));
    const [source] = sources;
    if (sources.has(undefined)) {
      throw this.refusal(`one_hot of ${printed}, which weights change by jumps; take softmax`);
    }
    if (source?.kind === "rows" && sources.size === 1) {
      return this.column(source, label, names, `one_hot(${printed}, ${length})[${index}]`, index);
    }
    if (source?.kind === "independent" && names.length === 1 && source.entry.kind === "finite") {
      return this.polynomial(label, names[0]!, source.entry, index);
    }
    throw this.refusal(
      `one_hot of ${printed}, which is not the number of a class in a row; take it of one datum that has few values`,
    );
  }

  /** The columns that were asked for. */
  columnsOf(source: TensorSource): readonly IndicatorColumn[] {
    return [...(this.columns.get(source)?.values() ?? [])];
  }

  private column(
    source: TensorSource,
    label: Expression,
    names: readonly string[],
    name: string,
    index: number,
  ): Expression {
    const own = this.columns.get(source) ?? new Map<string, IndicatorColumn>();
    this.columns.set(source, own);
    if (!own.has(name)) {
      const value = compileExpression(label, new Map(names.map((one, slot) => [one, slot])));
      const read = names.map((one) => this.origins.get(one)!.at);
      own.set(name, { name, at: (row) => (value(read.map((at) => at(row))) === index ? 1 : 0) });
    }
    return symbol(name);
  }

  private polynomial(
    label: Expression,
    name: string,
    { outcomes }: DataSource & { readonly kind: "finite" },
    index: number,
  ): Expression {
    if (outcomes.length > mostOutcomes) {
      throw this.refusal(
        `one_hot of ${name}, which has ${outcomes.length} values, more than ${mostOutcomes}; take data with fewer, or rows of a file`,
      );
    }
    const value = compileExpression(label, new Map([[name, 0]]));
    const terms = outcomes
      .filter((outcome) => value([outcome.value]) === index)
      .map(({ value: own }) =>
        product(
          outcomes
            .filter((other) => other.value !== own)
            .map((other) =>
              product([number(1 / (own - other.value)), sum([symbol(name), number(-other.value)])]),
            ),
        ),
      );
    return terms.length === 0 ? zero : sum(terms);
  }

  private refusal(message: string): LandscapeError {
    return new LandscapeError(this.landscape.name, message);
  }
}
