import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { standardNormals } from "../../src/compile/standard-normals.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { analyzeText, diskReader } from "../../src/language/index.js";
import { numberBytes, safetensorsBytes } from "../unit/data/writers.js";
import { simulated, written } from "../written.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tensors-"));
  writeFileSync(join(folder, "points.csv"), "p,q,r\n1,2,0\n3,4,1\n5,6,2\n");
  writeFileSync(join(folder, "start.npy"), npy("(2, 2)", [1, 2, 3, 4]));
  writeFileSync(join(folder, "label.npy"), npy("(2,)", [0, 1]));
  writeFileSync(join(folder, "blanks.csv"), "the first,the second\n0.5,1\n1.5,2\n");
  writeFileSync(join(folder, "other.csv"), "y\n0.5\n1.5\n2.5\n");
  writeFileSync(join(folder, "cut.npy"), npy("(2, 2)", [1]));
  writeFileSync(
    join(folder, "net.safetensors"),
    safetensorsBytes({
      "layer.bias": { dtype: "F64", shape: [2], bytes: numberBytes("float64", [-0.7, 0.8]) },
      "layer.weight": { dtype: "F32", shape: [2, 2], bytes: numberBytes("float32", [0.5, -1.5, 2.25, 4]) },
    }),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

/** An NPY file of doubles, made by hand. */
function npy(shape: string, values: readonly number[]): Uint8Array {
  const words = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = `${words.padEnd(117)}\n`;
  const bytes = Buffer.alloc(10 + header.length + 8 * values.length);
  bytes.write("\x93NUMPY\x01\x00", 0, "latin1");
  bytes.writeUInt16LE(header.length, 8);
  bytes.write(header, 10, "latin1");
  for (const [index, value] of values.entries()) {
    bytes.writeDoubleLE(value, 10 + header.length + 8 * index);
  }
  return bytes;
}

async function analyzed(text: string) {
  return analyzeText(text, { path: join(folder, "net.diag"), reader: diskReader });
}

/** `code text message` of each diagnostic of a landscape's body, `text` what it stands at. */
async function problemsOf(body: string, more = ""): Promise<string[]> {
  const text = `landscape l {\n${body}\n}\n${more}`;
  const lines = text.split("\n");
  const { diagnostics } = await analyzed(text);
  return diagnostics.map(({ code, message, range: { start, end } }) => {
    const place =
      start.line === end.line ? lines[start.line]!.slice(start.character, end.character) : "several lines";
    return `${code} \`${place}\` ${message}`;
  });
}

test("columns whose names are none of the language are told to be taken by their places", async () => {
  const found = await problemsOf('weights w = 0\ndata x, y from "blanks.csv"\nloss w * x * y');
  expect(found).toEqual(
    ["x", "y"].map(
      (name) =>
        `bad-distribution \`${name}\` "blanks.csv" has no column \`${name}\`; its header is the first, the second; take columns by their places with \`x, y from csv("blanks.csv")\``,
    ),
  );
  expect(await problemsOf('weights w = 0\ndata x, y from csv("blanks.csv")\nloss w * x * y')).toEqual([]);
});

describe("files that are drawn from apart though they have as many rows are warned of", () => {
  const around = (data: string): string => `weights w = 0\n${data}\nloss w * sum(y) + sum(x)`;

  test.each([
    [
      'data x[2] from npy("start.npy")\ndata y from npy("label.npy")',
      '`y` is drawn independently of `x`, and both have 2 rows; where a row of one belongs to a row of the other, write `data x[2], y from npy("start.npy", "label.npy")`',
    ],
    [
      'data x[3] from "points.csv"\ndata y[3] from "points.csv"',
      "`y` is drawn independently of `x`, and both have 3 rows; where a row of one belongs to a row of the other, name them before one `from`",
    ],
    [
      'data x[2], r from "points.csv"\ndata y from "other.csv"',
      "`y` is drawn independently of `x`, `r`, and both have 3 rows; where a row of one belongs to a row of the other, put both into one file and name them before one `from`",
    ],
    // scalars
    ['data p from "points.csv"\ndata q from "points.csv"', ""],
    // as many rows are asked of: other files, other numbers of rows, one statement, one row
    ['data x[2] from npy("start.npy")\ndata y from "other.csv"', ""],
    ['data x[2] from npy("start.npy") take 1\ndata y from npy("label.npy") take 1', ""],
    ['data x[2], y from npy("start.npy", "label.npy")', ""],
    ['data x[2] from npy("start.npy")\ndata y ~ normal(0, 1)', ""],
  ])("%s", async (data, warning) => {
    const text = data.includes("data p") ? `weights w = 0\n${data}\nloss w * p * q` : around(data);
    const found = await problemsOf(text);
    const place = data.slice(data.indexOf("\n") + 1);
    expect(found).toEqual(warning === "" ? [] : [`bad-distribution \`${place}\` ${warning}`]);
  });
});

describe("shapes are found and checked at every operator", () => {
  const weights = "weights A[2, 3] = 0, B[3, 2] = 0, a[2] = 0, b[3] = 0, w = 0";
  test.each([
    ["w", "[]"],
    ["A @ b", "[2]"],
    ["A @ B", "[2, 2]"],
    ["a @ A", "[3]"],
    ["b @ b", "[]"],
    ["A + b", "[2, 3]"],
    ["A * w", "[2, 3]"],
    ["A @ B @ a", "[2]"],
    ["A[0]", "[3]"],
    ["A[1, 2]", "[]"],
    ["A[1][2]", "[]"],
    ["(A @ B)[0, 1]", "[]"],
    ["-A^2", "[2, 3]"],
    ["tanh(A)", "[2, 3]"],
    ["sum(A)", "[]"],
    ["sum(A, axis = 0)", "[3]"],
    ["mean(A, axis = -1)", "[2]"],
    ["sum(A, 1)", "[2]"],
    ["transpose(A)", "[3, 2]"],
    ["reshape(A, 3, 2)", "[3, 2]"],
    ["flatten(A)", "[6]"],
    ["concat(a, b)", "[5]"],
    ["softmax(A)", "[2, 3]"],
    ["logsumexp(A)", "[2]"],
    ["logsumexp(w, 1)", "[]"],
    ["dot(b, y = b)", "[]"],
    ["one_hot(1, n = 4)", "[4]"],
    ["squared_error(a, w)", "[]"],
    ["log(softplus(A), 2)", "[2, 3]"],
    ["pow(A, b)", "[2, 3]"],
  ])("%s has the shape %s", async (expression, shape) => {
    // The loss is a scalar; what a shape is, is read off the message that says so.
    const found = await problemsOf(
      `${weights}\nloss 0 * concat(flatten(reshape(w, 1)), flatten(reshape(w, 1))) + sum(${expression}) * w`,
    );
    expect(found).toEqual([expect.stringContaining("the loss has the shape [2]")]);
    const [problem] = await problemsOf(`${weights}\nlet k = ${expression}\nloss one_hot(0, 7) + k`);
    expect(problem).toContain(shape === "[]" ? "the loss has the shape [7]" : `and ${shape}:`);
  });

  test.each([
    ["a + b", "a + b", "cannot add [2] and [3]: aligned from the last axis, 2 meets 3"],
    ["sum(w + a - b)", "w + a - b", "cannot subtract [2] and [3]"],
    ["sum(w * a * b * w)", "a * b", "cannot multiply"],
    ["sum(A @ a)", "A @ a", "cannot take [2, 3] @ [2]: 3 columns on the left meet 2 entries on the right"],
    ["sum(w @ a)", "w @ a", "use * to multiply by a scalar"],
    ["sum(a ^ b)", "a ^ b", "cannot raise [2] and [3]"],
    ["A[2, 0]", "2", "2 is outside axis 0; take a whole number from 0 to 1"],
    ["A[0, -1]", "-1", "-1 is outside axis 1"],
    ["A[0, 0, 0]", "0", "3 indices for 2 axes; leave 1 out"],
    ["sum(A, axis = 2)", "sum(A, axis = 2)", "along axis 2 of [2, 3]"],
    ["sum(reshape(A, 4))", "reshape(A, 4)", "6 entries do not fill [4]"],
    ["a", "a", "the loss has the shape [2], and a loss is a scalar"],
    ["sum(conv(A, B))", "conv(A, B)", "an image is [height, width, channels]"],
  ])("%s is no tensor", async (loss, place, message) => {
    const [problem, ...others] = await problemsOf(`${weights}\nloss ${loss}`);
    expect(problem).toMatch(/^shape /);
    expect(problem).toContain(place === "a * b" ? "`w * a * b`" : `\`${place}\``);
    expect(problem).toContain(message);
    expect(others).toEqual([]);
  });

  test.each([
    ["sum(relu(a))", "relu(a)", "softplus(x)"],
    ["max(a)", "max(a)", "logsumexp(x)"],
    ["sum(max_pool(A, 2))", "max_pool(A, 2)", "avg_pool"],
    ["sum(abs(a))", "abs(a)", "logcosh(x)"],
  ])("%s is not smooth", async (loss, place, instead) => {
    const [problem, ...others] = await problemsOf(`${weights}\nloss ${loss}`);
    expect(problem).toContain(`not-smooth \`${place}\``);
    expect(problem).toContain("analytic");
    expect(problem).toContain(instead);
    expect(others).toEqual([]);
  });

  test("abs of data is smooth in the weights, and scalar landscapes keep abs as it is", async () => {
    expect(await problemsOf("data x[2] ~ normal(0, 1)\nweights a[2] = 0\nloss dot(a, abs(x))")).toEqual([]);
    expect(await problemsOf("weights w = 1\nloss abs(w)")).toEqual([]);
  });
});

describe("what else is wrong is said where it is", () => {
  test.each([
    ["weights A[0] = 1\nloss sum(A)", "bad-value `0` a length of an axis is a whole number from 1"],
    ["weights A[1.5] = 1\nloss sum(A)", "bad-value `1.5` a length of an axis is a whole number"],
    ["weights A[9000, 9000] = 1\nloss sum(A)", "shape `[9000, 9000]` [9000, 9000] has 81000000 entries"],
    ["weights A[2] = randn()\nloss sum(A)", "bad-value `randn()` `randn` takes the number of a stream"],
    ["weights A[2] = randn(-1)\nloss sum(A)", "bad-value `-1` a stream is a whole number from 0"],
    ["weights A[2] = 0\nloss sum(randn(1) * A)", "bad-value `randn(1)` `randn` is where a weight starts"],
    [
      "weights A[2] = 0\nloss summ(A)",
      "unknown-symbol `summ` there is no function `summ`; did you mean `sum`?",
    ],
    [
      "weights A[2] = 0\nloss sum(A, axes = 0)",
      "bad-value `axes = 0` `sum` has no `axes`; did you mean `axis`?",
    ],
    ["weights A[2] = 0\nloss sum(A, 0, 1)", "bad-value `sum(A, 0, 1)` `sum` has an argument too many"],
    ["weights A[2] = 0\nloss sum()", "bad-value `sum()` `sum` lacks `x`; write `sum(x, axis = …)`"],
    [
      "weights A[2] = 0\nloss sum(A, axis = A)",
      "bad-value `A` `A` is a weight, and this value must be constant",
    ],
    ["weights A[2] = 0\nloss sum(A, axis = 0, axis = 0)", "bad-value `axis = 0` `axis` is given twice"],
    ["weights A[2] = 0\nloss sum(tanh(A, axis = 0))", "bad-value `axis = 0` `tanh` takes tensors alone"],
    ["weights A[2] = 0\nloss sum(x = A)", ""],
    ["weights A[2] = 0\nloss sum(concat(A))", "bad-value `concat(A)` `concat` lacks `y`"],
    ["weights A[2] = 0, hyper h = 0 in [0, 1]\nloss sum(A)*h", "landscapes of tensors have none"],
    ["weights A[2] = 0\nloss sum(A)\nloss 1", "this landscape has a loss already"],
    [
      'weights A[2] = 0\ndata x[2], y from idxx("a")\nloss sum(A)',
      "bad-distribution `idxx` there is no reader `idxx`; did you mean `idx`?",
    ],
    [
      'weights A[2] = 0\ndata x[2], y from "none.csv"\nloss sum(A)',
      'bad-distribution `"none.csv"` cannot read "none.csv": there is no such file',
    ],
    [
      'weights A[2] = 0\ndata x[2], y from "points.csv" take 4\nloss sum(A)',
      "has 3 rows, and `take 4` asks for more",
    ],
    [
      'weights A[2] = 0\ndata x[2], y from "points.csv" take 0\nloss sum(A)',
      "bad-value `0` `take` is a whole number from 1",
    ],
    ['weights A[2] = 0\ndata x[3], y from "points.csv"\nloss sum(A)', 'bad-distribution `"points.csv"`'],
    [
      'weights A[2, 3] = from "start.npy"\nloss sum(A)',
      'shape `from "start.npy"` "start.npy" is [2, 2], and `A` is [2, 3]; write `A[2, 2]`',
    ],
    [
      'weights A[2] = from "none.npy"\nloss sum(A)',
      'bad-value `from "none.npy"` cannot read "none.npy": there is no such file',
    ],
    // where something is, and what is there, make no one sentence
    [
      'weights A[2, 2] = from "cut.npy"\nloss sum(A)',
      'bad-value `from "cut.npy"` cannot read "cut.npy": byte 136: the file is cut: it ends here, and 24 bytes more',
    ],
    [
      'weights A[2] = 0\ndata x[3], y from npy("start.npy", "start.npy")\nloss sum(A)',
      'bad-distribution `npy("start.npy", "start.npy")` cannot read "start.npy": byte 10: its rows are of shape [2] each',
    ],
    [
      'weights A[2] = 0\ndata x[2], y from "points.csv"\nloss cross_entropy(A, y)',
      "bad-distribution `y` `y` is 2 in row 3, and labels of 2 classes are whole numbers from 0 to 1",
    ],
    [
      "weights A[2] = 0\ndata y ~ normal(0, 1)\nloss cross_entropy(A, y)",
      "bad-distribution `y` `y` is drawn from all numbers",
    ],
    // labels are checked whatever they are made of: each of these was a row of zeros once, without a word
    [
      'weights A[2] = 0\ndata x[2], y from "points.csv"\nlet z = y\nloss cross_entropy(A, z)',
      "bad-distribution `z` `z` is 2 in row 3, and labels of 2 classes",
    ],
    [
      'weights A[3] = 0\ndata x[2], y from "points.csv"\nloss cross_entropy(A, y - 1)',
      "bad-distribution `y - 1` `y - 1` is -1 in row 1, and labels of 3 classes",
    ],
    [
      'weights A[3] = 0\ndata x[2], y from "points.csv"\nloss cross_entropy(A, y / 2)',
      "bad-distribution `y / 2` `y / 2` is 0.5 in row 2, and labels of 3 classes",
    ],
    [
      'weights A[3] = 0\ndata x[2], y from "points.csv"\nloss dot(A, one_hot(x[1], 3))',
      "bad-distribution `x[1]` `x[1]` is 4 in row 2, and labels of 3 classes",
    ],
    ['weights A[3] = 0\ndata x[2], y from "points.csv"\nloss cross_entropy(A, 2 - y)', ""],
    [
      "weights A[3] = 0\nparam k = 3\nloss cross_entropy(A, k)",
      "bad-value `k` `k` is 3, and labels of 3 classes",
    ],
    [
      "weights A[3] = 0\nloss dot(A, one_hot(0.5, 3))",
      "bad-value `0.5` `0.5` is 0.5, and labels of 3 classes",
    ],
    ["weights A[3] = 0\nloss cross_entropy(A, 2)", ""],
    [
      "weights A[2] = 0\ndata y ~ bernoulli(1/2)\nloss cross_entropy(A, 2 * y)",
      "bad-distribution `2 * y` `2 * y` may be 2, and labels of 2 classes",
    ],
    [
      "weights A[2] = 0\ndata y[30] ~ bernoulli(1/2)\nloss cross_entropy(A, sum(y))",
      "bad-distribution `sum(y)` `sum(y)` is made of data that have too many values together",
    ],
    [
      "weights A[2] = 0\nloss cross_entropy(A, A[0])",
      "not-smooth `A[0]` `A[0]` is a label that weights change",
    ],
    [
      "weights A[3] = 2 * randn(1)\nloss sum(A)",
      "unknown-symbol `randn` there is no function `randn`; a weight starts at it alone",
    ],
    ["weights w = 0\nparam p = [1]\nloss w", "syntax"],
  ])("%s", async (body, problem) => {
    const found = await problemsOf(body);
    if (problem === "") {
      expect(found).toEqual([]);
    } else {
      expect(found[0]).toContain(problem);
      expect(found.length).toBe(1);
    }
  });

  test("however long a text is, what is wrong with it is said", async () => {
    const many = 20_000;
    for (const loss of [
      `A${" @ A".repeat(many)}`,
      `A${"[0]".repeat(many)}`,
      `A[0]${" * A[0]".repeat(many / 4)}`,
      `${"sum(".repeat(60)}A${")".repeat(60)}`,
      `a${" / 2".repeat(many)}`,
    ]) {
      const { diagnostics } = await analyzed(`landscape l { weights A[2, 2] = 0, a = 1 loss ${loss} }`);
      expect(
        diagnostics.filter(({ code, message }) => code === "internal" || message.includes("itself failed")),
      ).toEqual([]);
      expect(diagnostics.length).toBeLessThanOrEqual(1);
    }
  });

  test("numbers have no axes and no `@`", async () => {
    const verify = (observed: string) =>
      `verify v { landscape l gd(N = 1, T = 1) eta = 1 observe r = ${observed} predict order 1 }`;
    expect(await problemsOf("weights w = 0\nloss w^2", verify("w[0]"))).toEqual([
      "shape `w[0]` `w` is a number and has no axes; leave the index out",
    ]);
    expect(await problemsOf("weights w[3] = 0\nloss sum(w^2)", verify("sum(one_hot(w, 3))"))).toEqual([
      expect.stringContaining("not-smooth `w` `w` is a label that weights change"),
    ]);
    expect(await problemsOf("weights w = 0\nloss w^2", verify("w @ w"))).toEqual([
      "shape `w @ w` `@` is the product of matrices and vectors; write `*` between numbers",
    ]);
  });
});

describe("starts", () => {
  test("are constants, normals of a stream, and files", async () => {
    const { landscapes, diagnostics } = await analyzed(`landscape l {
      param n = 2
      weights A[n, n] = from "start.npy", b[n + 1] = randn(4), c[2] = log(2), s = randn(4)
      loss sum(A) + sum(b) + sum(c) + s
    }`);
    expect(diagnostics).toEqual([]);
    expect(written(landscapes.get("l")).weights.map(({ name, start }) => [name, start])).toEqual([
      ["A[0, 0]", 1],
      ["A[0, 1]", 2],
      ["A[1, 0]", 3],
      ["A[1, 1]", 4],
      ...[...standardNormals(4, 3)].map((start, index) => [`b[${index}]`, start]),
      ["c[0]", Math.log(2)],
      ["c[1]", Math.log(2)],
      ["s", standardNormals(4, 1)[0]],
    ]);
  });
});

test("a descent that starts at arrays of files is that which starts at their numbers", async () => {
  const seriesFrom = async (weights: string) => {
    const { landscapes, diagnostics } = await analyzed(`landscape l {
      data x[2], y from "points.csv"
      weights ${weights}
      loss squared_error(sum(tanh(A @ x / 4 + b)), y)
    }`);
    expect(diagnostics).toEqual([]);
    return new Evaluator(written(landscapes.get("l")), { order: 3 }).evaluate({
      spacetime: { optimiser: "sgd", parameters: { N: 3, E: 2, B: 1, shuffle: "same" } },
      eta: 0.1,
      observable: { name: "test_loss", weights: [] },
      selection: { kind: "series", order: 3 },
      sum: "exact",
    }).series;
  };
  const numbers = (matrix: readonly number[], vector: readonly number[]) => {
    writeFileSync(join(folder, "matrix.npy"), npy("(2, 2)", matrix));
    writeFileSync(join(folder, "vector.npy"), npy("(2,)", vector));
    return 'A[2, 2] = from "matrix.npy", b[2] = from "vector.npy"';
  };
  const kept = 'A[2, 2] = from "net.safetensors" "layer.weight", b[2] = from "net.safetensors" "layer.bias"';
  const series = await seriesFrom(numbers([0.5, -1.5, 2.25, 4], [-0.7, 0.8]));
  expect(await seriesFrom(kept)).toEqual(series);
  expect(await seriesFrom(numbers([0.5, -1.5, 2.25, 3], [-0.7, 0.8]))).not.toEqual(series);
  // The first loss by hand.
  const rows = [
    [1, 2, 0],
    [3, 4, 1],
    [5, 6, 2],
  ] as const;
  const losses = rows.map(([p, q, y]) => {
    const out = Math.tanh((0.5 * p - 1.5 * q) / 4 - 0.7) + Math.tanh((2.25 * p + 4 * q) / 4 + 0.8);
    return (out - y) ** 2 / 2;
  });
  expect(series[0]![0]).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 3, 12);
});

