import { checkRows, readRows } from "../tensors/array.js";
import { withBytes } from "../tensors/byte-reader.js";
import { Fault } from "../tensors/fault.js";
import type { TensorFormat } from "../tensors/format.js";
import { shapeOffset, takeHeader } from "./header.js";

/** Which of the files has labels. */
const labels = 1;

export const idx: TensorFormat = {
  name: "idx",
  title: "IDX",
  documentation:
    "Images and their labels from two IDX files, as MNIST and Fashion-MNIST have them, packed by gzip or not.",
  parameters: ["images", "labels"],
  repeats: false,
  extensions: ["-ubyte", "-ubyte.gz", ".idx", ".idx.gz"],
  holds: "a column",
  problem(columns, files) {
    if (columns.length !== 2 || files !== 2) {
      return "`idx` reads two files, of images and of labels, for two names";
    }
    const { name, shape } = columns[labels]!;
    return shape.length > 0 ? `labels are numbers; write ${name} without a shape` : undefined;
  },
  read: (file, { file: which, columns, most }) =>
    withBytes(file, async (bytes) => {
      const layout = await takeHeader(bytes);
      const column = columns[0]!;
      const isLabel = which === labels;
      checkRows(layout, column.asked.shape, shapeOffset);
      if (isLabel && !layout.type.isWhole) {
        throw new Fault(`labels are whole numbers, and these are ${layout.type.name}`, 2);
      }
      const rows = layout.shape[0]!;
      await readRows(bytes, layout, column, Math.min(rows, most), isLabel);
      return { rows };
    }),
};
