import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { diag, diagJson, diagProcess, type Outcome, root, withFolder } from "./diag.js";

const gauss = "examples/gauss.diag";

describe("diag check", () => {
  test("a sound file", async () => {
    const { status, json } = await diagJson(["check", gauss]);
    expect(status).toBe(0);
    expect(json).toEqual({ diagnostics: [] });
  });

  test("errors have codes and zero-based ranges, and exit with 1", async () => {
    await withFolder({ "bad.diag": "diagram d {\n  a -> b\n  c -> b -> a\n}\n" }, async (folder) => {
      const { status, json, errors } = await diagJson<{ diagnostics: object[] }>(
        ["check", "bad.diag"],
        folder,
      );
      expect(status).toBe(1);
      expect(errors).toBe("");
      expect(json.diagnostics.length).toBeGreaterThan(0);
      expect(Object.keys(json.diagnostics[0]!).sort()).toEqual([
        "code",
        "file",
        "message",
        "range",
        "severity",
      ]);
      const shown = await diag(["check", "bad.diag"], { cwd: folder });
      expect(shown.output).toMatch(/^bad\.diag:\d+:\d+: error \S+: /m);
      expect(shown.output).toMatch(/1 file: \d+ errors?, 0 warnings\n$/);
    });
  });

  test("a warning alone exits with 0", async () => {
    await withFolder({ "link.diag": "diagram d { a -> link -> b }" }, async (folder) => {
      const { status, json } = await diagJson<{ diagnostics: { code: string }[] }>(
        ["check", "link.diag"],
        folder,
      );
      expect(status).toBe(0);
      expect(json.diagnostics.map(({ code }) => code)).toEqual(["reducible"]);
    });
  });

  test("what was guessed about a file of data is said where its numbers are used", async () => {
    const files = {
      "table.diag": 'landscape l { weights t = 1 data a, b from "t.csv" loss (t - a*b)^2 }',
      "t.csv": "0,1\n1.5,2.5\n3.5,4.5\n",
    };
    await withFolder(files, async (folder) => {
      const words = ["evaluate", "table.diag", "--order", "1", "--gd", "N=2,T=1", "--eta", "0.1"];
      const { status, errors } = await diag(words, { cwd: folder });
      expect(status).toBe(0);
      expect(errors).toMatch(/^table\.diag:1:\d+: warning: "t\.csv": row 1 \(0, 1\) is taken for a header/);
    });
  });

  test("imports are read relative to the file", async () => {
    const files = {
      "one.diag":
        'import "./two.diag"\nverify v { landscape l gd(N=1, T=1) eta = 0.1 observe test_loss predict order 1 }',
      "two.diag": "landscape l { weights t = 1 data x ~ normal(0,1) loss t^2/2 + x*t }",
      "lost.diag": 'import "./gone.diag"',
    };
    await withFolder(files, async (folder) => {
      expect((await diagJson(["check", join(folder, "one.diag")])).status).toBe(0);
      const lost = await diagJson<{ diagnostics: { code: string }[] }>(["check", join(folder, "lost.diag")]);
      expect(lost.status).toBe(1);
      expect(lost.json.diagnostics[0]!.code).toBe("unresolved");
    });
  });
});

describe("diag enumerate", () => {
  test("lists the diagrams of three edges", async () => {
    const words = ["enumerate", "--edges", "3", "--irreducible", "--path-condition"];
    const { status, json } = await diagJson<{ edges: number; count: number; diagrams: string[] }>(words);
    expect(status).toBe(0);
    expect(json).toMatchObject({ edges: 3, count: 6 });
    expect(json.diagrams).toContain("(012-3)(03-13-23)");
    expect((await diag(words)).output).toContain("(012-3)(03-13-23)    |Aut| = 6");
  });

  test("of no edges there is one", async () => {
    const { json } = await diagJson(["enumerate", "--edges=0"]);
    expect(json).toEqual({ edges: 0, count: 1, diagrams: ["(0)()"] });
  });
});

test("a short form may stand for a name of a file's own wherever one diagram is looked at", async () => {
  const form = "(01-2)(02-12)";
  const [byName, byForm] = await Promise.all(
    ["skew", form].map(async (one) => (await diagJson<{ diagram: string }>(["formula", gauss, one])).json),
  );
  const shown = (await diag(["render", gauss, byName!.diagram, "--to", "short"])).output;
  const named = (await diag(["render", gauss, "skew", "--to", "short"])).output;
  expect(shown).toBe(named);
  expect(byForm).toEqual((await diagJson(["formula", gauss, "pair"])).json);
  const drawing = await diag(["render", gauss, form, "--to", "svg"]);
  expect([drawing.status, drawing.output]).toEqual([0, expect.stringMatching(/^<svg[\s\S]*<\/svg>\n$/)]);
});

