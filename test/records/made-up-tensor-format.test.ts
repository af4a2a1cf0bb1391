import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { openData, tensorFormats } from "../../src/data/index.js";
import { testFolder } from "../unit/data/folder.js";

// A format of data with shapes is added by its record alone: here one is, and files of it are read, packed or not, and refused.

vi.mock("../../src/data/formats.js", async (original) => {
  const formats = await original<typeof import("../../src/data/formats.js")>();
  const { pixels } = await import("./pixels.js");
  return { ...formats, tensorFormats: [...formats.tensorFormats, pixels] };
});

const folder = testFolder();
const bytes = Buffer.from([0x50, 0x58, 2, 2, 3, ...Array(12).keys()]);
const columns = [{ name: "image", shape: [2, 3, 1] }];

test("its files are read, whole and in part, packed or not", async () => {
  expect(tensorFormats.at(-1)!.name).toBe("pixels");
  for (const pack of [(one: Buffer) => one, gzipSync]) {
    const files = [folder.write("a.px", pack(bytes))];
    const table = await openData({ format: "pixels", files, columns });
    expect(table).toMatchObject({ rows: 2, columns: [{ name: "image", minimum: 0, maximum: 11 }] });
    expect(table.columns[0]!.values).toEqual(Uint8Array.from(Array(12).keys()));
    const some = await openData({ format: "pixels", files, columns, take: 1 });
    expect(some).toMatchObject({ rows: 1, columns: [{ maximum: 5 }] });
  }
});

test("a file that is cut, of another kind or of another shape is refused with the byte", async () => {
  const refusal = (one: Uint8Array, shape = [2, 3]) =>
    openData({ format: "pixels", files: [folder.write("b.px", one)], columns: [{ name: "x", shape }] }).catch(
      ({ message }: Error) => message,
    );
  expect(await refusal(bytes.subarray(0, 16))).toMatch(/^byte 16: the file is cut/);
  expect(await refusal(Buffer.from("P5 2 3"))).toBe("byte 0: does not begin with PX");
  expect(await refusal(bytes, [3, 2])).toBe(
    "byte 2: its rows are of shape [2, 3] each, and [3, 2] is asked for",
  );
});
