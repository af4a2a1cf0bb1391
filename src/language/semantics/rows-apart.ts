import type { DataStatement } from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";

/** A statement that takes rows of files, and how many there are. */
export interface RowsOfStatement {
  readonly statement: DataStatement;
  readonly rows: number;
}

/**
 * Warns of files that are drawn from apart though they have as many rows: mostly a row of one belongs to a row of the other,
 * as images and their labels do.
 */
export function warnOfRowsApart(read: readonly RowsOfStatement[], problems: ProblemList): void {
  for (const [index, { statement, rows }] of read.entries()) {
    const other = read.slice(0, index).find((one) => one.rows === rows);
    if (rows < 2 || other === undefined) {
      continue;
    }
    const isOneFile = filesOf(other.statement).join() === filesOf(statement).join();
    problems.warning(
      "bad-distribution",
      rangeOf(statement),
      `${namesOf(statement)} ${statement.columns.length === 1 ? "is" : "are"} drawn independently of ${namesOf(other.statement)}, and both have ${rows} rows; where a row of one belongs to a row of the other, ${advice(other.statement, statement, isOneFile)}`,
    );
  }
}

/** One statement for both, where there can be one. */
function advice(first: DataStatement, second: DataStatement, isOneFile: boolean): string {
  const columns = [...first.columns, ...second.columns].map(({ $cstNode, name }) => $cstNode?.text ?? name);
  const reader = first.reader?.format;
  const files = isOneFile ? filesOf(first) : [...filesOf(first), ...filesOf(second)];
  // Of readers only that of arrays takes a file for each name.
  const isJoined = isOneFile || (reader === "npy" && second.reader?.format === "npy");
  const quoted = files.map((file) => `"${file}"`).join(", ");
  return isJoined
    ? `write \`data ${columns.join(", ")} from ${reader === undefined ? quoted : `${reader}(${quoted})`}\``
    : "put both into one file and name them before one `from`";
}

function filesOf({ path, reader }: DataStatement): readonly string[] {
  return reader?.paths ?? [path ?? ""];
}

function namesOf({ columns }: DataStatement): string {
  return columns.map(({ name }) => `\`${name}\``).join(", ");
}
