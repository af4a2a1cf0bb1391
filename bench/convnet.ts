import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type AnyLandscape, isWritten, type LargeLandscape } from "../src/evaluate/index.js";
import { analyzeText } from "../src/language/index.js";
import { diskReader } from "../src/language/loader/index.js";

/** Grey of the stripes that stand for images: of image `image`, at a pixel of `size` by `size`. */
function greyOf(image: number, pixel: number, size: number): number {
  const [x, y] = [pixel % size, Math.floor(pixel / size)];
  // A byte, as files have it.
  return (127 + Math.floor(128 * Math.sin((image % 10) * 0.1 * x + 0.05 * image * y))) & 255;
}

/** The pixels of an image of stripes. */
const stripes =
  (size: number) =>
  (image: number): number[] =>
    Array.from({ length: size ** 2 }, (_, pixel) => greyOf(image, pixel, size));

/** A text's landscape on images, as many as are said, in the files that the examples name. @param pixelsOf an image, as bytes. */
async function landscapeOn(
  text: string,
  name: string,
  { images, size, pixelsOf }: { images: number; size: number; pixelsOf: (image: number) => number[] },
): Promise<AnyLandscape> {
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  try {
    const pixels = Array.from({ length: images }, (_, image) => pixelsOf(image)).flat();
    const labels = Array.from({ length: images }, (_, image) => image % 10);
    const header = (...shape: number[]) => {
      const bytes = Buffer.alloc(4 + 4 * shape.length);
      bytes.writeUInt32BE(0x800 + shape.length);
      shape.forEach((length, axis) => {
        bytes.writeUInt32BE(length, 4 + 4 * axis);
      });
      return bytes;
    };
    const write = (file: string, bytes: Buffer, numbers: readonly number[]) =>
      writeFileSync(join(folder, file), Buffer.concat([bytes, Buffer.from(numbers)]));
    write("train-images-idx3-ubyte.gz", header(images, size, size), pixels);
    write("train-labels-idx1-ubyte.gz", header(images), labels);
    const { landscapes, diagnostics } = await analyzeText(text, {
      path: join(folder, "stripes.diag"),
      reader: diskReader,
    });
    const landscape = landscapes.get(name);
    if (landscape === undefined) {
      throw new Error(`${name} cannot be read: ${diagnostics[0]?.message}`);
    }
    return landscape;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The landscape of the paper's convnet as the examples have it, on so many images, stripes where left out, since its own data are a download. */
export async function convnet(images: number, pixelsOf = stripes(28)): Promise<LargeLandscape> {
  const text = readFileSync(resolve("examples/networks/fashion_mnist.diag"), "utf8");
  const landscape = await landscapeOn(text, "fashion_mnist", { images, size: 28, pixelsOf });
  if (isWritten(landscape)) {
    throw new Error("the convnet is written with scalars");
  }
  return landscape;
}

/** A tanh convnet of 920 weights on so many images of stripes, 8 by 8. */
export async function smallConvnet(images: number): Promise<AnyLandscape> {
  const text = `
    landscape digits {
      data image[8, 8, 1], label from idx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
      weights A[3, 3, 1, 8] = randn(1), a[8] = randn(2)
      weights B[10, 72] = randn(3), b[10] = randn(4)
      weights C[10, 10] = randn(5), c[10] = randn(6)
      let h = tanh(conv(image / 255, xavier(A), stride = 2) + a)
      let m = tanh(xavier(B) @ flatten(h) + b)
      loss cross_entropy(xavier(C) @ m + c, label)
    }`;
  return landscapeOn(text, "digits", { images, size: 8, pixelsOf: stripes(8) });
}

/** The grey of an image of stripes as the networks see it. */
export function pixelsOfStripes(image: number, size: number): number[][][] {
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (__, x) => [greyOf(image, y * size + x, size) / 255]),
  );
}