test("an example may be called as its file is", async () => {
  const [plain, file] = await Promise.all(["gauss", "gauss.diag"].map((name) => diag(["example", name])));
  expect(file).toEqual(plain);
});

describe("diag formula", () => {
  test("gives LaTeX and facts", async () => {
    const { status, json } = await diagJson(["formula", gauss, "skew"]);
    expect(status).toBe(0);
    expect(json).toMatchObject({
      diagram: "(012-3)(03-13-23)",
      edges: 3,
      automorphisms: 6,
      irreducible: true,
      pathCondition: true,
    });
    expect(json.uvalue).toMatch(/^S_\{.*J_\{/);
    expect(json.rvalue).toContain("K^{\\Delta t-1}\\eta");
    expect(json.sum).toContain(
      "\\frac{1-(k_{\\mu}k_{\\nu}k_{\\lambda})^{T}}{1-k_{\\mu}k_{\\nu}k_{\\lambda}}",
    );
  });
});

interface EvaluationJson {
  observable: string;
  eta: number;
  total: number | number[];
  series: (number | number[])[];
  terms: {
    diagram: string;
    name?: string;
    edges: number;
    automorphisms: number;
    embeddings: number;
    value: number;
  }[];
}

describe("diag evaluate", () => {
  const grid = ["--sgd", "N=10,E=1,B=1", "--eta", "0.1"];

  test("terms add up to the total; the series is the Taylor polynomial", async () => {
    const { status, json } = await diagJson<EvaluationJson>([
      "evaluate",
      gauss,
      "--landscape",
      "gauss",
      "--order",
      "3",
      ...grid,
    ]);
    expect(status).toBe(0);
    expect(json).toMatchObject({ observable: "test_loss", eta: 0.1 });
    const sum = json.terms.reduce((total, term) => total + term.value, 0);
    expect(sum).toBeCloseTo(json.total as number, 14);
    expect(json.terms[0]).toMatchObject({ diagram: "(0)()", edges: 0, automorphisms: 1, embeddings: 1 });
    expect(json.terms[0]!.value).toBeCloseTo(0.5, 14);
    expect(json.series[2]).toBeCloseTo(1.25, 12);
    expect(json.series[3]).toBeCloseTo(-155 / 24, 10);
  });

  test("named diagrams carry their names", async () => {
    const { json } = await diagJson<EvaluationJson>([
      "evaluate",
      gauss,
      "--diagram",
      "pair",
      "skew",
      ...grid,
    ]);
    expect(json.terms.map(({ name }) => name)).toEqual([undefined, "pair", "skew"]);
    expect(json.terms[1]).toMatchObject({ diagram: "(01-2)(02-12)", automorphisms: 2, embeddings: 10 });
  });

  test("short forms may have more than ten nodes, white space and the paper's setting", async () => {
    // A star of ten leaves, of which two share a part; each edge of a part of one node brings a gradient, which is 0 here.
    const leaves = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const star = `(0.1-${leaves.slice(2).join("-")}-10)(${leaves.map((leaf) => `${leaf}.10`).join("-")})`;
    const words = [
      "evaluate",
      gauss,
      "--diagram",
      star,
      "\\sdia{c(012-3)(03-13-23)}",
      "( 01 -2 )(02- 12)",
      ...grid,
    ];
    const { status, json } = await diagJson<EvaluationJson>(words);
    expect(status).toBe(0);
    expect(json.terms.map(({ diagram, automorphisms }) => ({ diagram, automorphisms }))).toEqual([
      { diagram: "(0)()", automorphisms: 1 },
      { diagram: star, automorphisms: 2 * 40_320 },
      { diagram: "(012-3)(03-13-23)", automorphisms: 6 },
      { diagram: "(01-2)(02-12)", automorphisms: 2 },
    ]);
  });

  test("--series sums uvalues of all diagrams", async () => {
    const { json } = await diagJson<EvaluationJson>(["evaluate", gauss, "--series", "3", ...grid]);
    const polynomial = (json.series as number[]).reduce((sum, c, d) => sum + c * 0.1 ** d, 0);
    expect(json.total).toBeCloseTo(polynomial, 14);
  });

  test("displacements are arrays in the order of the weights", async () => {
    const file = "examples/paper/archimedes.diag";
    const { json } = await diagJson<EvaluationJson>([
      "evaluate",
      file,
      "--order",
      "3",
      "--observe",
      "displacement",
      ...grid,
    ]);
    expect(json.total).toHaveLength(3);
    const one = await diagJson<EvaluationJson>([
      "evaluate",
      file,
      "--order",
      "3",
      "--observe",
      "displacement(z)",
      ...grid,
    ]);
    expect(one.json.total).toEqual([(json.total as number[])[2]]);
    expect(one.json.observable).toBe("displacement(z)");
  });

  test("--at starts elsewhere, --gd and --sum are heeded", async () => {
    const words = ["evaluate", gauss, "--order", "2", "--gd", "N=2,T=2", "--eta", "0.1"];
    const start = await diagJson<EvaluationJson>([...words, "--at", `h=${Math.LN2}`]);
    expect(start.json.series[1]).toBeCloseTo(-1 / 8, 12);
    const exact = await diagJson<EvaluationJson>(words);
    const integral = await diagJson<EvaluationJson>([...words, "--sum", "integral"]);
    expect(integral.json.total).not.toBe(exact.json.total);
  });

  test("a person gets a table", async () => {
    const { output } = await diag(["evaluate", gauss, "--order", "2", ...grid]);
    expect(output).toContain("test_loss of gauss in sgd(N = 10, E = 1, B = 1) at eta = 0.1");
    expect(output).toMatch(/\(01-2\)\(02-12\)\s+pair\s+2\s+10\s+0\.008/);
  });
});

interface VerifyJson {
  runs: Record<string, unknown>[];
}

describe("diag verify", () => {
  test("agrees on Gauss, with every field, whatever the number of workers", async () => {
    const words = ["verify", gauss, "--trials", "200000", "--seed", "5"];
    const { status, json } = await diagJson<VerifyJson>(words);
    expect(json.runs.map((run) => run.verdict)).toEqual(["agrees", "agrees", "agrees"]);
    expect(status).toBe(0);
    const fields =
      "verify eta observable predicted truncation measured standardError trials steps verdict backend seed stepsPerSecond";
    for (const field of fields.split(" ")) {
      expect(json.runs[0]).toHaveProperty(field);
    }
    expect(json.runs[0]).toMatchObject({
      verify: "gauss_excess",
      eta: 0.025,
      trials: 200000,
      steps: 2000000,
      seed: 5,
    });
    // Orders as `diag evaluate` says them, each beside what was measured; what they leave over stands for the truncation.
    for (const run of json.runs as unknown as Run[]) {
      expect(run.orders!.map((one) => Object.keys(one).join())).toEqual(
        [0, 1, 2, 3].map(() => "order,predicted,measured,standardError"),
      );
      const sum = run.orders!.reduce((total, { predicted }) => total + predicted!, 0);
      expect(sum).toBeCloseTo(run.predicted!, 12);
      expect(run.truncation).toBe(Math.abs(run.remainder!.measured!));
      const whole = run.orders!.reduce((total, { measured }) => total + measured!, run.remainder!.measured!);
      expect(whole).toBeCloseTo(run.plain!.measured!, 10);
      expect(run.reason).toMatch(
        /^orders 0 to 3 agree; [\d.]+ % of what was measured beyond order 0 is left over$/,
      );
    }
    const shown = await diag([...words, "--orders"]);
    expect(shown.output).toMatch(/gauss_excess +0\.1 +test_loss +3 +-0\.00045887\d+ +-0\.000\d+\(\d+\)/);
    const alone = await diagJson<VerifyJson>([...words, "--workers", "1"]);
    expect(alone.json.runs.map((run) => run.measured)).toEqual(json.runs.map((run) => run.measured));
  });

  const skewed = (predict: string, trials: number, eta = "0.05") =>
    `landscape l { weights t = 0 data x ~ discrete(-1: 2/3, 2: 1/3) loss t^2/2 + x*t + t^3/3 + t^4/4 }
     diagram pair = (01-2)(02-12)
     diagram skew = (012-3)(03-13-23)
     verify v { landscape l sgd(N = 20, E = 1, B = 1) eta = ${eta} observe test_loss predict ${predict} trials = ${trials} }`;

  test("a wrong prediction disagrees and exits with 1", async () => {
    // Without the covariance's term the prediction is far off.
    await withFolder({ "v.diag": skewed("skew", 100_000) }, async (folder) => {
      const { status, json } = await diagJson<VerifyJson>(["verify", "v.diag"], folder);
      expect(json.runs[0]!.verdict).toBe("disagrees");
      expect(status).toBe(1);
    });
  });

  test("too few trials are inconclusive, exit with 3 and say how many would do", async () => {
    await withFolder({ "v.diag": skewed("pair + skew", 200, "0.01") }, async (folder) => {
      const { status, json } = await diagJson<VerifyJson>(["verify", "v.diag", "v"], folder);
      expect(json.runs[0]!.verdict).toBe("inconclusive");
      expect(json.runs[0]!.trialsToDecide).toBeGreaterThan(200);
      expect(status).toBe(3);
      const shown = await diag(["verify", "v.diag"], { cwd: folder });
      expect(shown.output).toMatch(/about [\d,]+ trials would do/);
    });
  });

  test("--measure total of what predicts nothing is refused", async () => {
    const text =
      "landscape l { weights t = 1 data x ~ normal(0, 1) loss (t - x)^2 / 2 }\n" +
      "verify v { landscape l sgd(N = 1, E = 1, B = 1) eta = 0.1 observe test_loss trials = 10 }";
    await withFolder({ "v.diag": text }, async (folder) => {
      const { status, output, errors } = await diag(["verify", "v.diag", "--measure", "total"], {
        cwd: folder,
      });
      expect({ status, output }).toEqual({ status: 2, output: "" });
      expect(errors).toMatch(/^diag: verify v predicts nothing, so --measure has nothing to compare; .*\n$/);
    });
  });

  test("--measure total compares the total, within the next two orders", async () => {
    // A quadratic has no order 3, and everything is known of it: l = (w² + 1) / 2 has K^2T / 2 + η² Σ K^2t / 2 beyond its least.
    const quadratic = (measure: string) =>
      `landscape l { weights w = 1 data x ~ normal(0, 1) loss (w - x)^2 / 2 }
       verify v { landscape l sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict order 3 trials = 100000 ${measure} }`;
    const files = { "v.diag": quadratic(""), "total.diag": quadratic("measure = total") };
    await withFolder(files, async (folder) => {
      const { status, json } = await diagJson<VerifyJson>(["verify", "total.diag"], folder);
      expect(status).toBe(0);
      expect(json.runs[0]).toMatchObject({ verdict: "agrees", truncation: 0, orders: null, remainder: null });
      const { measured, standardError } = json.runs[0]!;
      expect(json.runs[0]!.plain).toEqual({ measured, standardError });
      const asked = await diagJson<VerifyJson>(["verify", "v.diag", "--measure", "total"], folder);
      const withoutSpeed = ({ runs }: VerifyJson) => runs.map((run) => ({ ...run, stepsPerSecond: 0 }));
      expect(withoutSpeed(asked.json)).toEqual(withoutSpeed(json));
      const refused = await diag(["verify", "v.diag", "--measure", "orders"], { cwd: folder });
      expect(refused.status).toBe(2);
      expect(refused.errors).toContain('--measure takes total, not "orders"');
    });
    // What follows is larger than what is predicted: at no number of trials does that say anything.
    await withFolder({ "v.diag": skewed("order 1", 2000, "0.9") }, async (folder) => {
      const { status, json } = await diagJson<VerifyJson>(["verify", "v.diag", "--measure", "total"], folder);
      expect(status).toBe(3);
      expect(json.runs[0]).toMatchObject({ verdict: "inconclusive" });
    });
  });

  test("a block that is named twice runs once", async () => {
    const words = ["verify", gauss, "gauss_excess", "--trials", "10"];
    const numbers = ({ runs }: VerifyJson) => runs.map(({ eta, measured }) => [eta, measured]);
    const once = await diagJson<VerifyJson>(words);
    const twice = await diagJson<VerifyJson>([...words, "gauss_excess"]);
    expect(numbers(twice.json)).toEqual(numbers(once.json));
    expect(once.json.runs).toHaveLength(3);
  });

  test("Ctrl-C prints what is known", async () => {
    const words = ["verify", gauss, "--backend", "cpu", "--trials", "4000000000", "--json"];
    // Once there is something to know, however long that takes.
    const { status, output, errors } = await withFolder({}, (state) =>
      diag(words, { state, interruptOnce: join(state, "diag", "checkpoints") }),
    );
    const { runs } = JSON.parse(output) as VerifyJson;
    expect(errors).toContain("stopped");
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ cancelled: true });
    expect(runs[0]!.trials).toBeGreaterThan(0);
    expect(runs[0]!.trials).toBeLessThan(4e9);
    expect([1, 3]).toContain(status);
  });
});

