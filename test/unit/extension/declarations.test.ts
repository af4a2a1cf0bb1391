import { describe, expect, test } from "vitest";
import { declarationsOf, declaredAt } from "../../../src/extension/declarations.js";

describe("declarations found by their keywords", () => {
  test("are those of the file, in order", () => {
    const text = [
      'import "./diagram old {.diag"',
      "// diagram remark {",
      "/* verify note { */",
      "train diagram first = (01-2)(02-12)",
      "diagram β2{ a -> b }",
      "landscape bowl { weights w = 0 }",
      "verify once { landscape bowl }",
    ].join("\n");
    expect(declarationsOf(text).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "diagram first",
      "diagram β2",
      "landscape bowl",
      "verify once",
    ]);
  });

  test("are found in a text that ends in the middle of a comment or string", () => {
    expect(declarationsOf("diagram a = (0)()\n/* diagram b {").map(({ name }) => name)).toEqual(["a"]);
    expect(declarationsOf('import "x\ndiagram a = (0)()').map(({ name }) => name)).toEqual(["a"]);
  });

  test("contain the places from their keyword to the next", () => {
    const text = "// head\ndiagram a = (0)()\n\ndiagram b { c -> d }\n";
    const declared = declarationsOf(text);
    expect(declaredAt(declared, 0)).toBeUndefined();
    expect(declaredAt(declared, text.indexOf("(0)"))?.name).toBe("a");
    expect(declaredAt(declared, text.indexOf("c ->"))?.name).toBe("b");
  });
});
