import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LargeLandscape } from "../src/evaluate/any-landscape.js";
import { isWritten } from "../src/evaluate/index.js";
import { analyzeText } from "../src/language/index.js";
import { diskReader } from "../src/language/loader/index.js";

/** The landscape of the paper's convnet as the examples have it, on images of stripes, since its own data are a download. */
export async function convnet(images: number): Promise<LargeLandscape> {
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  try {
    const pixels = Array.from({ length: images * 784 }, (_, at) => {
      const [image, x, y] = [Math.floor(at / 784), at % 28, Math.floor(at / 28) % 28];
      return 127 + Math.floor(128 * Math.sin((image % 10) * 0.1 * x + 0.05 * image * y));
    });
    const labels = Array.from({ length: images }, (_, image) => image % 10);
    const header = (...shape: number[]) => {
      const bytes = Buffer.alloc(4 + 4 * shape.length);
      bytes.writeUInt32BE(0x800 + shape.length);
      shape.forEach((length, axis) => {
        bytes.writeUInt32BE(length, 4 + 4 * axis);
      });
      return bytes;
    };
    const write = (name: string, bytes: Buffer, numbers: readonly number[]) =>
      writeFileSync(join(folder, name), Buffer.concat([bytes, Buffer.from(numbers)]));
    write("train-images-idx3-ubyte.gz", header(images, 28, 28), pixels);
    write("train-labels-idx1-ubyte.gz", header(images), labels);
    const text = readFileSync(resolve("examples/networks/fashion_mnist.diag"), "utf8");
    const { landscapes, diagnostics } = await analyzeText(text, {
      path: join(folder, "convnet.diag"),
      reader: diskReader,
    });
    const landscape = landscapes.get("fashion_mnist");
    if (landscape === undefined || isWritten(landscape)) {
      throw new Error(`the convnet cannot be read: ${diagnostics[0]?.message}`);
    }
    return landscape;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
