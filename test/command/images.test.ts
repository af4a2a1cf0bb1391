import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { analyzeFile, diskReader } from "../../src/language/index.js";
import { testFolder } from "../unit/data/folder.js";
import { cifarBytes, idxBytes } from "../unit/data/writers.js";
import { diag, diagJson, root } from "./diag.js";
import { digits, enlarged } from "./digits.js";

// The files that wait for a user's images, with files of the same names and forms that hold enlarged digits.

const folder = testFolder();
/** The digits over and over. */
const images = Array.from({ length: 50 }, (_, row) => digits[row % digits.length]!);

interface Waiting {
  readonly name: string;
  /** The sides of an image, the channels last, and its entries. */
  readonly shape: readonly [number, number, number];
  readonly pictures: readonly (readonly number[])[];
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const grey = images.map((digit) => enlarged(digit, 28));
/** A digit in a colour of its own. */
const coloured = images.map((digit, row) =>
  enlarged(digit, 32).flatMap((pixel) => [pixel, (pixel * (row % 4)) >> 2, (pixel * (row % 3)) >> 2]),
);
const labels = images.map(({ label }) => label);

const waiting: readonly Waiting[] = [
  {
    name: "fashion_mnist",
    shape: [28, 28, 1],
    pictures: grey,
    files: {
      "train-images-idx3-ubyte.gz": gzipSync(idxBytes("uint8", [images.length, 28, 28], grey.flat())),
      "train-labels-idx1-ubyte.gz": gzipSync(idxBytes("uint8", [images.length], labels)),
    },
  },
  {
    name: "cifar_10",
    shape: [32, 32, 3],
    pictures: coloured,
    files: Object.fromEntries(
      [1, 2, 3, 4, 5].map((batch) => [
        `cifar-10-batches-bin/data_batch_${batch}.bin`,
        cifarBytes(labels.slice(10 * (batch - 1), 10 * batch), coloured.slice(10 * (batch - 1), 10 * batch)),
      ]),
    ),
  },
];

describe.each(waiting)("$name", ({ name, shape, pictures, files }) => {
  const path = join("examples", "networks", `${name}.diag`);
  const rows = 4;
  const sgd = ["--landscape", name, "--sgd", "N=10,E=1,B=1", "--eta", "0.01"];

  /** The file beside its data, as it stands or with fewer rows. */
  async function beside(take?: number): Promise<string> {
    for (const [file, bytes] of Object.entries(files)) {
      mkdirSync(dirname(folder.path(file)), { recursive: true });
      folder.write(file, bytes);
    }
    const text = await readFile(join(root, path), "utf8");
    const taken = text.replace(/\)(?=\n {2}weights A)/, `) take ${take}`);
    expect(taken).not.toBe(text);
    return folder.write(
      take === undefined ? `${name}.diag` : `${name}_few.diag`,
      take === undefined ? text : taken,
    );
  }

  test("says in a line that its data are not there", async () => {
    const { status, json } = await diagJson<{ diagnostics: { message: string }[] }>(["check", path]);
    expect(status).toBe(1);
    const [first] = Object.keys(files);
    expect(json.diagnostics).toEqual([
      expect.objectContaining({ message: `cannot read "${first}": there is no such file` }),
    ]);
    const verify = await diag(["verify", path]);
    expect(verify.status).toBe(2);
    expect(verify.errors.trim().split("\n")).toEqual([expect.stringContaining("there is no such file")]);
  });

  test("is sound where they are, with the weights of the paper's net", async () => {
    const file = await beside();
    const check = await diagJson<{ diagnostics: object[] }>(["check", file]);
    expect(check.json.diagnostics).toEqual([]);
    const { json } = await diagJson<{ landscapes: { weights: string[] }[]; verifies: { name: string }[] }>([
      "describe",
      file,
    ]);
    const channels = shape[2];
    // A side of n pixels has (n - 5)/2 + 1 places of a kernel of 5 in steps of 2, rounded down.
    const placesOf = (side: number) => Math.floor((side - 5) / 2) + 1;
    const features = 10 * placesOf(placesOf(shape[0])) * placesOf(placesOf(shape[1]));
    expect(json.landscapes.map(({ weights }) => weights)).toEqual([
      [
        ...[`A[5, 5, ${channels}, 10]`, "a[10]", "B[5, 5, 10, 10]", "b[10]"],
        ...[`C[10, ${features}]`, "c[10]", "D[10, 10]", "d[10]"],
      ],
    ]);
    expect(json.verifies).toHaveLength(1);
  });

  test("has the loss of the net written out, and the slope of an untaught one", async () => {
    const file = await beside(rows);
    const evaluated = (...more: string[]) =>
      diagJson<{ series: number[] }>(["evaluate", file, ...sgd, ...more]).then(({ json }) => json.series);
    const { landscapes } = await analyzeFile(file, diskReader);
    const start = new Map(
      landscapes.get(name)!.whole!.weights.map((weight) => [weight.name, Array.from(weight.start)]),
    );
    const losses = pictures
      .slice(0, rows)
      .map((picture, row) => lossOf(picture, shape, labels[row]!, (weight) => start.get(weight)!));
    const series = await evaluated("--series", "2");
    expect(series).toHaveLength(3);
    expect(series[0]).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / rows, 10);
    // Where nothing passes through, all classes are as likely, and only the last biases move: towards the share of each class.
    const untaught = await evaluated("--series", "1", "--at", "C=0,c=0,D=0,d=0");
    const slope = Array.from({ length: 10 }, (_, label) => 1 / 10 - (label < rows ? 1 / rows : 0));
    expect(untaught[0]).toBeCloseTo(Math.log(10), 12);
    expect(untaught[1]).toBeCloseTo(-10 * slope.reduce((sum, value) => sum + value ** 2, 0), 12);
  });

