import { expect, test } from "vitest";
import { areParameters } from "../../../src/runner/parameters.js";
import type { RunnerRequests } from "../../../src/runner/protocol.js";

// What the runner's process takes of the editor, and what it refuses before anything is done with it.

const source = { uri: "file:///w/a.diag", path: "/w/a.diag", text: "", folders: ["file:///w"] };
const order = {
  kind: "verification",
  source,
  target: { kind: "verify", name: "v" },
  id: "1",
  checkpoints: "/c",
};
const sound: { readonly [Name in keyof RunnerRequests]: Record<string, unknown> } = {
  run: order,
  send: { ...order, cluster: { directory: "/d", node: "/n", options: { processors: 1 } } },
  watch: { id: "1", folder: "/f" },
  cancelWatched: { id: "1", folder: "/f" },
  describe: { source },
  meaning: { kind: "verification", source, target: { kind: "verify", name: "v" } },
  enumerate: { edges: 2, irreducible: true, pathCondition: false },
  examine: { only: "cpu" },
  installRuntime: { folder: "/f" },
};

test.each(Object.entries(sound))(
  "%s is taken when it has what it needs, and only then",
  (given, parameters) => {
    const name = given as keyof RunnerRequests;
    expect(areParameters(name, parameters)).toBe(true);
    for (const strange of [undefined, null, 1, "x", []]) {
      expect(areParameters(name, strange)).toBe(false);
    }
    for (const field of Object.keys(parameters).filter((one) => !["checkpoints", "only"].includes(one))) {
      expect(areParameters(name, { ...parameters, [field]: undefined }), field).toBe(false);
      expect(areParameters(name, { ...parameters, [field]: { strange: 1 } }), field).toBe(false);
    }
  },
);
