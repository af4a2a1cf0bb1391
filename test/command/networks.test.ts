import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { DOMParser } from "@xmldom/xmldom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diagJson, root } from "./diag.js";

// The examples on digits, with the synthetic set that their script makes, whatever else there is on the machine.

const folder = join(root, "examples", "networks");
const files = ["digits_logistic.diag", "digits_convnet.diag", "linear_network.diag"];
const pythonIsHere = await promisify(execFile)("python3", ["--version"]).then(
  () => true,
  () => false,
);
let place = "";

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "diag-networks-"));
});
afterAll(() => rmSync(place, { recursive: true }));

function make(...words: string[]) {
  return promisify(execFile)("python3", [join(folder, "digits.py"), ...words]).then(
    ({ stdout }) => ({ status: 0, output: stdout, errors: "" }),
    ({ code, stdout, stderr }) => ({
      status: code as number,
      output: stdout as string,
      errors: stderr as string,
    }),
  );
}

describe.runIf(pythonIsHere)("digits without a download", () => {
  test("are a synthetic set where it is asked for, the same bytes each time, and said to be so", async () => {
    const { status, output } = await make("--synthetic", "--output", place);
    expect([status, output]).toEqual([
      0,
      `made a synthetic set of 300 images: ${join(place, "digits-images-idx3-ubyte")}, ${join(place, "digits-labels-idx1-ubyte")}\n`,
    ]);
    const images = readFileSync(join(place, "digits-images-idx3-ubyte"));
    const labels = readFileSync(join(place, "digits-labels-idx1-ubyte"));
    expect([...images.subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, 1, 44, 0, 0, 0, 8, 0, 0, 0, 8]);
    expect([...labels.subarray(0, 8)]).toEqual([0, 0, 8, 1, 0, 0, 1, 44]);
    expect([images.length, labels.length]).toEqual([16 + 300 * 64, 8 + 300]);
    expect(Math.max(...images.subarray(16))).toBe(16);
    for (let label = 0; label < 10; label++) {
      expect(labels.subarray(8).filter((one) => one === label)).toHaveLength(30);
    }
    await make("--synthetic", "--output", place);
    expect(readFileSync(join(place, "digits-images-idx3-ubyte")).equals(images)).toBe(true);
  });

  test("are told apart by the mean of their class, so that there is something to learn", async () => {
    await make("--synthetic", "--output", place);
    const images = readFileSync(join(place, "digits-images-idx3-ubyte")).subarray(16);
    const labels = readFileSync(join(place, "digits-labels-idx1-ubyte")).subarray(8);
    const means = Array.from({ length: 10 }, () => new Array<number>(64).fill(0));
    labels.forEach((label, row) => {
      for (let pixel = 0; pixel < 64; pixel++) {
        means[label]![pixel]! += images[64 * row + pixel]! / 30;
      }
    });
    const right = Array.from(labels).filter((label, row) => {
      const distances = means.map((mean) =>
        mean.reduce((sum, value, pixel) => sum + (value - images[64 * row + pixel]!) ** 2, 0),
      );
      return distances.indexOf(Math.min(...distances)) === label;
    });
    expect(right.length).toBeGreaterThan(225);
    expect(right.length).toBeLessThan(300);
  });

  test.each([
    [
      ["--output", join("no", "such", "folder")],
      /^digits\.py: cannot write \S+digits-images-idx3-ubyte: No such file or directory\n$/,
    ],
    [
      ["--rows", "3"],
      /^digits\.py: argument --rows: take a whole number from 10 to 60000, not '3'; --help says more\n$/,
    ],
    [["--rwos", "30"], /^digits\.py: unrecognized arguments: --rwos 30; --help says more\n$/],
  ])("say in a line what is wrong with %j", async (words, message) => {
    const { status, errors } = await make("--synthetic", ...words);
    expect(status).not.toBe(0);
    expect(errors).toMatch(message);
  });

  test.each(files)("%s is sound beside them, and none of its verifications disagrees", async (name) => {
    await make("--synthetic", "--rows", "60", "--output", place);
    // At one learning rate from one start.
    const text = readFileSync(join(folder, name), "utf8").replaceAll(
      /(eta|with start) = ([\d.]+),.*/g,
      "$1 = $2",
    );
    const path = join(place, name);
    writeFileSync(path, text);
    const check = await diagJson<{ diagnostics: object[] }>(["check", path]);
    expect(check.json.diagnostics).toEqual([]);
    const { json } = await diagJson<{
      runs: { verify: string; verdict: string | null; trials: number; diverged: number; reason: string }[];
    }>(["verify", path, "--trials", "8", "--test-points", "4", "--samples", "64", "--backend", "cpu"]);
    expect(json.runs.length).toBe(text.match(/^verify /gm)!.length);
    expect(json.runs.filter(({ verdict }) => verdict === "disagrees")).toEqual([]);
    expect(json.runs.filter(({ trials, diverged }) => trials !== 8 || diverged > 0)).toEqual([]);
  });
});

test("the page of networks shows each of their pictures, and no other", () => {
  const page = readFileSync(join(folder, "README.md"), "utf8");
  const shown = [...page.matchAll(/\((pictures\/[^)]+)\)/g)].map(([, path]) => path!);
  const there = readdirSync(join(folder, "pictures"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".svg"))
    .map((name) => join("pictures", name));
  expect(shown.toSorted()).toEqual(there.toSorted());
  for (const name of files) {
    expect(page).toContain(`(${name})`);
  }
  for (const path of there) {
    const picture = new DOMParser().parseFromString(
      readFileSync(join(folder, path), "utf8"),
      "image/svg+xml",
    );
    expect(picture.documentElement!.getAttribute("width"), basename(path)).toBe("3.3in");
    expect(picture.getElementsByTagName("circle").length, basename(path)).toBeGreaterThan(0);
  }
});

test("two differences are drawn with as many points for a unit along both axes, each with its interval", async () => {
  const module = pathToFileURL(join(root, "scripts", "pair-plot.mjs")).href;
  const { drawPair } = (await import(module)) as { drawPair: (points: readonly object[]) => string };
  const number = (mean: number, error: number) => ({ mean, error });
  const points = [
    { eta: 0.1, x: number(1, 0.1), y: number(0.25, 0.2) },
    { eta: 0.1, x: number(3, 0.2), y: number(1.25, 0.3) },
    { eta: 0.2, x: number(2, 0.1), y: number(-2.5, 0.1) },
  ];
  const picture = new DOMParser().parseFromString(drawPair(points), "image/svg+xml").documentElement!;
  expect(picture.getAttribute("aria-label")).toContain("GDC is nearer at 2 of 3 points");
  const of = (element: string, name: string) =>
    [...picture.getElementsByTagName(element)].filter((one) => one.getAttribute("class") === name);
  const [first, second] = of("circle", "point").map((one) =>
    ["cx", "cy"].map((at) => Number(one.getAttribute(at))),
  );
  const [right, down] = [0, 1].map((axis) => second![axis]! - first![axis]!);
  // Two to the right, one up.
  expect(right! / 2).toBeCloseTo(-down!, 1);
  const widths = of("line", "interval").map((one) =>
    Math.hypot(
      ...["x", "y"].map(
        (axis) => Number(one.getAttribute(`${axis}2`)) - Number(one.getAttribute(`${axis}1`)),
      ),
    ),
  );
  const wanted = [0.1, 0.2, 0.2, 0.3, 0.1, 0.1].map((error) => (2 * 1.96 * error * right!) / 2);
  widths.forEach((width, index) => {
    expect(width).toBeCloseTo(wanted[index]!, 1);
  });
  expect(widths).toHaveLength(6);
});
