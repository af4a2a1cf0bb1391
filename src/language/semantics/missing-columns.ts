import type { MissingColumns } from "../../data/index.js";
import type { DataStatement } from "../generated/ast.js";
import { type Range, rangeOf } from "../problem.js";
import { nearestName, suggestion } from "../spelling.js";

/** Says which columns the header lacks, and which one of it may be meant. */
export function reportMissingColumns(
  statement: DataStatement,
  { missing, header, remark }: MissingColumns,
  refuse: (message: string, place: Range, data: unknown) => void,
): void {
  const shown = header.slice(0, 8).join(", ");
  const listed = header.length > 8 || shown.length > 200 ? `${shown.slice(0, 200)}, …` : shown;
  // What has a blank in it is no name of the language: its column has its place only.
  const places = header.every(canBeAskedFor)
    ? ""
    : `; take columns by their places with \`${namesOf(statement)} from csv("${statement.path}")\``;
  for (const index of missing) {
    const column = statement.columns[index]!;
    const meant = nearestName(column.name, header) ?? nearestColumn(column.name, header);
    const isName = meant !== undefined && canBeAskedFor(meant);
    const rename = meant === undefined || isName ? "" : " (that is no name here; rename it in the file)";
    refuse(
      `"${statement.path}" has no column \`${column.name}\`; its header is ${listed}${suggestion(meant) || remark || places}${rename}`,
      rangeOf(column),
      { name: column.name, ...(isName ? { suggestion: meant } : {}) },
    );
  }
}

function canBeAskedFor(column: string): boolean {
  return /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(column);
}

function namesOf({ columns }: DataStatement): string {
  return columns.map(({ name }) => name).join(", ");
}

/** The column whose name has the same letters and digits, or begins with the name as a word. */
function nearestColumn(name: string, header: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{ID_Continue}]|_/gu, "");
  const same = header.filter((column) => plain(column) === plain(name));
  const longer = header.filter(
    (column) => column.toLowerCase().split(/[^\p{ID_Continue}]+/u)[0] === name.toLowerCase(),
  );
  const [found, ...others] = same.length > 0 ? same : longer;
  return others.length > 0 ? undefined : found;
}
