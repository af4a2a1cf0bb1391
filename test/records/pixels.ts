import { checkRows, readRows } from "../../src/data/tensors/array.js";
import { withBytes } from "../../src/data/tensors/byte-reader.js";
import { uint8 } from "../../src/data/tensors/elements.js";
import { Fault } from "../../src/data/tensors/fault.js";
import type { TensorFormat } from "../../src/data/tensors/format.js";

/**
 * A made-up format of data with shapes, as docs/how-to/add-a-data-format.md adds one: `PX`, then in one byte each how many images
 * there are, their height and their width, then their pixels.
 */
export const pixels: TensorFormat = {
  name: "pixels",
  title: "PX",
  documentation: "Images from one file.",
  parameters: ["images"],
  repeats: false,
  extensions: [".px"],
  holds: "a column",
  problem: (columns, files) =>
    columns.length === 1 && files === 1 ? undefined : "`pixels` reads one file for one name",
  read: (file, { columns, most }) =>
    withBytes(file, async (bytes) => {
      const [p, x, ...shape] = await bytes.exactly(5, "its header");
      if (p !== 0x50 || x !== 0x58) {
        throw new Fault("does not begin with PX", 0);
      }
      const layout = { type: uint8, lowestFirst: true, shape, isFortran: false };
      checkRows(layout, columns[0]!.asked.shape, 2);
      await readRows(bytes, layout, columns[0]!, Math.min(shape[0]!, most));
      return { rows: shape[0]! };
    }),
};
