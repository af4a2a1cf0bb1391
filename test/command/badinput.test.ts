import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { command, diag, diagJson, withFolder } from "./diag.js";

/** Bad usage and bad input end with 2 and one clear line on standard error. */
async function expectLine(words: readonly string[], pattern: RegExp, cwd?: string) {
  const { status, errors, output } = await diag(words, cwd === undefined ? {} : { cwd });
  expect(errors).toMatch(pattern);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
  expect(errors).not.toMatch(/\bat .*:\d+:\d+\)|unexpected/);
  expect(output).toBe("");
  expect(status).toBe(2);
}

const quadratic = "landscape l { weights t = 0.5 data x ~ normal(0, 1) loss t^2/2 + x*t }";

describe("bad usage", () => {
  test.each([
    { words: ["frobnicate"], pattern: /no verb frobnicate; the verbs are example, check/ },
    { words: ["check"], pattern: /needs a FILE/ },
    {
      words: ["verify", "examples/gauss.diag", "--with", "H=1,2"],
      pattern: /: with H = 1, 2: `gauss` has no param `H`; it has none/,
    },
    {
      words: ["evaluate", "--order", "2", "--diagram", "skew", "examples/gauss.diag"],
      pattern: /--diagram takes all words up to the next option, examples\/gauss\.diag too/,
    },
    { words: ["check", "--colour"], pattern: /unknown option --colour; this verb takes --json/ },
    { words: ["enumerate"], pattern: /^diag: give --edges D, such as --edges 3\n$/ },
    { words: ["enumerate", "a.diag"], pattern: /enumerate takes no file.*give --edges D/ },
    { words: ["enumerate", "--edges", "2", "a.diag"], pattern: /takes no file.*leave out "a\.diag"/ },
    { words: ["--edges", "2"], pattern: /--edges stands before a verb; write the verb first/ },
    { words: ["lsp", "--foo"], pattern: /unknown option --foo; this verb takes --stdio, --help\n/ },
    {
      words: ["verify", "examples/gauss.diag", "gauss_excess,other"],
      pattern: /"gauss_excess,other" is the name of no verify; separate names by spaces: gauss_excess other/,
    },
    {
      words: ["render", "examples/gauss.diag", "pair, skew", "--to", "short"],
      pattern: /"pair, skew" is the name of no diagram; separate names by spaces: pair skew/,
    },
    {
      words: ["enumerate", "--edges", "three"],
      pattern: /--edges takes a whole number from 0 to 8, not "three"/,
    },
    { words: ["enumerate", "--edges"], pattern: /--edges needs D after it: how many edges/ },
    {
      words: ["render", "examples/gauss.diag", "--to"],
      pattern: /--to needs svg\|tikz\|json\|dot\|short after it: svg: .*; tikz: .*; short: /,
    },
    ...["report", "evaluate", "describe"].map((verb) => ({
      words: [verb, "examples/gauss.diag", "extra"],
      pattern: new RegExp(`^diag: diag ${verb} takes one FILE; "extra" is too much\n$`),
    })),
    {
      words: ["evaluate", "examples/gauss.diag", "--order", "2", "--sgd", "N=10", "E=1", "B=1", "--eta", "1"],
      pattern:
        /^diag: diag evaluate takes one FILE; "E=1" is too much; name=value pairs stand with commas and no spaces .*\n$/,
    },
    ...["doctor", "lsp"].map((verb) => ({
      words: [verb, "extra"],
      pattern: new RegExp(`^diag: diag ${verb} takes no words; leave out "extra"`),
    })),
    ...["--verson", "--versoin", "--Version"].map((option) => ({
      words: [option],
      pattern: new RegExp(`^diag: unknown option ${option}; did you mean --version\\?`),
    })),
    { words: ["-V"], pattern: /^diag: unknown option -V; did you mean -v\?/ },
    { words: ["--version=3"], pattern: /^diag: --version takes no value\n$/ },
    ...["check", "evaluate", "describe", "verify", "plot", "report", "render", "formula", "example"].map(
      (verb) => ({ words: [verb, ""], pattern: new RegExp(`^diag: an argument of diag ${verb} is empty`) }),
    ),
    ...["render examples/gauss.diag --to svg", "plot examples/gauss.diag --to svg"].map((line) => ({
      words: [...line.split(" "), "--output", ""],
      pattern: /^diag: --output takes the path of a folder, and this is empty\n$/,
    })),
    ...["/not/there", "package.json", ""].map((folder) => ({
      words: ["verify", "examples/gauss.diag", "--runtime", folder],
      pattern: /^diag: --runtime: there is no folder /,
    })),
    ...["–", "—", "−", "‐", "‑", "－"].map((dash) => ({
      words: ["formula", "examples/gauss.diag", `(01${dash}2)(02-12)`],
      pattern: new RegExp(`is not a short form: "${dash}" at character 4: write - in its place\n$`),
    })),
    {
      words: ["formula", "examples/gauss.diag", "(01-2)(02-1２)"],
      pattern: /"２" at character 12: write 2 in its place/,
    },
    {
      words: ["enumerate", "--edges", "40"],
      pattern: /at least 5?\.?\d.* diagrams of 40 edges; up to 8 edges fit/,
    },
    { words: ["formula", "examples/gauss.diag"], pattern: /needs a FILE and the NAME/ },
    {
      words: ["formula", "examples/gauss.diag", "skw"],
      pattern: /has no diagram skw; it has pair, skew, drift/,
    },
    { words: ["render", "examples/gauss.diag", "skew", "--to", "png"], pattern: /choose a format: --to svg/ },
    {
      words: ["verify", "examples/gauss.diag", "--trials", "0"],
      pattern: /--trials takes a whole number from 1 to 1000000000000000, not/,
    },
    ...(
      [
        ["seed", "9007199254740992", "0 to 9007199254740991"],
        ["seed", "-1", "0 to 9007199254740991"],
        ["trials", "1000000000000001", "1 to 1000000000000000"],
        ["workers", "0", "1 to 1024"],
        ["workers", "1025", "1 to 1024"],
      ] as const
    ).map(([option, value, range]) => ({
      words: ["verify", "examples/gauss.diag", `--${option}=${value}`],
      pattern: new RegExp(`^diag: --${option} takes a whole number from ${range}, not "${value}"\n$`),
    })),
    {
      words: ["evaluate", "examples/gauss.diag", "--gd", "N=1,T=1", "--eta", "0.1", "--order", "1.5"],
      pattern: /--order takes a whole number from 0 to 8, not "1.5"/,
    },
    {
      // It was once counted to the last.
      words: [
        "evaluate",
        "examples/gauss.diag",
        ...["--gd", "N=1,T=1", "--eta", "0.1", "--series", "9007199254740991"],
      ],
      pattern: /order \d is the highest that/,
    },
    {
      words: [
        "evaluate",
        "examples/gauss.diag",
        ...["--gd", "N=9007199254740993,T=1", "--eta", "0.1", "--order", "1"],
      ],
      pattern: /N = about 9\.01e\+15 is not a positive whole number up to 9007199254740991/,
    },
    {
      words: ["verify", "examples/gauss.diag", "--backend", "abacus"],
      pattern: /--backend abacus is not known/,
    },
    {
      words: ["verify", "examples/gauss.diag", "nothing"],
      pattern: /no verify nothing; it has gauss_excess/,
    },
  ])("diag $words", async ({ words, pattern }) => {
    await expectLine(words, pattern);
  });

  test.each([
    { words: ["--order", "3", "--eta", "0.1"], pattern: /give one space-time/ },
    {
      words: ["--order", "3", "--eta", "0.1", "--sgd", "N=10,E=1,B=3"],
      pattern: /B = 3 does not divide N = 10/,
    },
    { words: ["--order", "3", "--eta", "0.1", "--sgd", "N=10,E=1"], pattern: /--sgd lacks B/ },
    { words: ["--order", "3", "--eta", "0.1", "--gd", "N=10,T=2,B=1"], pattern: /--gd does not take B/ },
    {
      words: ["--order", "3", "--eta", "-1", "--gd", "N=1,T=1"],
      pattern: /--eta -1 is not a positive number/,
    },
    { words: ["--order", "3", "--gd", "N=1,T=1"], pattern: /give a learning rate/ },
    { words: ["--eta", "0.1", "--gd", "N=1,T=1"], pattern: /choose what to sum/ },
    {
      words: ["--order", "40", "--eta", "0.1", "--gd", "N=1,T=1"],
      pattern: /order 40 with 1 weight takes about .*; order \d is the highest that fits/,
    },
    {
      words: ["--order", "2", "--eta", "0.1", "--gd", "N=1,T=1", "--observe", "displacement(q)"],
      pattern: /has no weight q; it has h/,
    },
    {
      words: ["--order", "2", "--eta", "0.1", "--gd", "N=1,T=1", "--at", "q=1"],
      pattern: /has no weight q; it has h/,
    },
    {
      words: ["--order", "2", "--eta", "0.1", "--gd", "N=1,T=1", "--landscape", "gaus"],
      pattern: /no landscape gaus; it has gauss/,
    },
    { words: ["--diagram", "(01-2)(02", "--eta", "0.1", "--gd", "N=1,T=1"], pattern: /is not a short form/ },
    {
      words: ["--diagram", "(0.1-2)(0.2-12)", "--eta", "0.1", "--gd", "N=1,T=1"],
      pattern: /is not a short form: at character 13: an edge joins two nodes; with dots write/,
    },
    {
      words: ["--diagram", "(0-1-2)(01-10)", "--eta", "0.1", "--gd", "N=1,T=1"],
      pattern: /is not a short form: at character 12: this edge closes a cycle: 1 -> 0 -> 1/,
    },
  ])("diag evaluate FILE $words", async ({ words, pattern }) => {
    await expectLine(["evaluate", "examples/gauss.diag", ...words], pattern);
  });

  test.each([
    { words: [], pattern: /^--json stands before a verb; write the verb first/ },
    { words: ["lsp"], pattern: /^diag lsp .* takes no --json; write diag lsp --stdio$/ },
    { words: ["lsp", "--stdio"], pattern: /^diag lsp .* takes no --json; write diag lsp --stdio$/ },
    { words: ["enumerate"], pattern: /^give --edges D, such as --edges 3$/ },
  ])("diag $words --json says what is missing, not what is not", async ({ words, pattern }) => {
    const { status, json, errors } = await diagJson(words);
    expect(json).toEqual({ error: expect.stringMatching(pattern) });
    expect(errors).toBe(`diag: ${json.error}\n`);
    expect(status).toBe(2);
  });

  test("with --json the error is an object too", async () => {
    const { status, json } = await diagJson(["enumerate", "--edges", "40"]);
    expect(status).toBe(2);
    expect(json.error).toMatch(/diagrams of 40 edges/);
  });
});

