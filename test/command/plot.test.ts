import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { DOMParser, type Element } from "@xmldom/xmldom";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { diag, diagJson, diagProcess, withFolder } from "./diag.js";

const text = `landscape gauss {
  param H = 1
  weights h = 0, w = 0.3
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2 + H * (w - x)^2 / 2
}
verify rates {
  landscape gauss
  sgd(N = 4, E = 1, B = 1)
  eta = 0.02, 0.05, 0.2
  observe test_loss, displacement(w)
  predict order 2
  trials = 3000
}
verify curvatures {
  landscape gauss
  sgd(N = 4, E = 1, B = 1)
  eta = 0.1
  with H = 0.1, 0.5, 2
  observe test_loss
  predict order 2
  trials = 2000
}
verify bare {
  landscape gauss
  sgd(N = 4, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  trials = 100
}
`;

interface Answer {
  readonly format: string;
  readonly files: readonly {
    readonly verify: string;
    readonly observable: string;
    readonly plot: string;
    readonly x?: string;
    readonly eta?: number;
    readonly file: string;
  }[];
  readonly runs: readonly Run[];
}

const plot = (folder: string, ...words: readonly string[]) =>
  diagJson<Answer>(["plot", join(folder, "a.diag"), "--backend", "cpu", ...words], folder, { state: folder });

async function parsed(path: string): Promise<Element> {
  const faults: string[] = [];
  const parser = new DOMParser({ onError: (_, message) => faults.push(message) });
  const root = parser.parseFromString(await readFile(path, "utf8"), "image/svg+xml").documentElement!;
  expect(faults).toEqual([]);
  return root;
}

function partsOf(root: Element, name: string, within: string): Element[] {
  return [...root.getElementsByTagName("g")]
    .filter((group) => group.getAttribute("class")?.startsWith(within))
    .flatMap((group) => [...group.getElementsByTagName(name)]);
}

/** Where a number stands on an axis: what its ticks say, between which it is a straight line, of logarithms where these are. */
function scaleOf(root: Element, axis: "x" | "y", isLogarithmic: boolean): (value: number) => number {
  const written = partsOf(root, "text", `${axis}-axis tick label`).filter((tick) => tick.textContent !== "");
  const ticks = written.map((tick) => {
    const [, x, y] = /translate\(([^,]+),([^)]+)\)/.exec(tick.getAttribute("transform")!)!;
    const value = writtenNumber(tick.textContent!);
    return { place: Number(axis === "x" ? x : y), value: isLogarithmic ? Math.log(value) : value };
  });
  expect(ticks.length).toBeGreaterThan(1);
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  return (value) => {
    const along = ((isLogarithmic ? Math.log(value) : value) - first.value) / (last.value - first.value);
    return first.place + along * (last.place - first.place);
  };
}

/** The number that an axis writes: `0.05`, `−2.5·10⁻⁶`. */
function writtenNumber(words: string): number {
  const [, minus, mantissa, power] = /^(−?)(?:([\d.]+)(?:·|$))?(?:10([⁻⁰¹²³⁴-⁹]+))?$/.exec(words)!;
  const digits = [...(power ?? "⁰")]
    .map((sign) => (sign === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)))
    .join("");
  return (minus === "" ? 1 : -1) * Number(mantissa ?? 1) * 10 ** Number(digits);
}

const numberOf = (part: Element, name: string) => Number(part.getAttribute(name));

/** The width, height and pixels of a PNG file of 8 bits a channel, of which each line says how it is filtered. */
function pngOf(bytes: Buffer) {
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    chunks.set(name, Buffer.concat([chunks.get(name) ?? Buffer.alloc(0), data]));
    at += 12 + length;
  }
  const header = chunks.get("IHDR")!;
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    dotsPerMetre: chunks.get("pHYs")?.readUInt32BE(0),
    // Of a picture that is blank all bytes but the first are the same: lines are told as differences.
    bytes: new Set(inflateSync(chunks.get("IDAT")!)).size,
  };
}

/** A table as rows of cells by their headings. */
async function tableOf(path: string): Promise<Record<string, string>[]> {
  const [head, ...lines] = (await readFile(path, "utf8")).trimEnd().split("\r\n");
  const headings = head!.split(",");
  return lines.map((line) =>
    Object.fromEntries(
      (line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []).map((cell, index) => [
        headings[index],
        cell.replace(/,$/, ""),
      ]),
    ),
  );
}

