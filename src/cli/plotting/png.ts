import { readFile } from "node:fs/promises";
import { brotliDecompressSync } from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { columnInches } from "./column.js";

const dotsPerInch = 600;

/** The chunk of a PNG file that says so: 23622 dots a metre each way, with its length before it and its checksum behind. */
const resolution = Buffer.from("000000097048597300005c4600005c460114944341", "hex");
/** Where the first chunk ends, before which there must be no other: behind the signature and a header of 13 bytes. */
const endOfHeader = 8 + 12 + 13;

/* What the pictures are made by and written in ships beside this program. Sources take what was built of them. */
const beside = (name: string) =>
  new URL(import.meta.url.endsWith(".ts") ? `../../../dist/${name}` : name, import.meta.url);

let loaded: Promise<Uint8Array> | undefined;

/** Loads the rasteriser once. @returns the font. */
function load(): Promise<Uint8Array> {
  loaded ??= (async () => {
    const [rasteriser, font] = await Promise.all([
      readFile(beside("resvg.wasm.br")),
      readFile(beside("dejavu-sans.woff2")),
    ]);
    await initWasm(brotliDecompressSync(rasteriser));
    return font;
  })();
  return loaded;
}

/** A picture of an SVG file as PNG. It says how large it is. */
export async function pngOf(svg: string, inches = columnInches): Promise<Uint8Array> {
  const font = await load();
  const renderer = new Resvg(svg, {
    fitTo: { mode: "width", value: Math.round(inches * dotsPerInch) },
    font: { fontBuffers: [font], defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
  });
  const image = renderer.render();
  try {
    return withResolution(image.asPng());
  } finally {
    image.free();
    renderer.free();
  }
}

function withResolution(png: Uint8Array): Uint8Array {
  return Buffer.concat([png.subarray(0, endOfHeader), resolution, png.subarray(endOfHeader)]);
}