describe("bad files", () => {
  test("missing, a directory, too large, not text", async () => {
    const files = { "big.diag": "// filler\n".repeat(1_100_000), "noise.diag": noise(20_000) };
    await withFolder(files, async (folder) => {
      await mkdir(join(folder, "dir.diag"));
      await expectLine(["check", "gone.diag"], /gone\.diag: no such file/, folder);
      await expectLine(["check", "dir.diag"], /dir\.diag: is a directory; name a file/, folder);
      await expectLine(["check", "/dev/zero"], /is not a regular file/, folder);
      await expectLine(["check", "big.diag"], /big\.diag: is 10\.5 MiB; files of up to 2 MiB/, folder);
      await expectLine(["check", "noise.diag"], /noise\.diag: is not text in UTF-8/, folder);
    });
  });

  test("noise that happens to be text is answered with diagnostics", async () => {
    const text = String.fromCharCode(...Array.from({ length: 5000 }, (_, i) => 32 + ((i * i * 7919) % 95)));
    await withFolder({ "noise.diag": text, "nul.diag": "\u0000\u0001\u0002".repeat(300) }, async (folder) => {
      for (const name of ["noise.diag", "nul.diag"]) {
        const { status, json } = await diagJson<{ diagnostics: { code: string }[] }>(["check", name], folder);
        expect(status).toBe(1);
        expect(json.diagnostics[0]!.code).toBe("syntax");
      }
    });
  });

  test("10⁴ parentheses", async () => {
    const loss = `${"(".repeat(10_000)}t${")".repeat(10_000)}`;
    await withFolder({ "deep.diag": `landscape l { weights t = 1 loss ${loss} }` }, async (folder) => {
      const { status, output } = await diag(["check", "deep.diag"], { cwd: folder });
      expect(status).toBe(1);
      expect(output).toMatch(/error syntax: .*nest/);
    });
  });

  test("a diagram of 10⁴ nodes is checked; what does not fit says so", async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
    const files = {
      "path.diag": `diagram d { ${names.join(" -> ")} }`,
      "star.diag": `diagram d { ${names.slice(1).join(", ")} -> n0  part { ${names.slice(1, 5000).join(", ")} } }`,
    };
    await withFolder(files, async (folder) => {
      for (const name of Object.keys(files)) {
        const { status } = await diagJson(["check", name], folder);
        expect(status).toBe(0);
        await expectLine(
          ["formula", name, "d"],
          /has 9999 edges; formulas are written for up to 9 edges/,
          folder,
        );
        await expectLine(["render", name, "d", "--to", "svg"], /10,?000 nodes/, folder);
      }
    });
  });
});

