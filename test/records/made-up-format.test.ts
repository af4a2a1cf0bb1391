import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { analyzeFile, diskReader } from "../../src/language/index.js";
import { Editor } from "../language/lsp/editor.js";
import { written } from "../written.js";

// A format of data is added by its record alone: here one is, and files of it are found, read and refused.

vi.mock("../../src/data/formats.js", async (original) => {
  const formats = await original<typeof import("../../src/data/formats.js")>();
  const { packed } = await import("./packed.js");
  return { ...formats, dataFormats: [packed, ...formats.dataFormats] };
});

const folder = mkdtempSync(join(tmpdir(), "diag-format-"));
afterAll(() => rmSync(folder, { recursive: true }));

function packedRows(width: number, ...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(8 + 4 * numbers.length);
  bytes.write("ROWS");
  bytes.writeUInt32LE(width, 4);
  numbers.forEach((value, at) => {
    bytes.writeFloatLE(value, 8 + 4 * at);
  });
  return bytes;
}

async function reading(name: string, bytes: Buffer) {
  writeFileSync(join(folder, name), bytes);
  const main = join(folder, "main.diag");
  writeFileSync(main, `landscape l { weights w = 0 data a, b from "${name}" loss (w - a*b)^2 }`);
  const { landscapes, diagnostics, used } = await analyzeFile(main, diskReader);
  const landscape = landscapes.get("l");
  return {
    data:
      landscape &&
      written(landscape).data.map((source) => (source.kind === "rows" ? Array.from(source.values) : source)),
    problems: diagnostics.map(({ message }) => message),
    digests: used.map(({ digest }) => digest),
  };
}

const rows = packedRows(3, 1, -2, 9, 0.5, 1.25, 9);

test("files of it are known by how they begin, and by how they are called", async () => {
  for (const name of ["points.rows", "points.bin", "points.csv"]) {
    const { data, problems, digests } = await reading(name, rows);
    expect(problems).toEqual([]);
    expect(data).toEqual([[1, -2, 0.5, 1.25]]);
    expect(digests).toEqual([createHash("sha256").update(rows).digest("hex")]);
  }
  const { problems } = await reading("text.rows", Buffer.from("a,b\n1,2\n"));
  expect(problems).toEqual(['"text.rows": is no packed file: it does not begin with ROWS']);
});

test("a file that is cut is refused with the place and the reason", async () => {
  const { problems, data } = await reading("cut.rows", rows.subarray(0, rows.length - 3));
  expect(data).toBeUndefined();
  expect(problems).toEqual(['"cut.rows": ends in the middle of row 2, at byte 29; copy it again']);
});

test("files like no format are text, as ever", async () => {
  const { data, problems } = await reading("plain.values", Buffer.from("\ufeffa,b\n1,2\n3,4\n"));
  expect(problems).toEqual([]);
  expect(data).toEqual([[1, 2, 3, 4]]);
});

test("its files are offered", async () => {
  const text = 'landscape l { weights w = 0 data a from "';
  const { main } = await Editor.of(text, { "points.rows": "", "points.exe": "" });
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position: { line: 0, character: text.length },
  });
  expect(list!.items.map(({ label }) => label)).toEqual(["points.rows"]);
});
