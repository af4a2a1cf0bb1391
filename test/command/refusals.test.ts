import { describe, expect, test } from "vitest";
import { diag, diagJson, withFolder } from "./diag.js";

const files = {
  "a.diag": `
    diagram pair = (01-2)(02-12)
    diagram couple { a, b -> out part {a, b} }
    diagram drift { a, b -> j -> out part {a, b} }
    diagram link { a -> b -> out }
    train diagram joined { a -> out part {a, out} }
    diagram broken { a -> b -> out part {a, b} }
    landscape bowl {
      weights u = 1, v = 1
      data x ~ normal(0, 1)
      loss 15*u^2 + v^2/2 + x*u + x*v*u/7
    }`,
};
const grid = ["--gd", "N=2,T=3", "--eta", "0.01"];

const evaluate = (...words: string[]) =>
  withFolder(files, (folder) => diagJson<Record<string, unknown>>(["evaluate", "a.diag", ...words], folder));

describe("what verify refuses, evaluate refuses", () => {
  test.each([
    [["pair", "couple"], /`couple` is the same diagram as `pair`/],
    [["pair", "drift", "(01-2)(02-12)"], /`\(01-2\)\(02-12\)` is the same diagram as `pair`/],
    [["(01-2)(12-02)", "couple"], /`couple` is the same diagram as `\(01-2\)\(12-02\)`/],
    [["drift", "drift"], /`drift` stands twice/],
    [["joined"], /the root of `joined` is in a part/],
    [["(01)(01)"], /the root of `\(01\)\(01\)` is in a part/],
    [["(0)()"], /has no edge/],
    [["pair,couple"], /^"pair,couple" is the name of no diagram; separate names by spaces: pair couple$/],
    [["drift", "pair; (01-2)(12-02)"], /separate names by spaces: pair '\(01-2\)\(12-02\)'$/],
    [["(01-2)(02-12),drift"], /separate diagrams by spaces: --diagram '\(01-2\)\(02-12\)' drift$/],
    [["broken"], /diagram broken cannot be used: .*a\.diag:7:\d+: /],
  ])("diagrams %s", async (names, message) => {
    const { status, json, errors } = await evaluate("--diagram", ...names, ...grid);
    expect(status).toBe(2);
    expect(json).toEqual({ error: expect.stringMatching(message) });
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });

  test.each([
    ["displacement", ["pair"], /the root of `pair` has 2 edges/],
    ["gen_gap", ["pair"], /cancel in gen_gap/],
    ["displacement(u)", ["joined"], /it adds nothing to displacement/],
    ["displacement(u, u)", ["drift"], /names u twice/],
    ["displacement(w)", ["drift"], /has no weight w/],
  ])("of %s, diagrams %s", async (observable, names, message) => {
    const { status, json } = await evaluate("--observe", observable, "--diagram", ...names, ...grid);
    expect(status).toBe(2);
    expect(json.error).toMatch(message);
  });

  test("of several things that are wrong in a file, the one that is wrong in what is named", async () => {
    const text = ["weights u = 1 loss sin(q)", "weights u = 1 loss cos(r)", "weights u = 1 loss u^2"]
      .map((body, index) => `landscape l${index} { ${body} }\n`)
      .join("");
    await withFolder({ "a.diag": text }, async (folder) => {
      for (const [name, symbol] of [
        ["l0", "q"],
        ["l1", "r"],
      ] as const) {
        const words = ["evaluate", "a.diag", "--landscape", name, "--order", "1", ...grid];
        const { status, json } = await diagJson<{ error: string }>(words, folder);
        expect(status).toBe(2);
        expect(json.error).toContain(`landscape ${name} cannot be used: `);
        expect(json.error).toContain(`\`${symbol}\` is no weight`);
      }
    });
  });

  test("at a reducible diagram one may look, and one that never embeds is said to", async () => {
    const { status, json, errors } = await evaluate(
      "--diagram",
      "link",
      "drift",
      "--gd",
      "N=2,T=1",
      "--eta",
      "0.01",
    );
    expect(status).toBe(0);
    expect(json.notes).toEqual([
      expect.stringContaining("link is reducible"),
      expect.stringContaining("link has no embedding in this space-time, so it adds 0"),
      expect.stringContaining("drift has no embedding in this space-time, so it adds 0"),
    ]);
    expect(errors.match(/^note: /gm)).toHaveLength(3);
    const integral = await evaluate(
      "--diagram",
      "drift",
      "--gd",
      "N=2,T=1",
      "--eta",
      "0.01",
      "--sum",
      "integral",
    );
    expect(integral.json.notes).toBeUndefined();
    const again = [
      "--diagram",
      "(01-2)(01-12)",
      "--sgd",
      "N=4,E=1,B=2",
      "--eta",
      "0.01",
      "--sum",
      "integral",
    ];
    expect((await evaluate(...again)).json.notes).toEqual([
      expect.stringContaining("a path meets one part twice"),
    ]);
  });
});