describe("landscapes at their limits", () => {
  test("a loss that is not finite at the start", async () => {
    await withFolder(
      { "l.diag": "landscape l { weights t = 0 data x ~ normal(0, 1) loss log(t) + x*t }" },
      async (folder) => {
        await expectLine(
          ["evaluate", "l.diag", "--order", "2", "--gd", "N=1,T=1", "--eta", "0.1"],
          /landscape l: .*t = 0/,
          folder,
        );
      },
    );
  });

  test("a singular ηH is no trouble: flat directions sum to T", async () => {
    const flat = "landscape l { weights t = 0, f = 0 data x ~ normal(0, 1) loss t^2/2 + x*t + x*f }";
    await withFolder({ "l.diag": flat }, async (folder) => {
      const { status, json } = await diagJson<{ total: number }>(
        ["evaluate", "l.diag", "--order", "2", "--sgd", "N=1000,E=1,B=1", "--eta", "0.1"],
        folder,
      );
      expect(status).toBe(0);
      expect(json.total).toBeCloseTo((0.01 / 2) * ((1 - 0.9 ** 2000) / (1 - 0.81)), 12);
    });
  });

  test("trials that diverge are counted, and nothing is told of their mean", async () => {
    const wild = `landscape l { weights t = 0.5 data x ~ normal(0, 1) loss t^4 + x*t }
      verify v { landscape l sgd(N = 100, E = 1, B = 1) eta = 2 observe test_loss predict order 2 trials = 1000 }`;
    await withFolder({ "v.diag": wild }, async (folder) => {
      const { status, output } = await diag(["verify", "v.diag"], { cwd: folder });
      expect(status).toBe(3);
      expect(output).toMatch(/\d+ of 1000 trials diverged, .*lower eta/);
      const { json } = await diagJson<{ runs: { diverged: number }[] }>(["verify", "v.diag"], folder);
      expect(json.runs[0]!.diverged).toBeGreaterThan(0);
    });
  });

  test("trials that diverge are told of where nothing is predicted, too", async () => {
    const wild = `landscape l { weights t = 0.5 data x ~ discrete(-1/2, 0) loss t^4 + x*t }
      verify all { landscape l sgd(N = 100, E = 1, B = 1) eta = 2 observe displacement(t) trials = 100 }
      verify some { landscape l sgd(N = 14, E = 1, B = 1) eta = 2 observe displacement(t) trials = 100 }`;
    await withFolder({ "v.diag": wild }, async (folder) => {
      const { status, output } = await diag(["verify", "v.diag"], { cwd: folder });
      expect(status).toBe(0);
      expect(output).toContain(
        "all, eta = 2, displacement(t): measured: 100 of 100 trials diverged, so there is no mean; lower eta",
      );
      expect(output).toMatch(
        /some, eta = 2, .*: \d{2} of 100 trials diverged, so the mean is of the others alone; lower eta/,
      );
    });
  });

  test("test losses are those where trials end, and what has none there is counted", async () => {
    const block = (name: string, loss: string, more: string) => `
      landscape ${name}_l { weights u = 0 data x ~ normal(0, 1) loss ${loss} }
      verify ${name} { landscape ${name}_l gd(N = 1, T = 1) eta = 1 observe ${more} predict order 0 trials = 500 }`;
    const file = [
      block("bell", "-6*u + u^2/2 + exp(-(u*x)^2/2)", "test_loss, gen_gap"),
      block("wave", "-3*u + cos(u*x)", "test_loss"),
      block("endless", "exp(u*x^2/8)/100 - 6*u", "test_loss, displacement"),
    ].join("\n");
    type Run = Record<"measured" | "standardError" | "unfound" | "diverged", number | null> &
      Record<"verify" | "observable" | "verdict" | "reason", string>;
    await withFolder({ "v.diag": file }, async (folder) => {
      const { json, status } = await diagJson<{ runs: Run[] }>(
        ["verify", "v.diag", "--backend", "cpu"],
        folder,
      );
      const [bell, gap, wave, endless, moved] = json.runs;
      expect(bell!.measured).toBeCloseTo(-18 + 1 / Math.sqrt(37), 11);
      expect(wave!.measured).toBeCloseTo(-9 + Math.exp(-4.5), 11);
      expect(Math.abs(gap!.measured!)).toBeLessThan(5 * gap!.standardError!);
      expect(endless).toMatchObject({ verdict: "inconclusive", diverged: 0 });
      expect(endless!.unfound).toBeGreaterThan(495);
      expect(endless!.reason).toMatch(
        /^for \d+ of 500 trials the expected loss could not be found: landscape endless_l: /,
      );
      expect(moved).toMatchObject({ observable: "displacement(u)", diverged: 0 });
      expect(moved).not.toHaveProperty("unfound");
      expect(status).toBe(3);
    });
  });

  test("a simulation too large for memory says so before it starts", async () => {
    const huge = `${quadratic}
      verify v { landscape l gd(N = 1000000000, T = 2) eta = 0.1 observe test_loss predict order 1 trials = 10 }`;
    await withFolder({ "v.diag": huge }, async (folder) => {
      await expectLine(["verify", "v.diag"], /N = 1[0,]+|fit/, folder);
    });
  });

  test("what was verified before a fault is printed", async () => {
    const block = (name: string, N: string) =>
      `verify ${name} { landscape l gd(N = ${N}, T = 2) eta = 0.1 observe test_loss predict order 1 trials = 10 }`;
    const text = `${quadratic}\n${block("small", "3")}\n${block("huge", "1000000000")}`;
    await withFolder({ "v.diag": text }, async (folder) => {
      const { status, output, errors } = await diag(["verify", "v.diag"], { cwd: folder });
      expect(status).toBe(2);
      expect(output).toMatch(/^small /m);
      expect(errors.trim().split("\n").at(-1)).toMatch(/N = 1[0,]+|fit/);
      const { json } = await diagJson<{ runs: { verify: string }[]; error: string }>(
        ["verify", "v.diag"],
        folder,
      );
      expect(json.runs.map(({ verify }) => verify)).toEqual(["small"]);
      expect(json.error).toMatch(/N = 1[0,]+|fit/);
    });
  });
});

/** Bytes that are no UTF-8. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 151 + ((index * index) >> 3)) % 256);
}

// Elsewhere a folder that a process is in cannot be removed.
test.skipIf(process.platform === "win32").each([
  ["check", "a.diag", "--json"],
  ["enumerate", "--edges", "2", "--json"],
])("a folder that is gone, under %s", async (...words) => {
  await withFolder({}, async (folder) => {
    await mkdir(join(folder, "gone"));
    const { status, stdout, stderr } = spawnSync(
      "/bin/sh",
      ["-c", 'rmdir ../gone && exec "$0" "$@"', process.execPath, command, ...words],
      { cwd: join(folder, "gone"), encoding: "utf8" },
    );
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: expect.stringMatching(/^the folder .* is gone; go to one/) });
    expect(stderr).toMatch(/^diag: the folder .*\n$/);
  });
});
