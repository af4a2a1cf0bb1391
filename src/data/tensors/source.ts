import { createHash, type Hash } from "node:crypto";
import { basename } from "node:path";
import { counted } from "../../printable/index.js";
import { tensorFormats } from "../formats.js";
import { type AskedColumn, ColumnBuilder, type ReadColumn } from "./column.js";
import { Fault, UnreadableData } from "./fault.js";
import type { FileBytes, TensorFormat } from "./format.js";
import { ChangedFile, inPeace, lengthOf, type OpenData, withData } from "./open-file.js";

/** Data with shapes as a text asks for them: `data image[28, 28, 1], label from idx("a", "b") take 100`. */
export interface DataSource {
  /** The name of a format: `idx`. */
  readonly format: string;
  /** Paths. */
  readonly files: readonly string[];
  readonly columns: readonly AskedColumn[];
  /** How many rows, from the first; all when absent. */
  readonly take?: number;
}

/** Data that were read. */
export interface DataTable {
  /** At least one. */
  readonly rows: number;
  readonly columns: readonly ReadColumn[];
  /**
   * SHA-256 in hexadecimal of the bytes that were used, unpacked, file after file: headers and the rows that were taken (all rows, where the first axis runs fastest); of whole files that
   * of `cat` (`zcat`) of all.
   */
  readonly digest: string;
  /** What could have been meant otherwise, one line each. */
  readonly remarks: readonly string[];
  /** Another one whenever one of the files may have other contents. */
  readonly edition: string;
}

/** The numbers of one source take so many bytes at most. */
export const largestData = 2 ** 28;

/** Why no files can hold what is asked for, in one line; nothing when they may. */
export function sourceProblem({ format, files, columns, take }: DataSource): string | undefined {
  if (take !== undefined && !(Number.isSafeInteger(take) && take > 0)) {
    return `\`take\` keeps the first rows, a whole number from 1, and not ${take}`;
  }
  return formatOf(format).problem(columns, files.length);
}

/**
 * Reads data: each entry is finite, and files are as long as they say.
 * @throws UnreadableData, with the file and the place.
 */
export async function openData(source: DataSource): Promise<DataTable> {
  return inPeace(async () => {
    const { columns, ...read } = await readSource(source);
    return { ...read, columns: columns.map((column) => column.finish()) };
  });
}

function formatOf(name: string): TensorFormat {
  const format = tensorFormats.find((one) => one.name === name);
  if (format === undefined) {
    throw new TypeError(`there is no format ${name}`);
  }
  return format;
}

async function readSource(source: DataSource) {
  const { files, take = Number.POSITIVE_INFINITY } = source;
  const problem = sourceProblem(source);
  if (problem !== undefined) {
    throw new UnreadableData(files[0] ?? "", problem);
  }
  const format = formatOf(source.format);
  const room = { left: largestData };
  const columns = source.columns.map((column) => new ColumnBuilder(column, room));
  const hash = createHash("sha256");
  const known = format.needsLength ? await lengthsOf(files) : [];
  const whole = known.reduce((sum, { length }) => sum + length, 0);
  const byColumn = format.holds === "a column";
  const editions: string[] = [];
  const remarks: string[] = [];
  let rows: number | undefined;
  for (const [index, path] of files.entries()) {
    const before: number | undefined = rows;
    rows = await withData(path, async (file) => {
      editions.push(file.edition);
      if (format.needsLength && known[index]!.edition !== file.edition) {
        throw new ChangedFile(path);
      }
      const found = await format.read(hashed(file, hash, known[index]?.length), {
        file: index,
        columns: byColumn ? [columns[index]!] : columns,
        most: byColumn ? take : take - columns[0]!.rows,
        whole,
      });
      if (byColumn && before !== undefined && before !== found.rows) {
        throw new Fault(`has ${counted(found.rows, "row")}, and ${basename(files[0]!)} has ${before}`);
      }
      remarks.push(...(found.remarks ?? []));
      return byColumn ? found.rows : (before ?? 0) + found.rows;
    });
  }
  if (take !== Number.POSITIVE_INFINITY && rows! < take) {
    const many = !byColumn && files.length > 1 ? " together with the files before it" : "";
    throw new UnreadableData(
      files.at(-1)!,
      `has ${counted(rows!, "row")}${many}, and \`take ${take}\` asks for more`,
    );
  }
  return {
    rows: Math.min(rows!, take),
    columns,
    digest: hash.digest("hex"),
    remarks,
    edition: editions.join("\n"),
  };
}

async function lengthsOf(files: readonly string[]): Promise<{ length: number; edition: string }[]> {
  const lengths: { length: number; edition: string }[] = [];
  for (const path of files) {
    lengths.push(
      await withData(path, async (file) => ({ length: await lengthOf(file), edition: file.edition })),
    );
  }
  return lengths;
}

function hashed(file: OpenData, hash: Hash, length = file.length): FileBytes {
  return {
    ...file,
    ...(length === undefined ? {} : { length }),
    use: (bytes) => hash.update(bytes),
  };
}
