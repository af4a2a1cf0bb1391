import type { DataFile, DataFormat, Table } from "../../src/data/index.js";

const magic = "ROWS";
const headerBytes = 8;

/**
 * A made-up format, as docs/how-to/add-a-data-format.md adds one: `ROWS`, the number of columns in four bytes, then row by row
 * single precision, the lowest byte first. Columns are taken by their places.
 */
export const packed: DataFormat = {
  name: "packed rows",
  extensions: [".rows"],
  begins: (first) => String.fromCharCode(...first.subarray(0, magic.length)) === magic,
  async read(file: DataFile, names: readonly string[]): Promise<Table> {
    const bytes = new Uint8Array(file.size);
    let length = 0;
    for await (const chunk of file.chunks()) {
      bytes.set(chunk, length);
      length += chunk.length;
    }
    if (!packed.begins!(bytes)) {
      return { problem: "is no packed file: it does not begin with ROWS" };
    }
    const view = new DataView(bytes.buffer);
    const width = length < headerBytes ? 0 : view.getUint32(magic.length, true);
    if (width < names.length) {
      return { problem: `has ${width} columns (byte ${magic.length}), and ${names.length} are asked for` };
    }
    const rowBytes = 4 * width;
    const rows = Math.floor((length - headerBytes) / rowBytes);
    const end = headerBytes + rows * rowBytes;
    if (end !== length || rows === 0) {
      return { problem: `ends in the middle of row ${rows + 1}, at byte ${length}; copy it again` };
    }
    const values = new Float32Array(rows * names.length);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < names.length; column++) {
        values[row * names.length + column] = view.getFloat32(
          headerBytes + row * rowBytes + 4 * column,
          true,
        );
      }
    }
    return { values, remarks: [] };
  },
};
