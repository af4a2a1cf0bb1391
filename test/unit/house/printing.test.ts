import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it as test } from "vitest";
import { readSources } from "./imports.js";
import { faultsOfPrinting } from "./printing.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

describe("what is printed", () => {
  test("goes through few places, which make text from outside harmless", () => {
    const sources = readSources(root, ["src"]);
    expect([...sources].flatMap(([path, text]) => faultsOfPrinting(path, text))).toEqual([]);
  });

  test.each([
    ["the console", "console.log(path);"],
    ["the console", 'console["error"](path);'],
    ["a stream of the process", "process.stdout.write(path);"],
    ["a stream of the process", "const { stderr } = process;"],
    ["a stream of the process", "writeSync(1, path);"],
  ])("is found by the checker: %s, %s", (what, text) => {
    expect(faultsOfPrinting("src/verify/a.ts", text)).toEqual([
      `src/verify/a.ts prints by ${what}; src/cli/printer.ts does that for all`,
    ]);
    expect(faultsOfPrinting("src/cli/printer.ts", text)).toEqual([]);
    const inServer = faultsOfPrinting("src/server/workspace/a.ts", text);
    expect(inServer).toHaveLength(what === "the console" ? 0 : 1);
  });

  test("is not what others print, or what is only spoken of", () => {
    const text =
      'child.stdout.on("data", hear); // console.log(1)\nconnection.console.error("process.stdout");';
    expect(faultsOfPrinting("src/verify/a.ts", text)).toEqual([]);
  });
});
