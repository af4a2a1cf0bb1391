import { describe, expect, test } from "vitest";
import { enumerationText, readEdges } from "../../../src/extension/commands/enumeration-text.js";
import { addImport, importedPaths, importPath } from "../../../src/extension/commands/imports.js";
import {
  blockLike,
  freshVerifyName,
  indentBy,
  indentOf,
  writeVerifyBlock,
} from "../../../src/extension/commands/verify-block.js";
import { analyzeText } from "../../../src/language/index.js";

const landscape = "landscape bowl {\n  weights t = 1\n  data x ~ normal(0, 1)\n  loss (t - x)^2 / 2\n}\n";
const diagrams = "diagram pair = (01-2-3)(02-12-23)\ndiagram line = (0-1)(01)\n";
const block = {
  name: "checked",
  landscape: "bowl",
  spacetime: "sgd(N = 4, E = 2, B = 2, shuffle = reshuffled)",
  etas: [0.1, 0.05],
  observables: ["test_loss", "displacement(t)"],
  predict: "pair + line",
  sum: "integral",
  trials: 1000,
} as const;
const reader = {
  readText: async (path: string) => {
    if (path.endsWith("bowl.diag")) {
      return landscape;
    }
    throw new Error("no such file");
  },
};

describe("a verify block that is written", () => {
  test("says what was asked, as the language reads it", async () => {
    const written = writeVerifyBlock(block, "  ", "\n");
    const file = await analyzeText(`${diagrams}${landscape}\n${written}\n`, { path: "/w/a.diag", reader });
    expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const read = file.verifies.get("checked")!;
    expect(read).toMatchObject({
      spacetime: { optimiser: "sgd", parameters: { N: 4, E: 2, B: 2, shuffle: "reshuffled" } },
      etas: [0.1, 0.05],
      sum: "integral",
      trials: 1000,
      prediction: { kind: "diagrams" },
    });
    expect(read.observables).toHaveLength(2);
  });

  test("is laid out in the file's style", () => {
    expect(writeVerifyBlock({ ...block, sum: "exact" }, "\t", "\r\n").split("\r\n")).toEqual([
      "verify checked {",
      "\tlandscape bowl",
      "\tsgd(N = 4, E = 2, B = 2, shuffle = reshuffled)",
      "\teta = 0.1, 0.05",
      "\tobserve test_loss, displacement(t)",
      "\tpredict pair + line",
      "\ttrials = 1000",
      "}",
    ]);
    expect(indentOf("diagram a {\n    x -> y\n}\n", "  ")).toBe("    ");
    expect(indentOf("diagram a { // one\r\n\tx -> y\r\n}\n", "  ")).toBe("\t");
    expect(indentOf(diagrams, "   ")).toBe("   ");
  });

  test("is like the file's last block, as far as that has a part in it", () => {
    const said = { name: "fresh", landscape: "bowl", predict: "pair" };
    const first = { ...block, name: "first", own: true, trials: 5 };
    const imported = { ...first, name: "imported", own: false, etas: [3] };
    const verifies = [first, { ...first, name: "last", etas: [0.2] }, imported];
    expect(blockLike({ verifies }, said, 1e9)).toEqual({ ...block, ...said, etas: [0.2], trials: 5 });
    // Weights of one landscape are none of another.
    expect(blockLike({ verifies }, { ...said, landscape: "hill" }, 1e9).observables).toEqual(["test_loss"]);
  });

  test("is the simplest there is in a file without another, and asks for no more trials than may be run", async () => {
    const simple = blockLike({ verifies: [] }, { name: "v", landscape: "bowl", predict: "order 1" }, 1000);
    expect(simple).toMatchObject({ etas: [0.1], observables: ["test_loss"], sum: "exact", trials: 1000 });
    const file = await analyzeText(`${landscape}${writeVerifyBlock(simple, "  ", "\n")}\n`, {
      path: "/w/a.diag",
      reader,
    });
    expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(file.verifies.get("v")!.spacetime).toMatchObject({
      optimiser: "sgd",
      parameters: { N: 10, E: 1, B: 1 },
    });
  });

  test("has a name that is free", () => {
    expect(freshVerifyName(["pair", "line"], ["pair", "line"])).toBe("pair_line_verified");
    expect(freshVerifyName(["pair"], ["pair_verified", "pair_verified_2"])).toBe("pair_verified_3");
    expect(
      freshVerifyName(
        Array.from({ length: 20 }, (_, index) => `name${index}`),
        [],
      ),
    ).toBe("diagrams_verified");
  });
});

