import { counted } from "../../../printable/index.js";
import {
  DataRows,
  lowerLandscape,
  nodesOf,
  type TensorExpression,
  TensorInterpreter,
  TensorSizeError,
  type TensorSource,
} from "../../../tensors/index.js";
import type { ProblemList, Range } from "../../problem.js";

/** A use of a function of labels, whose values are to be whole numbers below a number of classes. */
export interface LabelUse {
  readonly label: TensorExpression;
  readonly classes: number;
  /** As it is written, cut short. */
  readonly text: string;
  readonly place: Range;
}

/** So many combinations of values that data are drawn from are gone through for what a label is in each. */
const mostCombinations = 1_000_000;

/** So many rows at once. */
const batch = 256;

/** Says where labels are no whole numbers below the number of classes, whatever they are made of. */
export function checkLabels(
  labels: readonly LabelUse[],
  sources: readonly TensorSource[],
  problems: ProblemList,
): void {
  for (const use of labels) {
    const { classes, text, place } = use;
    const nodes = nodesOf([use.label]);
    if ([...nodes].some(({ kind }) => kind === "weight")) {
      problems.error(
        "not-smooth",
        place,
        `\`${text}\` is a label that weights change, which it can by jumps alone, and the theory expands the loss in its derivatives; take a vector of probabilities, such as softmax(x)`,
      );
      continue;
    }
    const names = new Set([...nodes].flatMap((node) => (node.kind === "datum" ? [node.name] : [])));
    const read = sources.flatMap((source) => readOf(source, names));
    if (columnNames(read).length < names.size) {
      continue;
    }
    const wrong = wrongLabel(use, read);
    if (wrong !== undefined) {
      problems.error(
        names.size === 0 ? "bad-value" : "bad-distribution",
        place,
        `\`${text}\` ${wrong}, and labels of ${counted(classes, "class", "classes")} are ${classes === 1 ? "0" : `whole numbers from 0 to ${classes - 1}`}`,
      );
    }
  }
}

/** What of a source is read by names. */
function readOf(source: TensorSource, names: ReadonlySet<string>): TensorSource[] {
  if (source.kind === "independent") {
    return names.has(source.name) ? [source] : [];
  }
  const columns = source.columns.filter(({ name }) => names.has(name));
  return columns.length === 0 ? [] : [{ ...source, columns }];
}

function columnNames(sources: readonly TensorSource[]): string[] {
  return sources.flatMap((source) =>
    source.kind === "rows" ? source.columns.map(({ name }) => name) : [source.name],
  );
}

/** What a label is somewhere that no label is, as words behind it; `undefined` when it is right everywhere. */
function wrongLabel({ label, classes }: LabelUse, read: readonly TensorSource[]): string | undefined {
  const fits = (value: number) => Number.isInteger(value) && value >= 0 && value < classes;
  const isDrawn = read.some(({ kind }) => kind === "independent");
  const [only] = read;
  if (read.some((source) => source.kind === "independent" && source.entry.kind !== "finite")) {
    return "is drawn from all numbers of an interval";
  }
  if (label.kind === "datum" && only?.kind === "independent" && only.entry.kind === "finite") {
    const wrong = only.entry.outcomes.find(({ value }) => !fits(value));
    return wrong && `may be ${wrong.value}`;
  }
  const rows = new DataRows({ name: "", data: read });
  if (isDrawn && rows.count > mostCombinations) {
    return "is made of data that have too many values together to go through";
  }
  const wrong = firstWrong(label, read, rows, fits);
  if (wrong === undefined) {
    return undefined;
  }
  const { value, row } = wrong;
  return isDrawn ? `may be ${value}` : read.length === 0 ? `is ${value}` : `is ${value} in row ${row + 1}`;
}

/** The first number that a label is, row by row, and that does not fit. */
function firstWrong(
  label: TensorExpression,
  data: readonly TensorSource[],
  rows: DataRows,
  fits: (value: number) => boolean,
): { readonly value: number; readonly row: number } | undefined {
  const columns = rows.sizes.map((size) => new Float64Array(size * batch));
  let interpreter: TensorInterpreter;
  try {
    const program = lowerLandscape({ name: "", weights: [], data, loss: label });
    interpreter = new TensorInterpreter(
      program,
      columns.map(() => true),
      batch,
    );
  } catch (error) {
    if (error instanceof TensorSizeError) {
      // whoever evaluates it refuses it for its size
      return undefined;
    }
    throw error;
  }
  for (let first = 0; first < rows.count; first += batch) {
    const items = Math.min(batch, rows.count - first);
    for (let item = 0; item < items; item++) {
      rows.write(first + item, columns, item);
    }
    const values = interpreter.run(columns, items)[0]!;
    const at = values.findIndex((value) => !fits(value));
    if (at >= 0) {
      const size = interpreter.varies[0] ? values.length / items : values.length;
      return { value: values[at]!, row: first + Math.floor(at / size) };
    }
  }
  return undefined;
}