describe.concurrent("diag plot", () => {
  test("draws each measured value at its place, with its interval, and its text as text", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { status, json, errors } = await plot(folder, "rates", "--to", "svg");
      expect([status, errors]).toEqual([0, expect.any(String)]);
      expect(json.files.map(({ file }) => file)).toEqual([
        ...["measured", "orders", "contributions", "remainders"].flatMap((one) => [
          join("out", `rates-test_loss-${one}.svg`),
          join("out", `rates-displacement-w-${one}.svg`),
        ]),
      ]);
      const path = json.files.find((one) => one.plot === "measured" && one.observable === "displacement(w)")!;
      const root = await parsed(join(folder, path.file));
      expect(root.getAttribute("width")).toBe("3.3in");
      expect(root.getAttribute("font-family")).toContain("sans-serif");
      expect(root.textContent).toContain("learning rate η");
      expect(root.textContent).toContain("displacement(w)");
      expect(root.toString()).not.toMatch(/var\(|<style|style=/);
      const [x, y] = [scaleOf(root, "x", true), scaleOf(root, "y", false)];
      const runs = json.runs.filter(({ observable }) => observable === "displacement(w)");
      const points = partsOf(root, "circle", "measured ");
      expect(points).toHaveLength(3);
      const intervals = partsOf(root, "line", "interval");
      for (const [index, { eta, measured, standardError }] of runs.entries()) {
        expect(numberOf(points[index]!, "cx")).toBeCloseTo(x(eta), 1);
        expect(numberOf(points[index]!, "cy")).toBeCloseTo(y(measured!), 1);
        const half = Math.abs(numberOf(intervals[index]!, "y1") - numberOf(intervals[index]!, "y2")) / 2;
        // 1.96 errors, a little more with 3,000 trials.
        expect(half / Math.abs(y(standardError!) - y(0))).toBeCloseTo(1.961, 2);
      }
    });
  });

  test("draws the orders, contributions and remainders of the largest learning rate, or of one that is named", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const words = ["rates", "--to", "svg", "--only", "orders,contributions,remainders"];
      const { json } = await plot(folder, ...words, "--eta", "0.05", "--output", "plots");
      const own = json.files.filter(({ observable }) => observable === "test_loss");
      expect(own.map(({ plot: name, x, eta }) => [name, x, eta])).toEqual([
        ["orders", undefined, 0.05],
        ["contributions", undefined, 0.05],
        ["remainders", "eta", undefined],
      ]);
      const run = json.runs.find(({ observable, eta }) => observable === "test_loss" && eta === 0.05)!;
      const orders = await parsed(join(folder, own[0]!.file));
      const y = scaleOf(orders, "y", true);
      const measured = partsOf(orders, "circle", "order measured");
      const sizes = [...run.orders!.map((order) => order.measured!), run.remainder!.measured!].map(Math.abs);
      expect(measured.map((point) => numberOf(point, "cy"))).toEqual(
        sizes.map((size) => expect.closeTo(y(size), 1)),
      );

      const bars = partsOf(await parsed(join(folder, own[1]!.file)), "rect", "bars");
      const { json: evaluated } = await diagJson<{ terms: { edges: number; value: number }[] }>([
        ...["evaluate", join(folder, "a.diag"), "--landscape", "gauss", "--order", "2"],
        ...["--sgd", "N=4,E=1,B=1", "--eta", "0.05"],
      ]);
      const values = evaluated.terms
        .filter(({ edges, value }) => edges > 0 && value !== 0)
        .map(({ value }) => Math.abs(value))
        .sort((one, other) => other - one);
      const widths = bars.map((bar) => numberOf(bar, "width"));
      expect(widths.map((width) => width / widths[0]!)).toEqual(
        values.map((value) => expect.closeTo(value / values[0]!, 6)),
      );

      const remainders = await parsed(join(folder, own[2]!.file));
      const place = scaleOf(remainders, "y", true);
      const left = json.runs
        .filter(({ observable }) => observable === "test_loss")
        .map(({ remainder }) => Math.abs(remainder!.measured!));
      const drawn = partsOf(remainders, "circle", "residual").map((point) => numberOf(point, "cy"));
      expect(drawn.toSorted((one, other) => other - one)).toEqual(
        left.toSorted((one, other) => one - other).map((size) => expect.closeTo(place(size), 1)),
      );
    });
  });

  test("draws over a param, with a curve between its values, where there is one learning rate", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { json } = await plot(folder, "curvatures", "--to", "svg");
      expect(json.files).toEqual([
        {
          ...{ verify: "curvatures", observable: "test_loss", plot: "measured", x: "H", eta: 0.1 },
          file: join("out", "curvatures-test_loss-over-H-measured.svg"),
        },
      ]);
      const root = await parsed(join(folder, json.files[0]!.file));
      const [x, y] = [scaleOf(root, "x", true), scaleOf(root, "y", false)];
      expect(partsOf(root, "circle", "measured ").map((point) => numberOf(point, "cx"))).toEqual(
        [0.1, 0.5, 2].map((value) => expect.closeTo(x(value), 1)),
      );
      expect(partsOf(root, "circle", "measured ").map((point) => numberOf(point, "cy"))).toEqual(
        json.runs.map(({ measured }) => expect.closeTo(y(measured!), 1)),
      );
      const csv = await plot(folder, "curvatures", "--to", "csv", "--x", "H");
      const [points, curves] = await Promise.all(
        csv.json.files.map(({ file }) => tableOf(join(folder, file))),
      );
      expect(points!.map(({ H, measured }) => [Number(H), Number(measured)])).toEqual(
        csv.json.runs.map((run) => [run.with!.H, run.measured]),
      );
      expect(curves!.length).toBeGreaterThan(10);
      for (const run of csv.json.runs) {
        const row = curves!.find(({ H }) => Number(H) === run.with!.H)!;
        expect(Number(row.order_2)).toBeCloseTo(run.predicted!, 12);
      }
      const each = await plot(folder, "curvatures", "--to", "svg", "--x", "eta", "--only", "measured");
      expect(each.json.files.map(({ observable }) => observable)).toEqual(
        [0.1, 0.5, 2].map((value) => `test_loss with H = ${value}`),
      );
      const over = await plot(folder, "rates", "--to", "svg", "--x", "H", "--with", "H=0,1");
      expect(over.json.files.map(({ x: name, eta }) => [name, eta])).toEqual(
        ["test_loss", "displacement(w)"].flatMap(() => [0.02, 0.05, 0.2].map((eta) => ["H", eta])),
      );
    });
  });

  test("what is said of the engine names the value of the param that it is about", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const words = ["verify", "a.diag", "curvatures", "--trials", "50", "--backend", "cpu"];
      const { errors } = await diag(words, { cwd: folder });
      expect(errors.match(/^curvatures.*(?=: cpu )/gm)).toEqual(
        [0.1, 0.5, 2].map((value) => `curvatures with H = ${value} eta = 0.1`),
      );
    });
  });

  test("has the criteria of a gap, by their closed forms, over a param and over the learning rate", async () => {
    const gap = `landscape mean { param H = 2  param S = 3  weights t = 0  data x ~ normal(0, 1)  loss H*t^2/2 + x*S*t }
verify over { landscape mean  gd(N = 10, T = 20)  eta = 0.1  with H = 0, 0.5, 2  observe gen_gap  predict order 1  trials = 500 }
verify rates { landscape mean  gd(N = 10, T = 20)  eta = 0.1, 0.2  observe gen_gap, test_loss  predict order 2  trials = 500 }
`;
    await withFolder({ "a.diag": gap }, async (folder) => {
      const stic = (H: number, eta: number) =>
        (H === 0 ? 9 * 20 * eta : (9 / H) * (1 - Math.exp(-20 * eta * H))) / 10;
      const { json } = await plot(folder, "--to", "csv", "--only", "measured");
      const tables = json.files.filter((one) => one.plot === "curves");
      expect(tables.map(({ observable }) => observable)).toEqual(["gen_gap", "gen_gap", "test_loss"]);
      const [over, rates, loss] = await Promise.all(tables.map(({ file }) => tableOf(join(folder, file))));
      expect(over!.length).toBeGreaterThan(10);
      for (const row of over!) {
        const H = Number(row.H);
        expect([Number(row.aic), Number(row.stic)]).toEqual([0.1, expect.closeTo(stic(H, 0.1), 12)]);
        expect(row.tic === "" ? Number.POSITIVE_INFINITY : Number(row.tic)).toBeCloseTo(0.9 / H, 10);
      }
      for (const row of rates!) {
        expect(Number(row.tic)).toBeCloseTo(0.45, 12);
        expect(Number(row.stic)).toBeCloseTo(stic(2, Number(row.eta)), 12);
      }
      expect(Object.keys(loss![0]!)).not.toContain("aic");
      const drawn = await plot(folder, "over", "--to", "svg");
      const root = await parsed(join(folder, drawn.json.files[0]!.file));
      const y = scaleOf(root, "y", false);
      const [line] = partsOf(root, "path", "criterion AIC");
      const places = line!
        .getAttribute("d")!
        .match(/-?[\d.]+/g)!
        .map(Number);
      const heights = places.filter((_, index) => index % 2 === 1);
      expect(heights.length).toBeGreaterThan(10);
      for (const height of heights) {
        expect(height).toBeCloseTo(y(0.1), 1);
      }
      expect(root.textContent).toMatch(/AIC.*TIC.*STIC/);
    });
  });

  test("writes a picture also where no curve comes into its frame", async () => {
    const far = `landscape quartic { weights t = 1  data x ~ normal(0, 0.001)  loss t^4/4 + x*t }
verify v { landscape quartic  sgd(N = 4, E = 1, B = 1)  eta = 0.3  observe displacement  predict order 1  trials = 500 }
`;
    await withFolder({ "a.diag": far }, async (folder) => {
      const { status, json } = await plot(folder, "--to", "png", "--only", "measured");
      // A step on the quadratic loss goes to 1 − 0.3, and no farther than 1/3; on this one to 0.488.
      expect([status, json.runs[0]!.measured]).toEqual([3, expect.closeTo(-0.512, 3)]);
      expect(pngOf(await readFile(join(folder, json.files[0]!.file))).bytes).toBeGreaterThan(5);
    });
  });

  test("has an arrow with its value for a mean beyond the frame", async () => {
    const wild = `landscape wild { weights h = 1/2  data x ~ normal(0, 1)  loss (h - x)^2 / 2 + h^4 / 20 }
verify v { landscape wild  sgd(N = 10, E = 1, B = 1)  eta = 0.02, 0.1, 1.2  observe test_loss  predict order 2  trials = 20000 }
`;
    await withFolder({ "a.diag": wild }, async (folder) => {
      const { json } = await plot(folder, "--to", "svg", "--only", "measured");
      const { measured } = json.runs.at(-1)!;
      expect(measured).toBeGreaterThan(1e100);
      const root = await parsed(join(folder, json.files[0]!.file));
      expect(partsOf(root, "path", "beyond").length).toBe(1);
      const [value, ...others] = partsOf(root, "text", "beyond-value");
      expect(others).toEqual([]);
      expect(writtenNumber(value!.textContent!) / measured!).toBeCloseTo(1, 2);
    });
  });

  test("has a curve of its values alone where there is nothing between them", async () => {
    const coins = `landscape coins { param n = 2  weights t = 0.5  data x ~ binomial(n, 1/2)  loss (t - x)^2 / 2 }
verify v { landscape coins  sgd(N = 2, E = 1, B = 1)  eta = 0.1  with n = 2, 4  observe test_loss  predict order 2  trials = 200 }
`;
    await withFolder({ "a.diag": coins }, async (folder) => {
      const { json } = await plot(folder, "--to", "csv");
      expect(json.files.map(({ plot: name, x }) => [name, x])).toEqual([
        ["measured", "n"],
        ["curves", "n"],
      ]);
      const curves = await tableOf(join(folder, json.files[1]!.file));
      expect(curves.map(({ n, order_2 }) => [Number(n), Number(order_2)])).toEqual(
        json.runs.map((run) => [run.with!.n, expect.closeTo(run.predicted!, 12)]),
      );
    });
  });

  test("writes the numbers of its JSON as CSV", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { json } = await plot(folder, "rates", "--to", "csv");
      const own = json.files.filter(({ observable }) => observable === "test_loss");
      expect(own.map(({ plot: name }) => name)).toEqual([
        ...["measured", "curves", "orders", "contributions", "remainders"],
      ]);
      const runs = json.runs.filter(({ observable }) => observable === "test_loss");
      const [points, curves, orders, terms, remainders] = await Promise.all(
        own.map(({ file }) => tableOf(join(folder, file))),
      );
      const numbers = (rows: readonly Record<string, string>[], ...names: readonly string[]) =>
        rows.map((row) => names.map((name) => Number(row[name])));
      expect(numbers(points!, "eta", "predicted", "measured", "standard_error")).toEqual(
        runs.map(({ eta, predicted, measured, standardError }) => [eta, predicted, measured, standardError]),
      );
      expect(
        numbers(
          orders!.filter(({ order }) => order !== "rest"),
          ...["eta", "order", "predicted", "measured", "standard_error"],
        ),
      ).toEqual(
        runs.flatMap(({ eta, orders: own }) =>
          own!.map((one) => [eta, one.order, one.predicted, one.measured, one.standardError]),
        ),
      );
      expect(numbers(remainders!, "eta", "remainder")).toEqual(
        runs.map(({ eta, remainder }) => [eta, Math.abs(remainder!.measured!)]),
      );
      for (const { eta, predicted } of runs) {
        const sum = terms!
          .filter((term) => Number(term.eta) === eta)
          .reduce((total, { value }) => total + Number(value), 0);
        expect(sum).toBeCloseTo(predicted!, 12);
        expect(Number(curves!.find((row) => Number(row.eta) === eta)!.order_2)).toBeCloseTo(predicted!, 12);
      }
    });
  });

  test("paints pictures of a column's width at 600 dots an inch", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { json } = await plot(folder, "rates", "--to", "png", "--only", "measured");
      const picture = pngOf(await readFile(join(folder, json.files[0]!.file)));
      expect([picture.width, picture.dotsPerMetre]).toEqual([1980, 23622]);
      expect(picture.height).toBeGreaterThan(900);
      expect(picture.height).toBeLessThan(1980);
      expect(picture.bytes).toBeGreaterThan(50);
    });
  });

  test("draws what was measured where nothing is predicted", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { status, json } = await plot(folder, "bare", "--to", "svg");
      expect([status, json.files.map(({ plot: name }) => name)]).toEqual([0, ["measured"]]);
      const root = await parsed(join(folder, json.files[0]!.file));
      expect(partsOf(root, "circle", "measured ")).toHaveLength(1);
    });
  });

  test("has the numbers of diag verify, and the same files each time", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const words = ["--trials", "500", "--seed", "7"];
      const { json } = await plot(folder, "rates", "--to", "csv", ...words);
      const verified = await diagJson<Answer>(
        ["verify", join(folder, "a.diag"), "rates", "--backend", "cpu", ...words],
        folder,
      );
      const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, ...rest }) => rest);
      expect(bits(json.runs)).toEqual(bits(verified.json.runs));
      const curves = json.files.find((one) => one.plot === "curves")!.file;
      const before = await readFile(join(folder, curves), "utf8");
      await plot(folder, "rates", "--to", "csv", ...words);
      expect(await readFile(join(folder, curves), "utf8")).toBe(before);
    });
  });

  test("tells people which files it has written, below the table", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { output } = await diag(
        ["plot", join(folder, "a.diag"), "bare", "--to", "svg", "--backend", "cpu"],
        { cwd: folder },
      );
      expect(output).toMatch(/^verify .*\n(?:.*\n)*out\/bare-test_loss-measured\.svg\n$/);
    });
  });

  test.each([
    [["a.diag"], "choose a format: --to svg, --to png, --to csv"],
    [
      ["a.diag", "--to", "pdf"],
      "--to pdf is no format that there is; choose a format: --to svg, --to png, --to csv",
    ],
    [[], "diag plot needs a FILE; diag plot --help shows an example"],
    [["a.diag", "no", "--to", "svg"], "a.diag has no verify no; it has rates, curvatures, bare"],
    [
      ["a.diag", "--to", "svg", "--only", "curves"],
      "--only curves is not known; it takes measured, orders, contributions, remainders between commas",
    ],
    [
      ["a.diag", "rates", "--to", "svg", "--eta", "0.3"],
      "verify rates has no eta = 0.3; it has 0.02, 0.05, 0.2",
    ],
    [
      ["a.diag", "rates", "--to", "svg", "--x", "H"],
      "verify rates does not run over H; write with H = … in it, or give values by --with H=0.1,1",
    ],
    [
      ["a.diag", "curvatures", "--to", "svg", "--x", "K"],
      "verify curvatures runs over H, not K; write --x H or --x eta",
    ],
  ])("refuses %j in a line", async (words, message) => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const { status, errors } = await diag(["plot", ...words], { cwd: folder });
      expect([status, errors]).toEqual([2, `diag: ${message}\n`]);
      expect(await readdir(folder)).toEqual(["a.diag"]);
    });
  });

  test("finds out before it simulates what is in the way of a file", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const name = "bare-test_loss-measured.svg";
      await mkdir(join(folder, "out", name), { recursive: true });
      const { status, errors } = await diag(["plot", join(folder, "a.diag"), "bare", "--to", "svg"], {
        cwd: folder,
      });
      expect(status).toBe(2);
      expect(errors).toMatch(/^diag: out\/bare-test_loss-measured\.svg cannot be written: [^\n]*\n$/);
    });
  });

  test.skipIf(process.platform === "win32")(
    "keeps trials when it is stopped, and goes on from them",
    async () => {
      const long = text
        .replace("eta = 0.02, 0.05, 0.2", "eta = 0.1")
        .replace("trials = 3000", "trials = 1e9");
      await withFolder({ "a.diag": long }, async (folder) => {
        const words = ["plot", join(folder, "a.diag"), "rates", "--to", "svg", "--backend", "cpu", "--json"];
        const options = { state: folder, cwd: folder };
        const { status, output, errors } = await diagProcess(words, {
          ...options,
          interruptOnce: join(folder, "diag", "checkpoints"),
        });
        const answer = JSON.parse(output) as Answer;
        expect([status, answer.files]).toEqual([3, []]);
        const [, told] = /^stopped; kept are ([\d,]+) trials of rates eta = 0\.1, /m.exec(errors)!;
        const kept = told!.replaceAll(",", "");
        expect(await readdir(join(folder, "out"))).toEqual([]);
        const resumed = await diag([...words, "--resume", "--trials", kept], options);
        expect(resumed.errors).toContain(`rates eta = 0.1: going on after ${kept} trials`);
        const { files, runs } = JSON.parse(resumed.output) as Answer;
        expect(runs.map(({ trials }) => trials)).toEqual([Number(kept), Number(kept)]);
        expect((await readdir(join(folder, "out"))).length).toBe(files.length);
        expect(files.length).toBeGreaterThan(0);
      });
    },
  );
});