describe("diag render", () => {
  test.each([
    { format: "svg", start: "<svg" },
    { format: "tikz", start: "% skew" },
    { format: "dot", start: "digraph" },
    { format: "json", start: "{" },
    { format: "short", start: "(012-3)(03-13-23)" },
  ])("writes $format", async ({ format, start }) => {
    const { status, output } = await diag(["render", gauss, "skew", "--to", format]);
    expect(status).toBe(0);
    expect(output.replace(/^<\?xml[^>]*>\s*/, "").startsWith(start)).toBe(true);
    const { json } = await diagJson(["render", gauss, "skew", "--to", format]);
    expect(json).toMatchObject({ diagram: "skew", format });
  });

  test("draws in black, whatever stands around the picture", async () => {
    const { output } = await diag(["render", gauss, "skew", "--to", "svg"]);
    expect(output).toContain('fill="#000"');
    expect(output).not.toContain("currentColor");
  });

  test("writes several, and without names all that the file declares", async () => {
    const all = await diag(["render", gauss, "--to", "short"]);
    expect(all).toMatchObject({ status: 0, output: expect.stringMatching(/^(\([\d-]+\)\([\d-]+\)\n){3}$/) });
    const { json } = await diagJson<{ drawings: { diagram: string }[] }>([
      ...["render", gauss, "pair", "skew", "pair", "--to", "dot"],
    ]);
    expect(json.drawings.map(({ diagram }) => diagram)).toEqual(["pair", "skew"]);
    const two = await diag(["render", gauss, "pair", "skew", "--to", "dot"]);
    expect(two.output.match(/^digraph "\w+" \{$/gm)).toEqual(['digraph "pair" {', 'digraph "skew" {']);
  });

  test("writes a file for each into a folder", async () => {
    await withFolder({}, async (folder) => {
      const words = ["render", join(root, gauss), "--to", "tikz", "--output", "pictures/new"];
      const { status, output } = await diag(words, { cwd: folder });
      expect(status).toBe(0);
      const paths = output.trimEnd().split("\n");
      expect(paths.map((path) => path.replaceAll("\\", "/"))).toEqual([
        "pictures/new/pair.tex",
        "pictures/new/skew.tex",
        "pictures/new/drift.tex",
      ]);
      expect(await readFile(join(folder, paths[1]!), "utf8")).toMatch(/^% skew\n/);
      const { json } = await diagJson(words, folder);
      expect(json).toMatchObject({ format: "tikz", files: [{ diagram: "pair", file: paths[0] }, {}, {}] });
    });
  });

  test("names whatever letters they have, in the comments of TikZ too", async () => {
    await withFolder({ "d.diag": "diagram größe { λ, 重み -> прод }" }, async (folder) => {
      const { output } = await diag(["render", "d.diag", "größe", "--to", "tikz"], { cwd: folder });
      expect(output).toMatch(/^% größe\n% .*λ and 重み point to прод/);
    });
  });

  test.each([
    [
      ["gauss", "--to", "svg"],
      /3 diagrams do not go into one svg text; name one of pair, skew, drift, or add --output/,
    ],
    [["none", "--to", "svg"], /declares no diagram/],
    [
      ["broken", "--to", "short"],
      /not all diagrams can be used: .*broken\.diag:1:\d+: .*; name those to draw/,
    ],
    [
      ["gauss", "skew", "--to", "dot", "--output", "gauss.diag"],
      /gauss\.diag cannot be written: a file is where a folder is needed/,
    ],
  ])("refuses %j", async ([file, ...words], reason) => {
    const files = {
      "gauss.diag": await readFile(join(root, gauss)),
      "none.diag": "landscape l { weights w = 0 loss w }",
      "broken.diag": "diagram d { a -> b -> a }",
    };
    await withFolder(files, async (folder) => {
      const { status, errors } = await diag(["render", `${file}.diag`, ...words], { cwd: folder });
      expect(status).toBe(2);
      expect(errors).toMatch(reason);
      expect(errors.trimEnd()).not.toContain("\n");
    });
  });
});

describe("diag report", () => {
  test("writes drawings and a report, and says where", async () => {
    await withFolder({}, async (folder) => {
      const { status, output } = await diag(["report", join(root, gauss), "--trials", "200000"], {
        cwd: folder,
      });
      expect(status).toBe(0);
      const last = output.trimEnd().split("\n").at(-1)!;
      const plots = ["measured", "orders", "contributions", "remainders"].map(
        (plot) => `gauss_excess-test_loss-${plot}.svg`,
      );
      expect(last).toBe(
        `drawings: out/pair.svg, out/skew.svg, out/drift.svg; plots: ${plots.map((name) => `out/${name}`).join(", ")}; report: out/report.md`,
      );
      const report = await readFile(join(folder, "out", "report.md"), "utf8");
      expect(report).toContain("![skew](skew.svg)");
      for (const name of plots) {
        expect(report).toContain(`](${name})`);
        expect(await readFile(join(folder, "out", name), "utf8")).toContain("<svg");
      }
      expect(report).toContain("agrees");
      expect(await readFile(join(folder, "out", "skew.svg"), "utf8")).toContain("<svg");
    });
  });
});

describe("diag itself", () => {
  test("--version and --help", async () => {
    const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    expect((await diagProcess(["--version"])).output).toBe(`${manifest.version}\n`);
    const { status, output } = await diag(["--help"]);
    expect(status).toBe(0);
    for (const verb of [
      "example",
      "check",
      "enumerate",
      "formula",
      "evaluate",
      "verify",
      "plot",
      "render",
      "report",
      "runs",
    ]) {
      expect(output).toContain(`e.g. diag ${verb} `);
      const help = await diag([verb, "--help"]);
      expect(help.status).toBe(0);
      expect(help.output).toContain(`example: diag ${verb} `);
      expect(help.output).toContain("--json");
    }
  });

  test("the examples are listed, and one that there is not is told with the one that is meant", async () => {
    const { json } = await diagJson<{ examples: string[] }>(["example"]);
    expect(json.examples).toContain("first");
    for (const name of json.examples) {
      await withFolder({}, async (folder) => {
        await writeFile(join(folder, "my.diag"), (await diag(["example", name])).output);
        const { status, output } = await diag(["check", "my.diag"], { cwd: folder });
        expect([name, status, output]).toEqual([name, 0, expect.stringContaining("0 errors")]);
      });
    }
    expect((await diag(["example", "gaus"])).errors).toBe(
      "diag: there is no example gaus; did you mean gauss?\n",
    );
    expect((await diag(["example", "a", "b"])).errors).toBe(
      'diag: diag example takes one NAME; leave out "b"\n',
    );
  });

  test("a process prints what is asked of it, and ends with its status", async () => {
    const files = { "bad.diag": "diagram d {\n  a -> b\n  c -> b -> a\n}\n" };
    await withFolder(files, async (folder) => {
      for (const words of [
        ["--help"],
        ["check", "bad.diag"],
        ["check", "bad.diag", "--json"],
        ["check", "none.diag", "--json"],
        ["evaluate", join(root, gauss), "--order", "2", "--gd", "N=1,T=2", "--eta", "0.1"],
        ["verify", join(root, gauss), "--trials", "1000", "--seed", "5", "--json"],
        ["render", join(root, gauss), "skew", "--to", "svg"],
      ]) {
        const timeless = ({ output, ...rest }: Outcome) => ({
          ...rest,
          output: output.replace(/"stepsPerSecond":[^,}]+/g, ""),
        });
        const options = { cwd: folder, state: folder };
        expect(timeless(await diagProcess(words, options))).toEqual(timeless(await diag(words, options)));
      }
    });
  });

  test("the examples of help work as they stand, one after the other, in a folder that is empty", async () => {
    const { output } = await diag(["--help"]);
    const examples = [...output.matchAll(/e\.g\. diag (.*)/g)].map((match) => match[1]!);
    expect(examples.length).toBeGreaterThan(10);
    await withFolder({}, async (folder) => {
      // The language server waits for its editor.
      for (const example of examples.filter((one) => !one.startsWith("lsp"))) {
        const [words, file] = example.split(" > ") as [string, string?];
        const { status, output: printed, errors } = await diag(words.split(" "), { cwd: folder });
        expect(status, `${example}: ${errors}`).toBe(0);
        if (file !== undefined) {
          await writeFile(join(folder, file), printed);
        }
      }
    });
  });
});