  test("is verified", async () => {
    const { status, json } = await diagJson<{ runs: { verdict: string; trials: number }[] }>([
      ...["verify", await beside(rows), "--trials", "12", "--backend", "cpu"],
    ]);
    expect(json.runs).toEqual([expect.objectContaining({ verdict: "agrees", trials: 12, diverged: 0 })]);
    expect(status).toBe(0);
  });
});

/** The paper's net on one image, pixel by pixel. */
function lossOf(
  picture: readonly number[],
  [height, width, channels]: readonly [number, number, number],
  label: number,
  start: (name: string) => readonly number[],
): number {
  interface Layer {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly values: readonly number[];
  }
  const convolved = (input: Layer, kernel: readonly number[], bias: readonly number[]): Layer => {
    const places = (side: number) => Math.floor((side - 5) / 2) + 1;
    const scale = Math.sqrt(2 / (25 * input.channels + 250));
    const values: number[] = [];
    for (let y = 0; y < places(input.height); y++) {
      for (let x = 0; x < places(input.width); x++) {
        for (let unit = 0; unit < 10; unit++) {
          let sum = bias[unit]!;
          for (let dy = 0; dy < 5; dy++) {
            for (let dx = 0; dx < 5; dx++) {
              for (let channel = 0; channel < input.channels; channel++) {
                const weight = kernel[((dy * 5 + dx) * input.channels + channel) * 10 + unit]!;
                const at = ((2 * y + dy) * input.width + 2 * x + dx) * input.channels + channel;
                sum += scale * weight * input.values[at]!;
              }
            }
          }
          values.push(Math.tanh(sum));
        }
      }
    }
    return { height: places(input.height), width: places(input.width), channels: 10, values };
  };
  const dense = (input: readonly number[], matrix: readonly number[], bias: readonly number[]) =>
    bias.map((own, unit) =>
      input.reduce(
        (sum, value, index) =>
          sum + Math.sqrt(2 / (input.length + 10)) * matrix[unit * input.length + index]! * value,
        own,
      ),
    );
  const image = { height, width, channels, values: picture.map((pixel) => pixel / 255) };
  const k = convolved(convolved(image, start("A"), start("a")), start("B"), start("b"));
  const m = dense(k.values, start("C"), start("c")).map(Math.tanh);
  const logits = dense(m, start("D"), start("d"));
  return Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0)) - logits[label]!;
}