const estimated = `landscape net {
  data x[2], y from "rows.csv"
  weights A[2] = 0.3
  loss square(tanh(dot(A, x)) - y)
}
verify estimated {
  landscape net
  sgd(N = 3, E = 1, B = 1)
  eta = 0.05, 0.1
  observe test_loss
  predict series 2
  samples = 64
  trials = 500
}
`;

const rowsOfEstimate = Array.from(
  { length: 9 },
  (_, row) => `${Math.sin(row)},${Math.cos(3 * row)},${(row % 3) / 2}\n`,
);

test("a prediction that is estimated has its error in the pictures and in the tables", () =>
  withFolder({ "a.diag": estimated, "rows.csv": rowsOfEstimate.join("") }, async (folder) => {
    const { json } = await plot(folder, "--to", "csv", "--only", "measured,orders");
    const [points, curves, orders] = await Promise.all(
      ["measured", "curves", "orders"].map(async (name) => {
        const table = await readFile(join(folder, "out", `estimated-test_loss-${name}.csv`), "utf8");
        return Papa.parse<Record<string, string>>(table, { header: true, skipEmptyLines: true }).data;
      }),
    );
    for (const run of json.runs) {
      const { predictedError, eta } = run;
      expect(predictedError).toBeGreaterThan(0);
      expect(run.predictedSamples).toBe(16);
      expect(points!.find((row) => Number(row.eta) === eta)!.predicted_error).toBe(String(predictedError));
      // Of sixteen samples: Student's 2.131 errors.
      const { interval } = curves!.find((row) => Number(row.eta) === eta)!;
      expect(Number(interval) / predictedError!).toBeCloseTo(2.1314, 3);
      const second = orders!.find((row) => Number(row.eta) === eta && row.order === "2")!;
      expect(Number(second.predicted_error)).toBe(run.orders![2]!.predictedError);
    }
    await plot(folder, "--to", "svg", "--only", "measured,orders");
    const measured = await parsed(join(folder, "out", "estimated-test_loss-measured.svg"));
    expect(partsOf(measured, "path", "interval-of-estimate").length).toBe(1);
    const byOrder = await parsed(join(folder, "out", "estimated-test_loss-orders.svg"));
    expect(partsOf(byOrder, "rect", "error predicted").length).toBe(2);
  }));
