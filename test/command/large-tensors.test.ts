import { describe, expect, test } from "vitest";
import { testFolder } from "../unit/data/folder.js";
import { idxBytes, npyBytes } from "../unit/data/writers.js";
import { diag, diagJson } from "./diag.js";
import { type Example, Network, shapes } from "./network.js";

// Landscapes of tensors that are evaluated along directions: the numbers of the command against those of scalars, and against sums made here.

const folder = testFolder();

interface Answer {
  readonly total: number | number[];
  readonly series: (number | number[])[];
}

const evaluated = async (file: string, ...options: string[]) =>
  (await diagJson<Answer>(["evaluate", file, "--eta", "0.01", ...options])).json;

/** Numbers without any pattern, the same each time. */
function* scattered(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield state / 2 ** 31 - 0.5;
  }
}

const taken = (source: Iterator<number, never>, count: number) =>
  Array.from({ length: count }, () => source.next().value);

describe("a net of so many weights that derivatives along directions are less work", () => {
  const count = 51;
  const places = Array.from({ length: count }, (_, index) => index);
  const options = ["--series", "3", "--sgd", "N=2,E=2,B=1"];

  test("has the numbers that it has in scalars", async () => {
    const source = scattered(3);
    const rows = [0, 1].map(() => taken(source, count + 1).join(","));
    folder.write("table.csv", `${rows.join("\n")}\n`);
    const starts = taken(scattered(7), count);
    folder.write("w.npy", npyBytes("float64", [count], starts));
    const tensors = folder.write(
      "tensors.diag",
      `landscape l { data x[${count}], y from "table.csv" weights w[${count}] = from "w.npy" loss square(tanh(dot(w, x)) - y) / 2 }`,
    );
    const scalars = folder.write(
      "scalars.diag",
      `landscape l {
        data ${places.map((index) => `x${index}`).join(", ")}, y from "table.csv"
        weights ${places.map((index) => `w${index} = ${starts[index]}`).join(", ")}
        loss (tanh(${places.map((index) => `w${index} * x${index}`).join(" + ")}) - y)^2 / 2
      }`,
    );
    const [one, other] = [await evaluated(tensors, ...options), await evaluated(scalars, ...options)];
    const numbers = ({ total, series }: Answer) => [total, ...series] as number[];
    expect(numbers(one).length).toBe(5);
    numbers(one).forEach((value, index) => {
      expect(Math.abs(value / numbers(other)[index]! - 1)).toBeLessThan(1e-9);
    });
  });
});

