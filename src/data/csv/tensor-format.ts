import { decoded } from "../../files/index.js";
import { Fault } from "../tensors/fault.js";
import type { FileBytes, TensorFormat } from "../tensors/format.js";
import { withoutMark } from "./mark.js";
import { TableReader } from "./read.js";
import { withoutStrangers } from "./strangers.js";
import { TextSurvey } from "./survey.js";

/** The largest text, in bytes. */
const largestText = 64 * 2 ** 20;

/** Numbers in text whose columns are taken by their places. */
export const csvColumns: TensorFormat = {
  name: "csv",
  title: "CSV",
  documentation:
    "Columns of a table by their places, with or without a header: `x[4], y` takes four columns, then one.",
  parameters: ["table"],
  repeats: false,
  extensions: [".csv", ".txt", ".dat", ".tsv", ".csv.gz"],
  holds: "rows",
  problem: (_, files) => (files === 1 ? undefined : `one table is read, and ${files} are given`),
  async read(file, { columns, most }) {
    const survey = new TextSurvey();
    for await (const part of decoded(withoutStrangers(used(file)))) {
      survey.add(part);
    }
    const sizes = columns.map(({ size }) => size);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const reader = new TableReader(survey.facts, all, sizes);
    for await (const part of decoded(file.chunks())) {
      reader.push(part);
      if (reader.isDone) {
        break;
      }
    }
    const table = reader.finishGroups();
    if ("problem" in table) {
      throw new Fault(table.problem);
    }
    const rows = table.groups[0]!.length / sizes[0]!;
    for (const [index, column] of columns.entries()) {
      column.adopt(table.groups[index]!.subarray(0, Math.min(rows, most) * sizes[index]!));
    }
    return { rows, remarks: table.remarks };
  },
};

/** The bytes of a text that is not too long, each of which is used. */
async function* used(file: FileBytes): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of file.chunks()) {
    file.use(length === 0 ? withoutMark(chunk) : chunk);
    length += chunk.length;
    if (Math.max(length, file.length ?? 0) > largestText) {
      throw new Fault(`has more than ${largestText / 2 ** 20} MiB of text; make it smaller, or an NPY file`);
    }
    yield chunk;
  }
}
