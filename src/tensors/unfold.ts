import { symbol } from "../landscape/build.js";
import { type DataSource, type Expression, type Landscape, symbolsOf } from "../landscape/index.js";
import { entryNames } from "./entries.js";
import type { TensorExpression } from "./expression.js";
import { withFlatSums } from "./flat-sums.js";
import { Indicators } from "./indicators.js";
import type { TensorInstruction } from "./instruction.js";
import type { TensorLandscape, TensorSource } from "./landscape.js";
import { inputsOf, lowerLandscape, nodesOf } from "./lower.js";
import type { TensorProgram } from "./program.js";
import { carriedOut } from "./scalar-program.js";
import { sizeOf, TensorSizeError } from "./shapes.js";

/** So many operations on scalars a loss may be unfolded to: what differentiates more of them, weight by weight, takes minutes. */
export const mostScalarOperations = 10_000;

/** So many entries weights and a row of data may have together: each has a name. */
const mostEntries = 100_000;

/** So many numbers the rows of an unfolded landscape may hold. */
export const mostRowNumbers = 10_000_000;

/**
 * The same landscape written with scalars: an entry of a weight or a datum is a symbol (`A[0, 1]`), columns of rows that the loss does
 * not read are left out, and `one_hot` of a row's label is a column for each class that is read.
 * @throws TensorSizeError when that would be too large
 * @throws LandscapeError when something is `one_hot` that is no whole number drawn from few
 */
export function unfoldLandscape(landscape: TensorLandscape): Landscape {
  const { name, weights, data } = landscape;
  const indicators = new Indicators(landscape);
  const [loss] = unfolded(landscape, [landscape.loss], indicators);
  const used = symbolsOf(loss!);
  return {
    name,
    weights: weights.flatMap((weight) =>
      entryNames(weight.name, weight.shape).map((own, place) => ({ name: own, start: weight.start[place]! })),
    ),
    data: data.flatMap((source) => scalarSources(name, source, used, indicators)),
    loss: loss!,
  };
}

/**
 * Functions of a landscape's weights, such as observables, written with the symbols of {@link unfoldLandscape}.
 * @param functions of any shape. @returns the entries of each, row-major.
 * @throws TensorSizeError when these would be too large
 */
export function unfoldFunctions(
  landscape: TensorLandscape,
  functions: readonly TensorExpression[],
): readonly (readonly Expression[])[] {
  const entries = unfolded(landscape, functions, new Indicators(landscape));
  let end = 0;
  return functions.map(({ shape }) => {
    end += sizeOf(shape);
    return entries.slice(end - sizeOf(shape), end);
  });
}

/** How many operations on scalars a program is. */
export function scalarOperations({ instructions }: TensorProgram): number {
  return instructions.reduce((total, instruction) => total + operationsOf(instruction, instructions), 0);
}

/** All entries of all expressions, one behind the other. */
function unfolded(
  landscape: TensorLandscape,
  expressions: readonly TensorExpression[],
  indicators: Indicators,
): readonly Expression[] {
  const refuse = (operations: number): void => {
    if (operations > mostScalarOperations) {
      throw new TensorSizeError(
        `landscape ${landscape.name}: written with scalars it has ${operations} operations, more than ${mostScalarOperations}; take smaller shapes`,
      );
    }
  };
  const entries = inputsOf(landscape).reduce((total, { shape }) => total + sizeOf(shape), 0);
  if (entries > mostEntries) {
    throw new TensorSizeError(
      `landscape ${landscape.name}: its weights and data have ${entries} entries, more than the ${mostEntries} that are written with scalars; take smaller shapes`,
    );
  }
  // what is much too large is not even lowered
  refuse(leastOperations(expressions));
  const program = lowerLandscape(landscape, expressions);
  refuse(scalarOperations(program));
  const used = new Set(
    program.instructions.flatMap((instruction) => (instruction.op === "input" ? [instruction.index] : [])),
  );
  const inputs = inputsOf(landscape).map(({ name, shape }, index) =>
    used.has(index) ? entryNames(name, shape).map(symbol) : [],
  );
  const outputs = carriedOut(program, inputs, (label, index, length) => indicators.of(label, index, length));
  return withFlatSums(outputs.flat());
}

function scalarSources(
  landscape: string,
  source: TensorSource,
  used: ReadonlySet<string>,
  indicators: Indicators,
): DataSource[] {
  if (source.kind === "independent") {
    return entryNames(source.name, source.shape)
      .filter((name) => used.has(name))
      .map((name) => ({ ...source.entry, name }));
  }
  const columns = [
    ...source.columns.flatMap(({ name, shape, values }) => {
      const size = sizeOf(shape);
      return entryNames(name, shape).flatMap((own, place) =>
        used.has(own) ? [{ name: own, at: (row: number): number => values[row * size + place]! }] : [],
      );
    }),
    ...indicators.columnsOf(source).filter(({ name }) => used.has(name)),
  ];
  if (columns.length === 0) {
    return [];
  }
  const numbers = source.rows * columns.length;
  if (numbers > mostRowNumbers) {
    throw new TensorSizeError(
      `landscape ${landscape}: the loss reads ${columns.length} numbers of each of ${source.rows} rows, ${numbers} in all and more than ${mostRowNumbers}; take fewer rows`,
    );
  }
  const values = new Float64Array(numbers);
  for (let row = 0, place = 0; row < source.rows; row++) {
    for (const { at } of columns) {
      values[place++] = at(row);
    }
  }
  return [{ kind: "rows", names: columns.map(({ name }) => name), values }];
}

/** A bound from below, from shapes alone. */
function leastOperations(expressions: readonly TensorExpression[]): number {
  let most = 0;
  for (const expression of nodesOf(expressions)) {
    if (elementwise.has(expression.kind)) {
      most = Math.max(most, sizeOf(expression.shape));
    }
  }
  return most;
}

const elementwise: ReadonlySet<TensorExpression["kind"]> = new Set([
  "sum",
  "product",
  "divide",
  "power",
  "matmul",
  "elementwise",
]);

function operationsOf(instruction: TensorInstruction, instructions: readonly TensorInstruction[]): number {
  const size = sizeOf(instruction.shape);
  switch (instruction.op) {
    case "constant":
    case "gather":
    case "broadcast":
    case "reshape":
      return 0;
    case "sum":
    case "logsumexp":
      return size + sizeOf(instructions[instruction.a]!.shape);
    case "matmul":
      return size * (instructions[instruction.a]!.shape.at(instruction.transposeA ? -2 : -1)! + 1);
    default:
      return size;
  }
}
