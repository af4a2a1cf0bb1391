import { sourceProblem, tensorFormats } from "../../../data/index.js";
import { counted } from "../../../printable/index.js";
import type { TensorSource } from "../../../tensors/index.js";
import type { DataStatement, Reader } from "../../generated/ast.js";
import { type ProblemList, type Range, rangeOf } from "../../problem.js";
import type { LoadedRows, LoadedTable, ReadingProblem } from "../../read-sources.js";
import { nearestWord, suggestion } from "../../spelling.js";
import { checkVariable } from "../distribution.js";
import type { SymbolMeaning } from "../expression.js";
import { reportMissingColumns } from "../missing-columns.js";
import { checkShape, checkWhole } from "./shape.js";

/** What has been read of files, by the statements that name them. */
export interface ReadData {
  /** Of a table, columns by name. */
  table(path: string, names: readonly string[]): LoadedTable | "unread";
  /** What a statement with sound constants takes. */
  rows(statement: DataStatement): LoadedRows | ReadingProblem | "unread" | undefined;
}

/** The sources of a statement; what is broken is reported. */
export function checkTensorData(
  statement: DataStatement,
  constant: SymbolMeaning,
  read: ReadData,
  problems: ProblemList,
): TensorSource[] | "unread" {
  if (statement.columns.length === 0) {
    return statement.variables.flatMap((variable): TensorSource[] => {
      const shape = checkShape(variable.shape, constant, problems);
      const entry = checkVariable(variable, constant, problems);
      return shape === undefined || entry === undefined || entry.kind === "rows"
        ? []
        : [{ kind: "independent", name: variable.name, shape, entry }];
    });
  }
  const { reader } = statement;
  if (reader !== undefined && !checkReader(reader, problems)) {
    return [];
  }
  return reader === undefined && statement.columns.every(({ shape }) => shape === undefined)
    ? namedColumns(statement, constant, read, problems)
    : rowsOf(statement, constant, read, problems);
}

function checkReader(reader: Reader, problems: ProblemList): boolean {
  const format = tensorFormats.find(({ name }) => name === reader.format);
  if (format !== undefined) {
    return true;
  }
  const names = tensorFormats.map(({ name }) => name);
  const meant = nearestWord(reader.format, names);
  problems.error(
    "bad-distribution",
    rangeOf(reader, "format"),
    `there is no reader \`${reader.format}\`${suggestion(meant) || `; read data by ${names.join(", ")}`}`,
    { data: { name: reader.format, ...(meant === undefined ? {} : { suggestion: meant }) } },
  );
  return false;
}

/** Where a statement names its files. */
function placeOf(statement: DataStatement): Range {
  return statement.reader === undefined ? rangeOf(statement, "path") : rangeOf(statement.reader);
}

/** What messages about files of a statement begin with. */
function filesOf({ path, reader }: DataStatement): string {
  const paths = reader?.paths ?? [path ?? ""];
  return paths.map((one) => `"${one}"`).join(", ");
}

function rowsOf(
  statement: DataStatement,
  constant: SymbolMeaning,
  read: ReadData,
  problems: ProblemList,
): TensorSource[] | "unread" {
  const columns = statement.columns.flatMap(({ name, shape: written }) => {
    const shape = checkShape(written, constant, problems);
    return shape === undefined ? [] : [{ name, shape }];
  });
  const take = statement.take && checkWhole(statement.take, 1, "`take`", { constant, problems });
  if (columns.length < statement.columns.length || (statement.take && take === undefined)) {
    return [];
  }
  const place = placeOf(statement);
  const refuse = (message: string): [] => {
    problems.error("bad-distribution", place, message);
    return [];
  };
  const format = statement.reader?.format ?? "csv";
  const files = statement.reader?.paths ?? [statement.path ?? ""];
  const wrong = sourceProblem({ format, files, columns });
  if (wrong !== undefined) {
    return refuse(wrong);
  }
  const loaded = read.rows(statement);
  if (loaded === "unread" || loaded === undefined) {
    return loaded ?? [];
  }
  if ("problem" in loaded) {
    return refuse(`cannot read "${files[loaded.file ?? 0]}": ${loaded.problem}`);
  }
  const { rows } = loaded;
  for (const remark of rows.remarks) {
    problems.warning("bad-distribution", place, `${filesOf(statement)}: ${remark}`);
  }
  return [
    {
      kind: "rows",
      rows: rows.rows,
      digest: rows.digest,
      columns: rows.columns.map(({ name, shape, values, minimum, maximum }) => ({
        name,
        shape,
        values,
        range: [minimum, maximum] as const,
      })),
    },
  ];
}

function namedColumns(
  statement: DataStatement,
  constant: SymbolMeaning,
  read: ReadData,
  problems: ProblemList,
): TensorSource[] | "unread" {
  const path = statement.path ?? "";
  const names = statement.columns.map(({ name }) => name);
  const take = statement.take && checkWhole(statement.take, 1, "`take`", { constant, problems });
  const refuse = (message: string, place = rangeOf(statement, "path"), data?: unknown): [] => {
    problems.error("bad-distribution", place, message, data === undefined ? {} : { data });
    return [];
  };
  const loaded = read.table(path, names);
  if (loaded === "unread") {
    return loaded;
  }
  if ("problem" in loaded) {
    return refuse(`cannot read "${path}": ${loaded.problem}`);
  }
  const { table, digest } = loaded;
  if ("problem" in table) {
    return refuse(`"${path}": ${table.problem}`);
  }
  if ("missing" in table) {
    reportMissingColumns(statement, table, refuse);
    return [];
  }
  for (const remark of table.remarks) {
    problems.warning("bad-distribution", rangeOf(statement, "path"), `"${path}": ${remark}`);
  }
  const width = names.length;
  const all = table.values.length / width;
  if (take !== undefined && take > all) {
    return refuse(
      `has ${counted(all, "row")}, and \`take ${take}\` asks for more`,
      rangeOf(statement, "take"),
    );
  }
  const rows = take ?? all;
  return [
    {
      kind: "rows",
      rows,
      digest: `${digest} ${JSON.stringify(names)} ${rows}`,
      columns: names.map((name, column) => ({
        name,
        shape: [],
        values: Float64Array.from({ length: rows }, (_, row) => table.values[row * width + column]!),
      })),
    },
  ];
}
