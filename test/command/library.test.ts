import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import type * as published from "../../src/library/interface.js";
import type { ErrorRate, MeasuredOrderPoint, Run } from "../../src/runs/index.js";
import { diagJson, root } from "./diag.js";
import { programsIn } from "./documented.js";

/** As it is bundled. */
const library = (await import(pathToFileURL(join(root, "dist", "library.js")).href)) as typeof published;
const { DiagError, enumerate, evaluate, parse, verify } = library;

const gauss = await readFile(join(root, "examples", "gauss.diag"), "utf8");
const descent = { sgd: { N: 10, E: 1, B: 1 } };

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "diag-library-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules", "descent-diagrams"), "junction");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Rows without what differs from run to run. */
const timeless = (runs: readonly object[]) => runs.map((run) => ({ ...run, stepsPerSecond: 0 }));

describe("the library answers what the command prints:", () => {
  test("parse", async () => {
    const text = `${gauss}\nverify broken { landscape nowhere }\n`;
    const path = join(folder, "broken.diag");
    await writeFile(path, text);
    const parsed = await parse(text, { file: path });
    const check = await diagJson<object>(["check", path]);
    const described = await diagJson<object>(["describe", path]);
    expect(parsed).toEqual({ ...check.json, ...described.json });
    expect(parsed.diagnostics.map(({ severity }) => severity)).toContain("error");
    expect(parsed.verifies.map(({ name }) => name)).toEqual(["gauss_excess"]);
  });

  test.each([
    [2, {}, []],
    [3, { irreducible: true, pathCondition: true }, ["--irreducible", "--path-condition"]],
    [2, { train: true }, ["--train"]],
  ] as const)("enumerate, %i edges with %o", async (edges, options, words) => {
    const { json } = await diagJson<object>(["enumerate", "--edges", String(edges), ...words]);
    expect(enumerate(edges, options)).toEqual(json);
  });

  test.each([
    ["all of an order", { order: 2 }, ["--order", "2"]],
    [
      "a series of a function",
      { series: 2, observe: "displacement(h)" },
      ["--series", "2", "--observe", "displacement(h)"],
    ],
    ["diagrams", { diagram: ["skew", "(01-2)(02-12)"] }, ["--diagram", "skew", "(01-2)(02-12)"]],
    [
      "a difference from elsewhere",
      { order: 2, minus: { gd: { N: 10, T: 10 } }, at: { h: 0.1 }, sum: "integral" },
      ["--order", "2", "--minus-gd", "N=10,T=10", "--at", "h=0.1", "--sum", "integral"],
    ],
  ] as const)("evaluate, %s", async (_, options, words) => {
    const evaluated = await evaluate(gauss, { landscape: "gauss", descent, eta: 0.1, ...options });
    const { json } = await diagJson<object>([
      ...["evaluate", "examples/gauss.diag", "--sgd", "N=10,E=1,B=1", "--eta", "0.1"],
      ...words,
    ]);
    expect(evaluated).toEqual(json);
  });

  test("verify, told row by row", async () => {
    const told: published.Run[] = [];
    const { runs, stopped } = await verify(gauss, {
      trials: 20_000,
      seed: 3,
      backend: "cpu",
      onRun: (run) => told.push(run),
    });
    const { json } = await diagJson<{ runs: object[] }>([
      ...["verify", "examples/gauss.diag", "--trials", "20000", "--seed", "3", "--backend", "cpu"],
    ]);
    expect(timeless(runs)).toEqual(timeless(json.runs));
    expect(told).toEqual(runs);
    expect(stopped).toBe(false);
  });
});

test("imports and data are looked for beside the file that a text is of", async () => {
  await writeFile(join(folder, "numbers.csv"), "x\n-1\n1\n");
  await writeFile(
    join(folder, "lib.diag"),
    'landscape pair { weights w = 0 data x from "numbers.csv" loss (w - x)^2 / 2 }',
  );
  const text = 'import "lib.diag"\n';
  const options = { order: 2, descent: { gd: { N: 2, T: 1 } }, eta: 0.5 };
  const file = pathToFileURL(join(folder, "not-there.diag"));
  // (w − x)²/2 with x = ±1: 1/2 before; of two points, w is 0 or ±1/2 alike often, so 1/2 + E[w²]/2 with E[w²] = 1/8.
  expect((await evaluate(text, { ...options, file })).total).toBeCloseTo(0.5 + 0.125 / 2, 14);
  await expect(evaluate(text, options)).rejects.toThrow(
    /^untitled\.diag:1:8: cannot import "lib\.diag": there is no such file/,
  );
});

