import { expect, test } from "vitest";
import { analyzeFile, analyzeText } from "../../src/language/index.js";
import { expectProblems, inMemory } from "./workspace.js";

const landscape = "landscape l { weights w = 0 loss w^2 }";
const verify = "verify v { landscape l gd(N = 1, T = 1) eta = 0.1 observe test_loss predict order 1 }";

test("declarations of an imported file are visible", async () => {
  const { landscapes, verifies } = await expectProblems(`import "./lib/l.diag" ${verify}`, [], {
    "lib/l.diag": landscape,
  });
  expect([...landscapes.keys()]).toEqual(["l"]);
  expect([...verifies.keys()]).toEqual(["v"]);
});

test("imports are not passed on", async () => {
  await expectProblems(
    'import "a.diag" '.concat(verify.replace("landscape l", "landscape «l»")),
    [["error unresolved"]],
    {
      "a.diag": 'import "b.diag"',
      "b.diag": landscape,
    },
  );
});

test("cycles of imports are fine, also with oneself", async () => {
  await expectProblems(`import "a.diag" import "main.diag" import "./a.diag" ${verify}`, [], {
    "a.diag": `import "main.diag" ${landscape}`,
  });
});

test("paths are relative to the importing file, also above the reader's root", async () => {
  const reader = inMemory({
    "../project/main.diag": `import "../lib/a.diag" ${verify}`,
    "../lib/a.diag": `import "b/../../other/c.diag" ${landscape}`,
    "../other/c.diag": "landscape k { weights w = 0 loss w }",
  });
  const { diagnostics } = await analyzeFile("../project/main.diag", reader);
  expect(diagnostics).toEqual([]);
  expect(reader.reads).toEqual(["../project/main.diag", "../lib/a.diag", "../other/c.diag"]);
});

test("absolute paths and backslashes", async () => {
  const reader = inMemory({
    "/home/x/main.diag":
      'import "/lib/a.diag" import "sub\\b.diag" landscape m { weights w = 0 data p from "sub\\p.csv" loss w }',
    "/lib/a.diag": landscape,
    "/home/x/sub/b.diag": "landscape k { weights w = 0 loss w }",
    "/home/x/sub/p.csv": "1\n2\n",
  });
  const { diagnostics, landscapes } = await analyzeFile("/home/x/main.diag", reader);
  expect(diagnostics).toEqual([]);
  expect([...landscapes.keys()]).toEqual(["m", "l", "k"]);
});

test("a file that is missing, and an import of nothing", async () => {
  await expectProblems('import «"none.diag"» import «""»', [
    ["error unresolved", /cannot import "none\.diag": there is no such file/],
    ["error unresolved", /names no file/],
  ]);
});

test("errors of an imported file are one error at its import", async () => {
  const { diagnostics } = await expectProblems(
    'import «"a.diag"» diagram d { x, y -> z }',
    [["error unresolved", /"a\.diag" has 2 errors, at line 2: .*itself/]],
    { "a.diag": "diagram ok { a -> b }\ndiagram cyclic { a -> a }\ndiagram twice { a -> b a -> b }" },
  );
  expect(diagnostics[0]!.related).toMatchObject([
    { file: "a.diag", range: { start: { line: 1, character: 17 } } },
    { file: "a.diag", range: { start: { line: 2, character: 23 } } },
  ]);
});

test("names that clash across files", async () => {
  const files = { "a.diag": landscape, "b.diag": "diagram l { a -> o }" };
  await expectProblems(
    `import "a.diag" diagram «l» { a -> o }`,
    [["error duplicate-name", /an imported landscape/]],
    files,
  );
  await expectProblems(
    'import "a.diag" import «"b.diag"»',
    [["error duplicate-name", /which another import brings/]],
    files,
  );
});

test("a diagram that an imported file has too", async () => {
  const { diagnostics } = await expectProblems(
    'import "a.diag" diagram «mine» { p, q -> r }',
    [["info same-diagram", /`mine` is the same diagram as `theirs`/]],
    { "a.diag": "diagram theirs { x, y -> z }" },
  );
  expect(diagnostics[0]!.related?.[0]?.file).toBe("a.diag");
});

test("the file itself must be readable", async () => {
  await expect(analyzeFile("none.diag", inMemory({}))).rejects.toThrow("no none.diag");
});

test("a text without a reader has no imports", async () => {
  const { diagnostics, file } = await analyzeText('import "a.diag"', { path: "x.diag" });
  expect(file).toBe("x.diag");
  expect(diagnostics).toMatchObject([
    { code: "unresolved", message: 'cannot import "a.diag": files cannot be read here' },
  ]);
});

test("analyses run side by side without seeing each other", async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      analyzeText(`diagram d${index} { a -> b }`, { path: "same.diag" }),
    ),
  );
  results.forEach(({ diagrams, diagnostics }, index) => {
    expect(diagnostics).toEqual([]);
    expect([...diagrams.keys()]).toEqual([`d${index}`]);
  });
});