describe("data", () => {
  test("columns of a table are taken by position where one has a shape, else by name; `take` keeps the first rows", async () => {
    const rows = async (statement: string, loss: string) => {
      const { landscapes, diagnostics } = await analyzed(
        `landscape l { weights A[2] = 0 ${statement} loss ${loss} }`,
      );
      expect(diagnostics).toEqual([]);
      const [source] = written(landscapes.get("l")).data;
      return source?.kind === "rows" ? [source.names, [...Array.from(source.values)]] : source;
    };
    expect(await rows('data x[2], y from "points.csv"', "dot(A, x) * y")).toEqual([
      ["x[0]", "x[1]", "y"],
      [1, 2, 0, 3, 4, 1, 5, 6, 2],
    ]);
    expect(await rows('data r, p from "points.csv" take 2', "sum(A) * r * p")).toEqual([
      ["r", "p"],
      [0, 1, 1, 3],
    ]);
    expect(await rows("data keep[2] ~ bernoulli(0.8)", "dot(A, keep)")).toMatchObject({ name: "keep[0]" });
  });

  test("`take` is for tables of numbers, too", async () => {
    const { landscapes } = await analyzed(
      'landscape l { weights w = 0 data p from "points.csv" take 2 loss w*p }',
    );
    expect([
      ...Array.from((written(landscapes.get("l")).data[0] as { values: ArrayLike<number> }).values),
    ]).toEqual([1, 3]);
  });
});

