import { expect, test } from "vitest";
import { isAnswer, isInstallProgress, isRunnerEvent } from "../../../src/runner/answers.js";
import type { RunnerRequests } from "../../../src/runner/protocol.js";
import { header, point } from "./run-samples.js";

// What the editor takes of the runner's process, and what it does not believe.

const verify = {
  ...{ name: "v", own: true, landscape: "bowl", spacetime: "sgd(N = 1, E = 1, B = 1)", etas: [0.1] },
  ...{ observables: ["test_loss"], predict: null, sum: "exact" as const },
};
const description = {
  diagrams: [{ name: "d", own: true, diagram: "(0-1)(01)", edges: 1 }],
  landscapes: [{ name: "bowl", own: false, weights: ["w"] }],
  verifies: [verify],
};
const sound: { readonly [Name in keyof RunnerRequests]: RunnerRequests[Name]["answer"] } = {
  run: null,
  send: { folder: "/f" },
  watch: null,
  cancelWatched: { line: "it was cancelled" },
  describe: description,
  meaning: { meaning: "0" },
  enumerate: { diagrams: ["(0-1)(01)"] },
  examine: [{ engine: "cpu", works: true, facts: [["threads", "2"]] }],
  installRuntime: null,
};

/** A value in which one field, at any depth, is something else; with where that is. */
function* spoilt(value: unknown, path = ""): Generator<readonly [path: string, value: unknown]> {
  yield [path, typeof value === "object" && value !== null ? 1 : { strange: 1 }];
  if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      for (const [where, changed] of spoilt(inner, `${path}/${name}`)) {
        const copy = Array.isArray(value) ? [...value] : { ...value };
        yield [where, Object.assign(copy, { [name]: changed })];
      }
    }
  }
}

test.each(Object.entries(sound))(
  "an answer to %s is taken when every field is as it should be",
  (given, answer) => {
    const name = given as keyof RunnerRequests;
    expect(isAnswer(name, answer)).toBe(true);
    for (const [path, strange] of spoilt(answer)) {
      expect([path, isAnswer(name, strange)]).toEqual([path, false]);
    }
  },
);

test.each([
  ["started", { type: "started", header: header() }],
  ["point", { type: "point", point: point() }],
  ["told", { type: "told", line: "a task was submitted" }],
  ["ended", { type: "ended", state: "done", finished: 1 }],
])("what is told of a run, such as %s, is taken when every field is as it should be", (_, event) => {
  const told = { id: "1-a", event };
  expect(isRunnerEvent(told)).toBe(true);
  for (const [path, strange] of spoilt(told)) {
    expect([path, isRunnerEvent(strange)]).toEqual([path, false]);
  }
  expect(isRunnerEvent({ ...told, id: "../elsewhere" })).toBe(false);
});

test("a line of what is being installed is a text that is not long", () => {
  expect(isInstallProgress({ line: "one package" })).toBe(true);
  for (const strange of [undefined, null, {}, { line: 1 }, { line: "x".repeat(5000) }]) {
    expect(isInstallProgress(strange)).toBe(false);
  }
});
