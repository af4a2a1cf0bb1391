import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand } from "../../../src/cli/command.js";
import { printJson, type Terminal } from "../../../src/cli/verb.js";
import { times } from "../../times.js";

const folder = mkdtempSync(join(tmpdir(), "diag-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in this thread, as it runs in its own. */
async function run(words: readonly string[]) {
  const printed: string[] = [];
  const noted: string[] = [];
  const terminal: Terminal = {
    interrupt: new AbortController().signal,
    print: (text) => printed.push(text),
    note: (line) => noted.push(line),
    progress: () => undefined,
    doing: () => undefined,
    known: () => undefined,
  };
  const status = await runCommand(words, terminal);
  return { status, output: printed.join("\n"), errors: noted.filter((line) => line.startsWith("diag: ")) };
}

/** Magnitudes from the least double to the largest, as powers of ten. */
const power = fc.integer({ min: -160, max: 308 });

describe("numbers that overflow", () => {
  test("end evaluate with status 2 and one line that names them, or there are none", async () => {
    const path = join(folder, "a.diag");
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          slope: power,
          curvature: fc.integer({ min: -100, max: 100 }),
          eta: fc.integer({ min: -20, max: 300 }),
        }),
        fc.constantFrom("--order", "--series"),
        async ({ slope, curvature, eta }, kind) => {
          const loss = `1e${slope}*w + 1e${curvature}*(w - x)^2/2`;
          const uses = `weights w = 0 data x ~ discrete(-1: 1/2, 1: 1/2) loss ${loss}`;
          writeFileSync(path, `landscape l { ${uses} }`);
          const words = ["evaluate", path, kind, "2", "--gd", "N=2,T=5", "--eta", `1e${eta}`];
          const { status, output, errors } = await run([...words, "--json"]);
          // E l falls by 5 eta G² to first order; the second has at most the third powers of eta, G and H.
          const [g, h] = [Math.max(slope, curvature), curvature];
          const first = eta + 2 * g;
          const largest = 12 + Math.max(0, eta) * 2 + 2 * Math.max(g, 0) + 2 * Math.max(h, 0);
          const exact = kind === "--order" ? 10 * Math.max(0, eta + h) : 0;
          if (kind === "--series" && slope > curvature + 1 && first > 310) {
            expect(status).toBe(2);
          }
          if (largest + exact < 300) {
            expect([status, errors]).toEqual([0, []]);
          }
          const answer = JSON.parse(output) as {
            error?: string;
            total: number | null;
            series: (number | null)[];
          };
          if (status === 0) {
            expect(output).not.toContain("null");
            expect(answer.error).toBe(undefined);
            const shown = await run(words);
            expect([shown.status, shown.output.match(/Infinity|NaN|no value/)]).toEqual([0, null]);
          } else {
            expect(status).toBe(2);
            expect(errors).toEqual([`diag: ${answer.error}`]);
            expect(answer.error).toMatch(
              /^the total of test_loss |^in the series, the coefficient of eta\^\d of test_loss |finite/,
            );
            expect(answer.error).not.toContain("\n");
          }
        },
      ),
      { numRuns: times(60) },
    );
  });

  test("are named: what there is of the total, the series and the counts", async () => {
    const path = join(folder, "b.diag");
    const uses = "weights w = 0 data x ~ normal(0, 1)";
    writeFileSync(
      path,
      `landscape total { ${uses} loss 1e308 + 1e308*w + (w - x)^2/2 }
      landscape series { ${uses} loss 1e150*w + w^2/4 + x*w }
      landscape fine { ${uses} loss 1e308 + (w - x)^2/2 }`,
    );
    const evaluate = (name: string, ...more: string[]) =>
      run(["evaluate", path, "--landscape", name, "--json", ...more]);
    const total = await evaluate("total", "--order", "1", "--gd", "N=2,T=3", "--eta", "0.1");
    expect([total.status, total.errors]).toEqual([
      2,
      [
        "diag: the total of test_loss is less than a double can hold (-1.8e308): its term (0-1)(01) overflows; lower eta, " +
          "the order or the number of updates; in the series, the coefficient of eta^1 of test_loss is less than a " +
          "double can hold (-1.8e308)",
      ],
    ]);
    const series = await evaluate("series", "--order", "1", "--gd", "N=1,T=1000000000", "--eta", "1");
    expect([series.status, series.errors]).toEqual([
      2,
      [
        "diag: in the series, the coefficient of eta^1 of test_loss is less than a double can hold (-1.8e308)",
      ],
    ]);
    // What is known stays known: -eta G² Σ k^t with G = 1e150, k = 1/2 and very many updates.
    expect(JSON.parse(series.output).total / -2e300).toBeCloseTo(1, 12);
    const fine = await evaluate("fine", "--order", "2", "--gd", "N=2,T=3", "--eta", "0.1");
    expect([fine.status, fine.errors, JSON.parse(fine.output).total]).toEqual([0, [], 1e308]);
  });

  test("are never printed as null in an answer as asked, whoever forgets about them", () => {
    const printed: string[] = [];
    const terminal = { print: (text: string) => printed.push(text) };
    const value = { runs: [{ eta: 0.1 }, { eta: 0.2, total: [1, Number.POSITIVE_INFINITY] }] };
    expect(() => printJson(terminal, value)).toThrow(
      /^runs\[1\]\.total\[1\] of the answer is more than a double can hold$/,
    );
    expect(printed).toEqual([]);
    printJson(terminal, value, 3);
    printJson(terminal, { measured: null });
    expect(printed).toEqual(['{"runs":[{"eta":0.1},{"eta":0.2,"total":[1,null]}]}', '{"measured":null}']);
  });
});

test("tensors that are too large to be held end verify in one line, which is no fault of the program's", async () => {
  const path = join(folder, "large.diag");
  const loss = "x * mean(mean(tanh(reshape(a, 2500, 1) * a)))";
  const uses = `data x ~ bernoulli(0.5) weights a[2500] = randn(1) loss ${loss}`;
  const block = "sgd(N = 1, E = 1, B = 1) eta = 0.1 observe test_loss trials = 4 test_points = 1";
  writeFileSync(path, `landscape large { ${uses} } verify v { landscape large ${block} }`);
  const { status, errors } = await run(["verify", path, "--backend", "cpu", "--workers", "1"]);
  expect(status).toBe(2);
  expect(errors).toEqual([
    expect.stringMatching(/^diag: the tensors .* have \d+ numbers, more than \d+; take smaller shapes$/),
  ]);
});