describe("a net of thousands of weights on images", () => {
  const classes = 3;
  const source = scattered(11);
  const weights = shapes.map(({ shape }) =>
    taken(
      source,
      shape.reduce((size, length) => size * length, 1),
    ).map((value) => 3 * value),
  );
  const examples: Example[] = Array.from({ length: 6 }, (_, row) => ({
    image: taken(source, 64).map((value) => Math.floor(256 * (value + 0.5))),
    label: row % classes,
  }));
  const net = new Network(weights.flat(), examples);
  const verify = (predict: string) =>
    `verify v { landscape net sgd(N = 3, E = 1, B = 1) eta = 0.01 observe test_loss ${predict} }`;
  const sgd = ["--sgd", "N=3,E=1,B=1"];
  const T = 3;

  function write(statements = ""): string {
    folder.write(
      "images",
      idxBytes(
        "uint8",
        [examples.length, 8, 8],
        examples.flatMap(({ image }) => image),
      ),
    );
    folder.write(
      "labels",
      idxBytes(
        "uint8",
        [examples.length],
        examples.map(({ label }) => label),
      ),
    );
    shapes.forEach(({ name, shape }, index) => {
      folder.write(`${name}.npy`, npyBytes("float64", shape, weights[index]!));
    });
    const declared = shapes.map(({ name, shape }) => `${name}[${shape.join(", ")}] = from "${name}.npy"`);
    return folder.write(
      "net.diag",
      `landscape net {
        data image[8, 8, 1], label from idx("images", "labels")
        weights ${declared.join(", ")}
        let h = tanh(conv(image / 255, xavier(A), stride = 2, padding = 1) + a)
        let m = tanh(xavier(B) @ flatten(h) + b)
        loss cross_entropy(xavier(C) @ m + c, label)
      }
      ${statements}`,
    );
  }

  const dot = (one: readonly number[], other: readonly number[]) =>
    one.reduce((sum, value, index) => sum + value * other[index]!, 0);

  test("has the series that sums over its rows give", async () => {
    const { loss, gradients, mean } = net.atStart();
    const curvature = (direction: readonly number[]) => dot(direction, net.curvatureAlong(direction));
    // THEORY's first two orders: the gradients of the mean, its curvature and the covariance of the rows' gradients.
    const noise =
      gradients.reduce((sum, own) => sum + curvature(own.map((value, index) => value - mean[index]!)), 0) /
      gradients.length;
    const second = ((T * (T - 1)) / 2 + T ** 2 / 2) * curvature(mean) + (T / 2) * noise;
    const { series, total } = await evaluated(write(), "--series", "2", ...sgd);
    expect(series[0]).toBeCloseTo(loss, 10);
    expect((series[1] as number) / (-T * dot(mean, mean))).toBeCloseTo(1, 9);
    expect((series[2] as number) / second).toBeCloseTo(1, 6);
    expect(total).toBeCloseTo(
      (series as number[]).reduce((sum, one, order) => sum + one * 0.01 ** order, 0),
      12,
    );
  });

  test("has its observables, a metric by names and a place", async () => {
    const file = write();
    const { mean } = net.atStart();
    const ends = shapes.map((_, index) => weights.slice(0, index + 1).flat().length);
    const own = mean.slice(ends.at(-2)!);
    const first = ["--series", "1", ...sgd];
    const along = (await evaluated(file, ...first, "--observe", "displacement(c)", "--metric", "c: 2"))
      .series[1] as number[];
    expect(along.length).toBe(classes);
    along.forEach((value, index) => {
      expect(value).toBeCloseTo(-2 * T * own[index]!, 9);
    });
    // Of |c|², twice what c moves.
    const square = await evaluated(file, ...first, "--observe", "r = sum(square(c))");
    expect(square.series[1]).toBeCloseTo(-2 * T * dot(weights.at(-1)!, own), 9);
    expect((await evaluated(file, ...first, "--at", "C=0,c=0")).series[0]).toBeCloseTo(Math.log(classes), 12);
    const { series } = await evaluated(file, ...first, "--minus-gd", "N=3,T=3");
    expect(series.map((value) => Math.abs(value as number))).toEqual([0, 0]);
  });

  test("is verified, and a report has it", async () => {
    const file = write(verify("predict series 1"));
    expect((await diag(["check", file])).status).toBe(0);
    const trials = ["--trials", "100"];
    const { status, json } = await diagJson<{ runs: { verdict: string; trials: number }[] }>([
      "verify",
      file,
      ...trials,
    ]);
    expect(status).toBe(0);
    expect(json.runs).toEqual([expect.objectContaining({ verdict: "agrees", trials: 100, diverged: 0 })]);
    const report = await diag(["report", file, ...trials, "--output", folder.path("out")]);
    expect(report.status).toBe(0);
    expect(report.output).toContain("(0-1)(01)");
    expect(report.output).toContain("agrees");
  });

  test("descends with a penalty of covariance, which is what SGD does through order 2", async () => {
    const file = write(
      `verify v { landscape net sgd(N = 3, E = 1, B = 1) - gdc(N = 3, T = 3) eta = 0.01 observe test_loss predict series 2 }
       verify w { landscape net gdc(N = 3, T = 3) eta = 0.01 observe test_loss predict series 2 }`,
    );
    const { status, json } = await diagJson<{
      runs: { verify: string; verdict: string; orders: { predicted: number }[] }[];
    }>(["verify", file, "--trials", "300"]);
    expect([0, 3]).toContain(status);
    const { series } = await evaluated(file, "--landscape", "net", "--series", "2", ...sgd);
    const orders = (name: string) =>
      json.runs.find(({ verify }) => verify === name)!.orders.map(({ predicted }) => predicted);
    orders("w").forEach((predicted, order) => {
      expect(predicted / 0.01 ** order / (series[order] as number)).toBeCloseTo(1, 9);
    });
    expect(orders("v").every((predicted) => Math.abs(predicted) < 1e-12)).toBe(true);
    expect(json.runs.some(({ verdict }) => verdict === "disagrees")).toBe(false);
  });

  test("has test points in the place of all rows, and keeps its trials", async () => {
    interface Run {
      measured: number;
      standardError: number;
      testPoints?: number;
      orders: readonly { measured: number; standardError: number }[];
      verdict: string;
    }
    const measured = async (statement: string, ...options: string[]) => {
      const file = write(verify(`predict series 1 ${statement}`));
      const { status, json } = await diagJson<{ runs: Run[] }>([
        "verify",
        file,
        "--trials",
        "300",
        ...options,
      ]);
      expect(status).toBe(0);
      return json.runs[0]!;
    };
    const [all, few, one] = [
      await measured("test_points = 6"),
      await measured("test_points = 4"),
      await measured("test_points = 4", "--test-points", "1"),
    ];
    // There are six rows.
    expect([all, few, one].map(({ testPoints }) => testPoints)).toEqual([undefined, 4, 1]);
    expect(few.standardError).toBeGreaterThan(all.standardError);
    expect(one.standardError).toBeGreaterThan(few.standardError);
    for (const sampled of [few, one]) {
      expect(Math.abs(sampled.measured - all.measured)).toBeLessThan(4.5 * sampled.standardError);
      expect(sampled.orders[0]).toEqual(all.orders[0]);
    }
    const refused = await diag(["verify", write(verify("predict series 1")), "--test-points", "0"]);
    expect(refused.status).toBe(2);
    expect(refused.errors).toContain("--test-points takes a whole number from 1 to 1000000000");
  });

  test.each([
    [["--order", "1"], "3251 weights; up to 300 fit: use series instead of order"],
    [["--series", "4"], "order 3 is the highest that fits"],
    [["--series", "1", "--metric", "[1, 0; 0, 1]"], "one number for each of A, a, B, b, C, c"],
  ])("is refused %j in a line", async (options, message) => {
    const { status, errors } = await diag(["evaluate", write(), "--eta", "0.1", ...sgd, ...options]);
    expect(status).toBe(2);
    expect(errors.trim().split("\n")).toEqual([expect.stringContaining(message)]);
  });
});
