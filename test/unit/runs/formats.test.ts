import { describe, expect, test } from "vitest";
import { escapeLatex, formatCsv, formatJson, formatLatex } from "../../../src/runs/formats/index.js";
import type { RunPoint, RunRecord } from "../../../src/runs/index.js";

const point: RunPoint = {
  eta: 0.1,
  observable: "test_loss",
  predicted: 0.507765666399884,
  truncation: 0.000996118580810488,
  measured: 0.5084757464778525,
  standardError: 0.000026203701616411884,
  trials: 200000,
  diverged: 0,
  verdict: "agrees",
  reason: "within 3s + τ = 0.00107",
  steps: 2000000,
  stepsPerSecond: 60620060,
};

function record(change: Partial<RunRecord>): RunRecord {
  return {
    id: "a-1",
    kind: "verification",
    title: "gauss_excess",
    uri: "file:///gauss.diag",
    file: "gauss.diag",
    textHash: "0",
    started: 0,
    landscape: "gauss",
    spacetime: "sgd(N = 10, E = 1, B = 1)",
    prediction: "order 3",
    sum: "exact",
    order: 3,
    observables: ["test_loss"],
    etas: [0.1],
    trials: 200000,
    seed: 1,
    backend: "cpu",
    version: "0.1.0",
    state: "done",
    points: [point],
    partial: [],
    terms: [],
    curves: [],
    ...change,
  };
}

describe("CSV", () => {
  test("has a line of headings and a line a point, with all digits", () => {
    expect(formatCsv(record({}), "points")).toBe(
      "eta,observable,predicted,truncation,measured,standard_error,rounding_floor,trials,diverged,verdict,reason," +
        "trials_to_decide,needs_precision,backend,steps,steps_per_second,cancelled\r\n" +
        "0.1,test_loss,0.507765666399884,0.000996118580810488,0.5084757464778525,0.000026203701616411884,," +
        "200000,0,agrees,within 3s + τ = 0.00107,,no,,2000000,60620060,no\r\n",
    );
  });

  test("says what single precision may be off, and what simulated", () => {
    const coarse = { ...point, roundingFloor: 1.25e-7, needsPrecision: true, backend: "webgpu+cpu" } as const;
    const line = formatCsv(record({ points: [coarse] }), "points").split("\r\n")[1]!;
    expect(line).toContain(",0.000026203701616411884,1.25e-7,200000,");
    expect(line).toContain(",,yes,webgpu+cpu,2000000,60620060,no");
  });

  test("gives back the same doubles, of any size", () => {
    const numbers = [5e-324, 1.7976931348623157e308, -0.1, 1 / 3, 123456789.12345679, 2 ** 53];
    const points = numbers.map((measured) => ({ ...point, measured }));
    const lines = formatCsv(record({ points }), "points").trimEnd().split("\r\n").slice(1);
    expect(lines.map((line) => Number(line.split(",")[4]))).toEqual(numbers);
  });

  test("leaves empty what is not finite", () => {
    const line = formatCsv(record({ points: [{ ...point, measured: null, standardError: null }] }), "points");
    expect(line.split("\r\n")[1]).toContain("0.000996118580810488,,,,200000");
  });

  test("quotes commas, quotes and lines, and lets no text be a formula", () => {
    const terms = [
      {
        eta: 0.1,
        observable: "test_loss",
        terms: ['a "b", c', "=1+1", "two\nlines"].map((name) => ({
          ...{ diagram: "(0)()", name, edges: 0, automorphisms: 1, embeddings: 1, value: 0.5 },
        })),
      },
    ];
    expect(formatCsv(record({ terms }), "terms")).toBe(
      "eta,observable,diagram,name,edges,automorphisms,embeddings,value\r\n" +
        '0.1,test_loss,(0)(),"a ""b"", c",0,1,1,0.5\r\n' +
        "0.1,test_loss,(0)(),'=1+1,0,1,1,0.5\r\n" +
        '0.1,test_loss,(0)(),"two\nlines",0,1,1,0.5\r\n',
    );
  });
});

