import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it as test } from "vitest";
import { backends } from "../../../src/runs/index.js";
import { readSources, type Sources, stripSource } from "./imports.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const home = "src/runs/backends.ts";

/** Where the same words mean something else. */
const others: Readonly<Record<string, string>> = {
  "src/device/protocol.ts": "tfjs's own back ends",
  "src/engines/processor/threads.ts": "a controller of control groups",
  "src/engines/tensors/backends.ts": "tfjs's own back ends",
  "src/engines/tensors/engine.ts": "tfjs's own back ends",
  "src/engines/tensors/native.ts": "the library, whose version is told",
  "src/engines/tensors/record.ts": "tfjs's own back ends",
  "src/engines/tensors/serve.ts": "tfjs's own back ends",
  "src/engines/webgpu/dawn.ts": "the package",
  "src/engines/webgpu/main.ts": "the package, whose version is told",
};

/** Files in which an engine's name is a text of its own, or stands behind the option that takes it. */
function spellers(sources: Sources): string[] {
  const name = `(?:${backends.map(({ name }) => name).join("|")})`;
  const spelled = new RegExp(`(["'\`])${name}\\1|\\bbackend ${name}\\b`);
  return [...sources]
    .filter(([, text]) => spelled.test(stripSource(text, true)))
    .map(([path]) => path)
    .sort();
}

test("names of engines are spelled in one file", () => {
  const sources = readSources(root, ["src", "webview"]);
  expect(spellers(sources)).toEqual([home, ...Object.keys(others)].sort());
});

test("a name that is spelled anywhere else is found, and one in a comment is not", () => {
  const found = spellers(
    new Map([
      ["src/a.ts", 'open("webgpu");'],
      ["src/b.ts", "type Name = 'cpu';"],
      ["src/c.ts", "throw new Error(`use --backend cpu`);"],
      ["src/d.ts", '// "tfjs"\n/** `cpu` */\nconst cpu = "cpuid";'],
    ]),
  );
  expect(found).toEqual(["src/a.ts", "src/b.ts", "src/c.ts"]);
});