test("a verification is stopped by its signal, and answers with what is known", async () => {
  const stop = new AbortController();
  let told: published.Progress | undefined;
  const { runs, stopped } = await verify(gauss, {
    trials: 1e12,
    backend: "cpu",
    signal: stop.signal,
    onProgress: (progress) => {
      told ??= progress;
      stop.abort();
    },
  });
  expect(told).toMatchObject({ verify: "gauss_excess", eta: 0.025, totalTrials: 1e12 });
  expect(stopped).toBe(true);
  expect(runs.map(({ eta, cancelled }) => [eta, cancelled])).toEqual([[0.025, true]]);
  expect(runs[0]!.trials).toBeGreaterThan(0);
});

test("an evaluation whose signal has aborted rejects with its reason", async () => {
  const reason = new Error("enough");
  await expect(
    evaluate(gauss, { order: 2, descent, eta: 0.1, signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});

describe("what is wrong is said in one line:", () => {
  const untyped = library as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;

  test.each([
    ["evaluate", [gauss], /^choose what to sum|^give one space-time/],
    ["evaluate", [gauss, { order: 2, descent, eta: -1 }], /^--eta -1 is not a positive number/],
    [
      "evaluate",
      [gauss, { order: 2, descent: { newton: {} }, eta: 1 }],
      /^newton is not known here; there are sgd, gd/,
    ],
    ["evaluate", [gauss, { order: 2, descent: { sgd: { N: 10 } }, eta: 1 }], /^--sgd lacks E/],
    [
      "evaluate",
      [gauss, { order: 2, descent, eta: 1, orders: true }],
      /^orders is not known here; there are landscape/,
    ],
    [
      "evaluate",
      [gauss, { diagram: "skew", descent, eta: 1 }],
      /^diagram takes a list of texts, not the text "skew"$/,
    ],
    ["verify", ["nonsense"], /^untitled\.diag:1:1: /],
    ["verify", [gauss, { names: ["none"] }], /^untitled\.diag has no verify none; it has gauss_excess$/],
    ["verify", [gauss, { trials: 0.5 }], /^--trials takes a whole number from 1 to/],
    ["verify", [gauss, { resume: true }], /^resume is not known here; there are trials/],
    [
      "evaluate",
      ["landscape {", { order: 2, descent, eta: 1 }],
      /^untitled\.diag:1:\d+: .*no landscape to evaluate/,
    ],
    [
      "evaluate",
      [gauss, { order: "2", descent: "sgd", eta: 1 }],
      /^descent takes an object, .* not the text "sgd"$/,
    ],
    ["evaluate", [gauss, { order: 2, descent: { sgd: 3 }, eta: 1 }], /^sgd takes an object, .* not 3$/],
    [
      "evaluate",
      [gauss, { order: 2, descent: { sgd: { N: [1] } }, eta: 1 }],
      /^sgd: N takes a number or a text, not a list$/,
    ],
    ["evaluate", [gauss, { order: 2, descent, eta: 1, at: "h=1" }], /^at takes an object/],
    ["evaluate", [gauss, "order"], /^options are an object, not the text "order"$/],
    [
      "verify",
      [gauss, { with: "H=1" }],
      /^with takes an object of names and lists of numbers.* not the text "H=1"$/,
    ],
    ["verify", [gauss, { with: { H: 1 } }], /^with takes an object of names and lists of numbers/],
    [
      "verify",
      [gauss, { names: "gauss_excess" }],
      /^names takes a list of texts, not the text "gauss_excess"$/,
    ],
    ["verify", [gauss, { file: 3 }], /^file takes a path or an address, not 3$/],
    ["verify", [Promise.resolve(gauss)], /^the text of a \.diag file is a string, not of type object$/],
    ["parse", [gauss, { file: "file://elsewhere:99/a" }], /is not the address of a file here/],
  ])("%s, %#", async (name, given, line) => {
    const fault = await untyped[name]!(...given).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(fault).toBeInstanceOf(DiagError);
    expect((fault as Error).message).toMatch(line);
    expect((fault as Error).message).not.toContain("\n");
  });

  // Whatever is given for an option, what is said names it, and nothing is called unexpected.
  const values = [3, "text", null, true, {}, [], [3], { h: "x" }, () => 1, Symbol("s")];
  const optionsOf = {
    parse: ["file"],
    evaluate: [
      "file",
      "signal",
      "onNote",
      "landscape",
      "order",
      "series",
      "diagram",
      "descent",
      "minus",
      "eta",
    ].concat(["metric", "observe", "sum", "at", "samples"]),
    verify: [
      "file",
      "signal",
      "onNote",
      "onProgress",
      "onRun",
      "names",
      "trials",
      "seed",
      "testPoints",
      "samples",
    ].concat(["metric", "with", "measure", "backend", "workers"]),
  };
  const right: Readonly<Record<string, object>> = {
    parse: {},
    evaluate: { order: 1, descent, eta: 0.1 },
    verify: { trials: 1, backend: "cpu", measure: "total" },
  };
  test.each(
    Object.entries(optionsOf).flatMap(([name, options]) => options.map((option) => [name, option] as const)),
  )("%s with a strange %s", async (name, option) => {
    for (const value of values) {
      const fault = await untyped[name]!(gauss, { ...right[name], [option]: value }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (fault !== undefined) {
        expect(fault).toBeInstanceOf(DiagError);
        expect((fault as Error).message).not.toMatch(/unexpected|\n/);
      }
    }
  });

  test.each(["onRun", "onProgress", "onNote"])(
    "but what %s throws, which is the caller's own",
    async (option) => {
      const own = new TypeError("mine");
      const text = `${gauss}\nverify rough { landscape gauss sgd(N = 1, E = 1, B = 1) eta = 5 observe test_loss predict order 1 }`;
      const call = () => {
        throw own;
      };
      const fault =
        option === "onNote"
          ? evaluate(gauss, { diagram: ["(012-3)(01-13-23)"], descent, eta: 0.1, onNote: call })
          : verify(text, { trials: 200_000, backend: "cpu", [option]: call });
      await expect(fault).rejects.toBe(own);
    },
  );

  test("more diagrams than fit", () => {
    expect(() => enumerate(30)).toThrow(DiagError);
    expect(() => enumerate(1.5)).toThrow("the number of edges is a whole number from 0 to 8, not 1.5");
    expect(() => untyped.enumerate!("2")).toThrow(/^the number of edges is .*, not the text "2"$/);
    expect(() => untyped.enumerate!(2, { train: "yes" })).toThrow(
      /^train takes true or false, not the text "yes"$/,
    );
    expect(() => untyped.enumerate!(2, null)).toThrow(/^options are an object, not null$/);
  });
});

test("programs of docs/library.md print what it says", async () => {
  const programs = programsIn("library.md", "js");
  expect(programs).toHaveLength(2);
  const printed = await Promise.all(
    programs.map(async ({ program }, index) => {
      const file = join(folder, `program-${index}.mjs`);
      await writeFile(file, program);
      return (await promisify(execFile)(process.execPath, [file], { cwd: folder })).stdout;
    }),
  );
  expect(printed).toEqual(programs.map(({ printed }) => printed));
});

test("the types that are published are those of the rows that there are", () => {
  type Plain<Row> = { readonly [Key in keyof Row]: Row[Key] };
  expectTypeOf<Exclude<keyof Run, keyof published.Run>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<keyof published.Run, keyof Run>>().toEqualTypeOf<never>();
  expectTypeOf<Run>().toExtend<published.Run>();
  expectTypeOf<Plain<ErrorRate>>().toExtend<published.ErrorRate>();
  expectTypeOf<Exclude<keyof MeasuredOrderPoint, keyof published.Order>>().toEqualTypeOf<never>();
});

test("a program in TypeScript has the library's types, as those of its page do", async () => {
  const ofPage = programsIn("library.md", "js").map(({ program }, index) => {
    const file = `page-${index}.mts`;
    return writeFile(join(folder, file), program).then(() => file);
  });
  const program = [
    'import { evaluate, verify, type Run } from "descent-diagrams";',
    'const { total } = await evaluate("", { order: 1, descent: { gd: { N: 1, T: 1 } }, eta: 0.1 });',
    "export const runs: readonly Run[] = (await verify(String(total))).runs;",
    "// @ts-expect-error",
    'await evaluate("", { order: "3" });',
    "declare const any: string;",
    'const seen = await evaluate("", { order: 1, descent: {}, eta: 0.1, observe: any });',
    "// @ts-expect-error",
    "export const one: number = seen.total;",
    "export const sum: number = total + 1;",
  ];
  await writeFile(join(folder, "program.mts"), program.join("\n"));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noEmit", "--strict", "--target", "es2023", "--module", "nodenext", "--types", ""];
  const files = ["program.mts", ...(await Promise.all(ofPage))];
  const compiling = promisify(execFile)(process.execPath, [compiler, ...options, ...files], {
    cwd: folder,
  });
  expect((await compiling.catch((fault: { stdout: string }) => fault)).stdout).toBe("");
});
