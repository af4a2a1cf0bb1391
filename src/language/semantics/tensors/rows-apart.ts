import type { DataStatement } from "../../generated/ast.js";
import { type ProblemList, rangeOf } from "../../problem.js";

/** A statement that takes rows of files, and how many there are. */
export interface RowsOfStatement {
  readonly statement: DataStatement;
  readonly rows: number;
}

/**
 * Warns of files that are drawn from apart though they have as many rows: mostly a row of one belongs to a row of the other,
 * as images and their labels do. Tables of scalars say nothing: independent columns of as many rows are common there.
 */
export function warnOfRowsApart(read: readonly RowsOfStatement[], problems: ProblemList): void {
  for (const [index, { statement, rows }] of read.entries()) {
    const other = read.slice(0, index).find((one) => one.rows === rows);
    if (rows < 2 || other === undefined) {
      continue;
    }
    problems.warning(
      "bad-distribution",
      rangeOf(statement),
      `${namesOf(statement)} ${statement.columns.length === 1 ? "is" : "are"} drawn independently of ${namesOf(other.statement)}, and both have ${rows} rows; where a row of one belongs to a row of the other, ${advice(other.statement, statement)}`,
    );
  }
}

/** One statement for both. */
function advice(first: DataStatement, second: DataStatement): string {
  const [files, others] = [filesOf(first), filesOf(second)];
  if (files.join() === others.join()) {
    return "name them before one `from`";
  }
  // Of readers only that of arrays takes a file for each name.
  if (first.reader?.format !== "npy" || second.reader?.format !== "npy") {
    return "put both into one file and name them before one `from`";
  }
  const columns = [...first.columns, ...second.columns].map(({ $cstNode, name }) => $cstNode?.text ?? name);
  const quoted = [...files, ...others].map((file) => `"${file}"`).join(", ");
  return `write \`data ${columns.join(", ")} from npy(${quoted})\``;
}

function filesOf({ path, reader }: DataStatement): readonly string[] {
  return reader?.paths ?? [path ?? ""];
}

function namesOf({ columns }: DataStatement): string {
  return columns.map(({ name }) => `\`${name}\``).join(", ");
}
