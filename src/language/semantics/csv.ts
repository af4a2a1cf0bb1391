/** A table of numbers, or what is wrong with its text, in one line. */
export type Table =
  | { readonly header?: readonly string[]; readonly rows: readonly (readonly number[])[] }
  | { readonly problem: string };

/** Larger files of data are refused. */
export const largestTable = 50_000_000;

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads comma-separated numbers. A first row that is not all numbers is the header and names the
 * columns. Rows are counted as an editor counts lines.
 */
export function readTable(text: string): Table {
  if (text.length > largestTable) {
    return { problem: `has ${text.length} characters, more than the ${largestTable} that are read` };
  }
  let header: string[] | undefined;
  let width: number | undefined;
  const rows: number[][] = [];
  let line = 0;
  for (const content of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    line++;
    if (content.trim() === "") {
      continue;
    }
    const cells = content.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    if (width === undefined && !cells.every((cell) => decimal.test(cell))) {
      const bad = cells.findIndex((cell, index) => cell === "" || cells.indexOf(cell) !== index);
      if (bad >= 0) {
        const reason = cells[bad] === "" ? "no name" : `the name \`${shown(cells[bad]!)}\` of another`;
        return { problem: `row ${line}, column ${bad + 1}: in the header this column has ${reason}` };
      }
      header = cells;
      width = cells.length;
      continue;
    }
    width ??= cells.length;
    if (cells.length !== width) {
      return { problem: `row ${line} has ${cells.length} columns, and the first row has ${width}` };
    }
    const row: number[] = [];
    for (const [index, cell] of cells.entries()) {
      const value = Number(cell);
      if (!decimal.test(cell) || !Number.isFinite(value)) {
        return {
          problem: `row ${line}, column ${header?.[index] ?? index + 1}: ${cell === "" ? "the cell is empty" : `\`${shown(cell)}\` is no finite number`}`,
        };
      }
      row.push(value);
    }
    rows.push(row);
  }
  if (rows.length === 0) {
    return { problem: "has no row of numbers" };
  }
  return header ? { header, rows } : { rows };
}

function shown(cell: string): string {
  return cell.length > 20 ? `${cell.slice(0, 17)}...` : cell;
}