describe("an import that is added", () => {
  const withImport = (text: string, path: string): string => {
    const edit = addImport(text, path, "\n");
    return text.slice(0, edit.offset) + edit.text + text.slice(edit.offset);
  };

  test.each([
    ["at the top", diagrams, `import "./bowl.diag"\n\n${diagrams}`],
    [
      "below what is said of the file",
      `// All about pairs.\n// And lines.\n\n${diagrams}`,
      `// All about pairs.\n// And lines.\n\nimport "./bowl.diag"\n\n${diagrams}`,
    ],
    [
      "above a declaration's comment",
      `// A pair.\n${diagrams}`,
      `import "./bowl.diag"\n\n// A pair.\n${diagrams}`,
    ],
    [
      "behind the others",
      `import "./a.diag" // "b"\n${diagrams}`,
      `import "./a.diag"\nimport "./bowl.diag" // "b"\n${diagrams}`,
    ],
    ["in an empty file", "", 'import "./bowl.diag"\n'],
  ])("stands %s", (_, text, expected) => expect(withImport(text, "./bowl.diag")).toBe(expected));

  test("makes its landscape known", async () => {
    const written = `${withImport(diagrams, "./bowl.diag")}\n${writeVerifyBlock(block, "  ", "\n")}\n`;
    const file = await analyzeText(written, { path: "/w/a.diag", reader });
    expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(file.verifies.has("checked")).toBe(true);
  });

  test("is relative to the file", () => {
    expect(importPath("/w/a.diag", "/w/bowl.diag")).toBe("./bowl.diag");
    expect(importPath("/w/a/a.diag", "/w/b/bowl.diag")).toBe("../b/bowl.diag");
    expect(importPath("/w/a.diag", "/w/b/bowl.diag")).toBe("./b/bowl.diag");
  });

  test("is found again, where it is none of a comment or a string", () => {
    const text =
      '// import "x"\nimport "./a.diag"\n/* import "y" */ import\n "b c.diag"\ndata a from "import"\n';
    expect(importedPaths(text)).toEqual(["./a.diag", "b c.diag"]);
  });
});

test("enumerated diagrams are declarations that the language reads", async () => {
  const parameters = { edges: 2, irreducible: true, pathCondition: true };
  const text = enumerationText(parameters, ["(0-1-2)(02-12)", "(01-2)(02-12)"]);
  expect(text.split("\n").slice(0, 3)).toEqual([
    "// All 2 diagrams of 2 edges, irreducible, with the path condition",
    "",
    "diagram d1 = (0-1-2)(02-12)",
  ]);
  const file = await analyzeText(text, { path: "/w/a.diag", reader });
  expect([...file.diagrams.keys()]).toEqual(["d1", "d2"]);
});

test("a number of edges is from 1 to 8", () => {
  expect([readEdges("1"), readEdges(" 8 ")]).toEqual([1, 8]);
  for (const text of ["0", "9", "", "2.5", "-1", "three"]) {
    expect(readEdges(text)).toBeUndefined();
  }
});

test("a line is indented as the editor's settings say, where they make sense", () => {
  expect(indentBy(true, 4)).toBe("    ");
  expect(indentBy(false, 4)).toBe("\t");
  for (const size of [-1, 0, 1e9, 2.5, Number.NaN, null, "4", [4], {}]) {
    expect(indentBy("yes", size)).toBe("  ");
  }
});