describe("verifies of landscapes of tensors", () => {
  const landscape =
    "landscape l { weights A[2, 2] = randn(1), b = 0 loss sum(square(A)) / 2 + b^2 + A[0, 0]^3 }";
  const verify = (statements: string, descent = "sgd(N = 2, E = 1, B = 1)") =>
    `${landscape}\nverify v { landscape l ${descent} eta = 0.1 ${statements} predict order 2 }`;

  test("observe all weights, all entries of one, and functions", async () => {
    const { diagnostics, verifies } = await analyzed(
      verify("observe displacement, displacement(A), displacement(b), variance(b), radius = sum(square(A))"),
    );
    expect(diagnostics).toEqual([]);
    expect(simulated(verifies.get("v")).observables.map(({ weights }) => weights)).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3],
      [4],
      [],
      [],
    ]);
  });

  test.each([
    ["observe variance(A)", "`A` has 4 entries here"],
    ["observe variance(A[0])", "`A` has 2 entries here"],
    ["observe variance(A[2, 0])", "2 is outside axis 0"],
    ["observe displacement(A[0, 0, 0])", "3 indices for 2 axes"],
    ["observe displacement(b[0])", "1 index for 0 axes"],
    ["observe displacement(A, A[0, 1])", "`A` stands twice"],
    ["observe r = A", "`r` has the shape [2, 2], and what is observed is one number"],
    [
      "observe test_loss metric [1, 0; 0, 1]",
      "a metric on `l` has one number for each of A, b; write `metric A: 2`",
    ],
    ["observe test_loss metric diag(1, 2, 3)", "this metric has 3 entries, and `l` has 2 weights (A, b)"],
  ])("%s", async (statements, message) => {
    const { diagnostics } = await analyzed(verify(statements));
    expect(diagnostics.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  });

  test("observe single entries, and rows of them", async () => {
    const { diagnostics, verifies } = await analyzed(
      verify(
        "observe variance(A[1, 0]), covariance(A[0, 1], b), displacement(A[1], b), displacement(A[0, 0])",
      ),
    );
    expect(diagnostics).toEqual([]);
    expect(verifies.get("v")!.observables.map(({ weights, operands }) => operands ?? weights)).toEqual([
      [{ weight: 2 }],
      [{ weight: 1 }, { weight: 4 }],
      [2, 3, 4],
      [0],
    ]);
  });

  test("have a metric of one number a name", async () => {
    const { verifies } = await analyzed(verify("observe test_loss metric A: 2"));
    const { metric } = simulated(verifies.get("v")).landscape;
    expect(metric!.map((row, index) => row[index])).toEqual([2, 2, 2, 2, 1]);
  });

  test("have it for every size that a param gives them", async () => {
    const { verifies, diagnostics } = await analyzed(
      `landscape l { param n = 2 weights A[n] = 1, b = 0 loss sum(square(A)) + b^2 }
      verify v { landscape l gd(1, 1) eta = 0.1 observe test_loss predict order 1 with n = 1, 3 metric A: 2 }`,
    );
    expect(diagnostics).toEqual([]);
    expect(
      verifies
        .get("v")!
        .over!.variants.map(({ landscape }) => written(landscape).metric!.map((row, i) => row[i])),
    ).toEqual([
      [2, 1],
      [2, 2, 2, 1],
    ]);
  });

  test.each(["ode(T = 2)", "sde(T = 2)"])("%s does not go on them", async (descent) => {
    const { diagnostics } = await analyzed(verify("observe test_loss", descent));
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^bad-space-time .*take sgd, gd or gdc/),
    ]);
  });

  test("have test points, of trials that measure the test loss", async () => {
    const { diagnostics, verifies } = await analyzed(verify("observe test_loss test_points = 5"));
    expect(diagnostics).toEqual([]);
    expect(verifies.get("v")!.testPoints).toBe(5);
    expect(
      (await analyzed(verify("observe gen_gap, covariance(b, test_loss) test_points = 1"))).diagnostics,
    ).toEqual([]);
  });

  test.each([
    ["observe test_loss test_points = 0", "0", "test_points = 0 is not a whole number from 1 to 1000000000"],
    ["observe test_loss test_points = 3/2", "3/2", "test_points = 3/2 is not a whole number"],
    ["observe displacement test_points = 5", "test_points = 5", "nothing that is observed has a test loss"],
    [
      "observe variance(test_loss) test_points = 5",
      "test_points = 5",
      "test points would be in variance(test_loss) as training sets are; leave them out",
    ],
    [
      "observe test_loss test_points = 5 test_points = 6",
      "test_points = 6",
      "this verify has `test_points` already",
    ],
  ])("%s is refused at its place", async (statements, place, message) => {
    const text = verify(statements);
    const { diagnostics } = await analyzed(text);
    expect(diagnostics.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
    const [{ range }] = diagnostics as [(typeof diagnostics)[number]];
    const line = text.split("\n")[range.start.line]!;
    expect(line.slice(range.start.character, range.end.character)).toBe(place);
  });

  test("test points are not of scalars", async () => {
    const { diagnostics } = await analyzed(
      "landscape l { weights w = 1 loss w^2 } verify v { landscape l gd(1, 1) eta = 1 observe test_loss test_points = 5 }",
    );
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "bad-value test points are of landscapes of tensors; the test loss of l is found exactly, so leave them out",
    ]);
  });

  const large = "landscape l { weights A[200, 200] = 0, b[200] = 0 loss sum(tanh(A @ b)) }";
  const onLarge = (statements: string) =>
    analyzed(`${large}\nverify v { landscape l gd(N = 1, T = 1) eta = 1 observe test_loss ${statements} }`);

  test.each(["series 0", "series 3", "order 0"])(
    "of what is too large to be written out have %s",
    async (asked) => {
      const { diagnostics, verifies } = await onLarge(`predict ${asked} metric b: 2`);
      expect(diagnostics).toEqual([]);
      expect(verifies.get("v")!.landscape.metric).toEqual([
        { weight: "A", factor: 1 },
        { weight: "b", factor: 2 },
      ]);
    },
  );

  test("of what is too large to be written out are measured alone, unless a penalty lacks there", async () => {
    expect((await onLarge("")).diagnostics).toEqual([]);
    const verify = (descent: string) => `verify v { landscape l ${descent} eta = 1 observe test_loss }`;
    expect((await analyzed(`${large}\n${verify("gdc(N = 2, T = 1)")}`)).diagnostics).toEqual([]);
    const ofOneWeight =
      "landscape l { data x[200, 60] ~ bernoulli(1/2) weights w[1] = 1 loss sum(tanh(w[0] * x)) }";
    const { diagnostics } = await analyzed(`${ofOneWeight}\n${verify("gd(N = 2, T = 1, penalty = stic)")}`);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "gd(N = 2, T = 1, penalty = stic) has no trials on tensors, such as l has; leave its penalty out",
    ]);
  });

  test.each([
    ["predict order 1", "40200 weights; up to 300 fit: use series instead of order"],
    ["predict series 4", "order 3 is the highest that fits"],
    ["predict series 3 measure = total", "order 3 is the highest that fits"],
  ])("of what is too large to be written out are refused %j in a line", async (statements, message) => {
    const { diagnostics } = await onLarge(statements);
    expect(diagnostics.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  });
});