describe("numbers that do not exist", () => {
  const words = ["--order", "2", "--eta", "0.1", "--gd"];

  test("end evaluate with status 2, one line and what is known", async () => {
    const { status, json, errors } = await evaluate(...words, "N=2,T=3000");
    expect(status).toBe(2);
    expect(json.total).toBeNull();
    expect(json.terms).not.toHaveLength(0);
    expect(json.error).toMatch(/^the total of test_loss .*; lower eta/);
    expect(json.notes).toEqual([
      expect.stringMatching(/^descent diverges: eta\*h = 3 is more than 2 along u,/),
    ]);
    expect(errors.trimEnd().split("\n")).toHaveLength(2);
  });

  test("are shown for what they are in the table", async () => {
    const shown = await withFolder(files, (folder) =>
      diag(
        [
          "evaluate",
          "a.diag",
          "--order",
          "1",
          "--eta",
          "0.1",
          "--gd",
          "N=2,T=3000",
          "--observe",
          "displacement",
        ],
        { cwd: folder },
      ),
    );
    expect(shown.status).toBe(2);
    expect(shown.output).toMatch(/^total +Infinity +-1$/m);
    expect(shown.output).toContain("Descent diverges: eta*h = 3");
    expect(shown.errors).toMatch(/^diag: the total of displacement\(u\)/);
  });

  test("divergence is said where numbers are finite too, by verify also", async () => {
    const { status, json } = await evaluate(...words, "N=2,T=20");
    expect(status).toBe(0);
    expect(json.notes).toEqual([expect.stringContaining("descent diverges")]);
    const block =
      "verify v { landscape bowl gd(N = 2, T = 3) eta = 0.01, 0.1 observe test_loss predict order 2 trials = 2000 }";
    await withFolder(
      { "a.diag": files["a.diag"].replace("diagram broken", "multi_epoch diagram broken") + block },
      async (folder) => {
        const run = await diagJson<{ runs: { reason: string; note?: string }[] }>(
          ["verify", "a.diag"],
          folder,
        );
        expect(run.json.runs[0]!.note).toBeUndefined();
        expect(run.json.runs[1]!.note).toMatch(/^descent diverges: eta\*h = 3/);
        expect(run.json.runs[1]!.reason).toContain(run.json.runs[1]!.note!);
        const shown = await diag(["verify", "a.diag"], { cwd: folder });
        expect(shown.output.match(/descent diverges/g)).toHaveLength(1);
      },
    );
  });

  test("end verify with status 2 where they are predicted, and leave what was known before", async () => {
    const text = `landscape steep { weights w = 0 data x ~ normal(0, 1) loss 1e200*w*x + w^2/2 }
      landscape plain { weights w = 0 data x ~ normal(0, 1) loss w^2/2 + w*x }
      verify fine { landscape plain gd(N = 2, T = 3) eta = 0.1 observe displacement predict order 1 trials = 200 }
      verify wild { landscape steep gd(N = 2, T = 3) eta = 0.1 observe test_loss predict order 2 trials = 200 }`;
    await withFolder({ "a.diag": text }, async (folder) => {
      const words = ["verify", "a.diag", "--backend", "cpu"];
      const { status, json, errors } = await diagJson<{ error: string; runs: { verify: string }[] }>(
        words,
        folder,
        { state: folder },
      );
      expect(json.runs.map(({ verify }) => verify)).toEqual(["fine"]);
      expect([status, json.error]).toEqual([
        2,
        "verify wild, eta = 0.1: the total of test_loss is more than a double can hold (1.8e308): its term " +
          "(01-2)(02-12) overflows; lower eta, the order or the number of updates",
      ]);
      expect(errors).toContain(`diag: ${json.error}\n`);
      const shown = await diag([...words, "wild"], { cwd: folder, state: folder });
      expect(shown).toEqual({ status: 2, output: "", errors: `diag: ${json.error}\n` });
    });
  });
});