test("JSON is the whole record", () => {
  const whole = record({ points: [{ ...point, measured: null }] });
  expect(JSON.parse(formatJson(whole))).toEqual(whole);
});

describe("LaTeX", () => {
  test("is a tabular rounded to the errors", () => {
    expect(formatLatex(record({}), "points")).toBe(
      [
        "\\begin{tabular}{lrrrrrrl}",
        "  \\hline",
        "  observable & $\\eta$ & predicted & $\\tau$ & measured & $s$ & trials & verdict \\\\",
        "  \\hline",
        "  test\\_loss & $0.1$ & $0.507766$ & $0.0010$ & $0.508476$ & $2.6 \\times 10^{-5}$ & 200000 & agrees \\\\",
        "  \\hline",
        "\\end{tabular}",
        "",
      ].join("\n"),
    );
  });

  test("has what orders leave over in place of the truncation, where orders were measured", () => {
    const ordered = { ...point, remainder: { measured: -4.0040548e-6, standardError: 9.1e-8 } };
    const headings = (points: readonly RunPoint[]) =>
      formatLatex(record({ points }), "points").split("\n")[2];
    expect(headings([ordered])).toBe(
      "  observable & $\\eta$ & predicted & measured & $s$ & left over & trials & verdict \\\\",
    );
    expect(headings([point, ordered])).toContain("$\\tau$ & measured & $s$ & left over & trials");
    const row = formatLatex(record({ points: [ordered] }), "points").split("\n")[4];
    expect(row).toContain(" & $-4.004 \\times 10^{-6}$ & 200000 & ");
  });

  test("has a column for what single precision may be off, when something may", () => {
    const points = [{ ...point, roundingFloor: 1.234e-7 }, point];
    const lines = formatLatex(record({ points }), "points").split("\n");
    expect(lines[0]).toBe("\\begin{tabular}{lrrrrrrrl}");
    expect(lines[2]).toContain(" & $s$ & rounding & trials & ");
    expect(lines[4]).toContain(" & $1.2 \\times 10^{-7}$ & 200000 & ");
    expect(lines[5]).toContain(" &  & 200000 & ");
  });

  test.each([
    [9.99e-5, null, "$9.99 \\times 10^{-5}$"],
    [0, null, "$0$"],
    [null, null, "not finite"],
    [-12.3456, 0.012, "$-12.346$"],
    [9.9996, 0.01, "$10.000$"],
    [1234567, 1000, "$1.2346 \\times 10^{6}$"],
    [2.5e-9, 1e-10, "$2.50 \\times 10^{-9}$"],
    [0.5, 0, "$0.5$"],
    [-0.0001, 7, "$0.0$"],
  ])("writes %s with the error %s as %s", (measured, standardError, text) => {
    const row = formatLatex(record({ points: [{ ...point, measured, standardError }] }), "points").split(
      "\n",
    )[4]!;
    expect(row.split(" & ")[4]).toBe(text);
  });

  test.each([
    [-3.716e-4, 0.1, "$-0.0003716$"],
    [2.5e-17, 1e-3, "$2.500 \\times 10^{-17}$"],
    [0.507765666399884, 2.6e-5, "$0.507766$"],
    [0, 0.1, "$0$"],
  ])("writes the prediction %s, measured within %s, as %s", (predicted, standardError, text) => {
    const [row] = formatLatex(record({ points: [{ ...point, predicted, standardError }] }), "points")
      .split("\n")
      .slice(4);
    expect(row!.split(" & ")[2]).toBe(text);
  });

  test("escapes names", () => {
    expect(escapeLatex("a_b{c}$&#%^~\\<>|")).toBe(
      "a\\_b\\{c\\}\\$\\&\\#\\%\\textasciicircum{}\\textasciitilde{}\\textbackslash{}" +
        "\\ensuremath{<}\\ensuremath{>}\\ensuremath{|}",
    );
    expect(escapeLatex("η θ\né 漢")).toBe("\\ensuremath{\\eta} \\ensuremath{\\theta} é ?");
  });
});
