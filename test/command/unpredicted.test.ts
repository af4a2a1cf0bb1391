import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { diag, diagJson, root, withFolder } from "./diag.js";

const example = "examples/figures/figure_3_regularisation.diag";

const seen = ({ stepsPerSecond: _, ...rest }: Run) => rest;

test("the example of regularisation is sound, and descends to less excess with the penalty than without", async () => {
  const check = await diagJson<{ diagnostics: unknown[] }>(["check", example]);
  expect(check.json.diagnostics).toEqual([]);
  const { status, json } = await diagJson<{ runs: Run[] }>(["verify", example, "--trials", "1000"]);
  expect(status).toBe(0);
  expect(json.runs.map(({ predicted, verdict, orders }) => [predicted, verdict, orders])).toEqual(
    json.runs.map(() => [null, null, null]),
  );
  const excess = (name: string) =>
    json.runs.filter(({ verify, observable }) => verify === name && observable === "excess");
  const [without, penalised] = [excess("without_penalty"), excess("with_penalty")];
  expect(penalised.map((run) => run.with)).toEqual(without.map((run) => run.with));
  expect(without).toHaveLength(10);
  penalised.forEach((run, index) => {
    const other = without[index]!;
    // Plain descent on a quadratic loss ends at `a·10 + b·ξ`, `ξ` a normal deviate of variance S²/N.
    const H = run.with!.H!;
    const kept = (1 - 0.1 * H) ** 100;
    const exact = (H / 2) * (kept ** 2 * 100 + ((1 - kept) / H) ** 2 * (100 / 10));
    expect(Math.abs(other.measured! - exact)).toBeLessThan(4 * other.standardError!);
    expect(run.measured!).toBeLessThan(other.measured!);
  });
  // Plain descent has the same excess on either landscape, and of a difference both sides have the same training points.
  excess("what_it_gains").forEach((run, index) => {
    expect(run.with).toEqual(without[index]!.with);
    expect(run.measured!).toBeCloseTo(penalised[index]!.measured! - without[index]!.measured!, 10);
    expect(run.measured!).toBeLessThan(-3 * run.standardError!);
  });
});

test("a report has the criteria of a gap that is measured only, of the model's weights", async () => {
  const text = `landscape ridge { weights t = 1, hyper lambda = 0 in [0, 10] data x ~ normal(0, 1) loss (2 + lambda) * t^2/2 + x*t }
verify v { landscape ridge gd(N = 10, T = 10) eta = 0.1 observe gen_gap trials = 100 }`;
  await withFolder({ "ridge.diag": text }, async (folder) => {
    const { status, output } = await diag(["report", "ridge.diag"], { cwd: folder, state: folder });
    expect(status).toBe(0);
    expect(output).toContain(
      "Nothing is predicted: trials are measured only.\n\nCriteria for the gap, at the start\n",
    );
    expect(output).toMatch(/AIC +0\.1 /);
    expect(output).toMatch(/TIC +0\.05 /);
    expect(output).toMatch(/STIC +0\.0432332/);
  });
});

describe("diag evaluate refuses in a line", () => {
  test.each([
    [
      ["--landscape", "plain", "--gd", "N=10,T=10,penalty=stic"],
      "diag: gd(N = 10, T = 10, penalty = stic) has no prediction: no diagrams are known of its penalty; only trials tell of it\n",
    ],
    [
      ["--landscape", "regularised", "--sgd", "N=10,E=1,B=1"],
      "diag: descent on regularised has no prediction: its hyper weight lambda is put back to an interval, which is not smooth; only trials tell of it\n",
    ],
    [
      ["--landscape", "plain", "--gd", "N=10,T=10,penalty=tic"],
      "diag: penalty=tic is not known; write penalty=stic\n",
    ],
    [
      ["--landscape", "plain", "--gd", "N=1,T=10,penalty=stic"],
      "diag: --gd: N = 1 has no variance over its training points, which penalty = stic estimates; take N = 2 or more, or leave the penalty out\n",
    ],
  ])("%o", async (words, line) => {
    for (const selection of [
      ["--order", "1"],
      ["--series", "1"],
      ["--diagram", "(01-2)(02-12)"],
    ]) {
      const all = ["evaluate", example, "--eta", "0.1", ...selection, ...words];
      const { status, output, errors } = await diag(all);
      expect([status, output, errors]).toEqual([2, "", line]);
    }
  });
});

test("trials of the penalty and of hyper weights are kept, and gone on with to the same bits", async () => {
  await withFolder({}, async (state) => {
    const text = (await readFile(join(root, example), "utf8")).replace(/with H = .*/g, "");
    await writeFile(join(state, "one.diag"), text);
    await mkdir(join(state, "diag"), { recursive: true });
    const words = [
      "verify",
      "one.diag",
      "with_penalty",
      "--trials",
      "400000000",
      "--json",
      "--backend",
      "cpu",
    ];
    const stopped = await diag(words, { state, cwd: state, stopAtProgress: true });
    expect(stopped.status).not.toBe(2);
    const folder = join(state, "diag", "checkpoints");
    const kept = JSON.parse(await readFile(join(folder, (await readdir(folder))[0]!), "utf8")) as object;
    const [done] = [...JSON.stringify(kept).matchAll(/"trials":(\d+)/g)].map(([, count]) => Number(count));
    const more = [
      "verify",
      "one.diag",
      "with_penalty",
      "--trials",
      String(done! + 1000),
      "--json",
      "--backend",
      "cpu",
    ];
    const resumed = await diag([...more, "--resume"], { state, cwd: state });
    expect(resumed.errors).toContain(`going on after ${done} trials`);
    const whole = await diag(more, { state, cwd: state });
    expect((JSON.parse(resumed.output) as { runs: Run[] }).runs.map(seen)).toEqual(
      (JSON.parse(whole.output) as { runs: Run[] }).runs.map(seen),
    );
    // Another interval is another landscape.
    await writeFile(join(state, "one.diag"), text.replace("[0, 10]", "[0, 9]"));
    const other = await diag([...more.slice(0, 4), "100", "--json", "--backend", "cpu", "--resume"], {
      state,
      cwd: state,
    });
    expect(other.errors).not.toContain("going on");
  });
});
