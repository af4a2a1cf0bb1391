import { counted } from "../../printable/index.js";
import { checkRows, readRows } from "../tensors/array.js";
import { withBytes } from "../tensors/byte-reader.js";
import type { TensorFormat } from "../tensors/format.js";
import { takeHeader } from "./header.js";

export const npy: TensorFormat = {
  name: "npy",
  title: "NPY",
  documentation: "A file of NumPy's for each name, as `numpy.save` writes them; the first axis counts rows.",
  parameters: ["file"],
  repeats: true,
  extensions: [".npy", ".npy.gz"],
  holds: "a column",
  problem: (columns, files) =>
    columns.length === files
      ? undefined
      : `\`npy\` reads one file for each name: ${counted(files, "file")} and ${counted(columns.length, "name")} are given`,
  read: (file, { columns, most }) =>
    withBytes(file, async (bytes) => {
      const layout = await takeHeader(bytes);
      const column = columns[0]!;
      checkRows(layout, column.asked.shape, layout.offset);
      const rows = layout.shape[0]!;
      await readRows(bytes, layout, column, Math.min(rows, most));
      return { rows };
    }),
};
