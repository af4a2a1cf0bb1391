import { describe, expect, test } from "vitest";
import {
  parseFromGpuPage,
  parseGpuAnswer,
  parseToGpuPage,
  type ShaderJob,
} from "../../../src/device/index.js";

const job: ShaderJob = {
  kind: "shader",
  code: "fn f() {}",
  table: [0, 2 ** 32 - 1],
  state: 2,
  stored: 0,
  columns: 1,
  products: [],
  blocks: 3,
  descentBlocks: 3,
  epochs: 1,
  extraVisits: 0,
  checked: 0,
  trainLoss: false,
  seed: [1, 2],
};
const done = {
  trials: 2,
  count: 1,
  sums: [{ sum: "-1f", squares: "0" }],
  values: [[0.5, null]],
  seconds: 0.1,
};
const unsettled = { trials: [1], weights: [[0.5]], values: [[-1]] };
const found = { name: "NVIDIA H100", software: false, facts: [["driver", "570"]] };

describe("what a page is told", () => {
  const ask = (question: unknown) => ({ type: "ask", id: 0, question });

  test.each([
    ask({ name: "open", parameters: {} }),
    ask({ name: "load", parameters: job }),
    ask({ name: "run", parameters: { first: 2 ** 40, trials: 7, values: true } }),
    { type: "stop", id: 3 },
    { type: "release" },
  ])("is taken: %j", (message) => expect(parseToGpuPage(message)).toBe(message));

  test.each([
    undefined,
    "ready",
    { type: "toString" },
    { type: "stop" },
    { type: "stop", id: -1 },
    ask(undefined),
    ask({ name: "constructor", parameters: {} }),
    ask({ name: "load", parameters: { ...job, kind: "tensors" } }),
    ask({ name: "load", parameters: { ...job, table: [2 ** 32] } }),
    ask({ name: "load", parameters: { ...job, seed: [1] } }),
    ask({ name: "load", parameters: { ...job, epochs: 0.5 } }),
    ask({ name: "run", parameters: { first: 0, trials: Number.NaN } }),
    { ...ask({ name: "open", parameters: {} }), id: "0" },
  ])("is not taken: %j", (message) => expect(parseToGpuPage(message)).toBeUndefined());
});

describe("what a page says", () => {
  test.each([
    { type: "ready" },
    { type: "alive" },
    { type: "answer", id: 1, answer: null },
    { type: "refusal", id: 1, message: "no", lost: true },
  ])("is heard: %j", (message) => expect(parseFromGpuPage(message)).toBe(message));

  test.each([
    null,
    [],
    { type: "answer" },
    { type: "refusal", id: 1, message: "no" },
    { type: "refusal", id: 1, message: "x".repeat(2000), lost: true },
    { type: "hasOwnProperty", id: 1 },
  ])("is not heard: %j", (message) => expect(parseFromGpuPage(message)).toBeUndefined());

  test("answers what was asked", () => {
    expect(parseGpuAnswer("open", found)).toBe(found);
    expect(parseGpuAnswer("load", null)).toBeNull();
    expect(parseGpuAnswer("run", done)).toBe(done);
    const left = { ...done, unsettled };
    expect(parseGpuAnswer("run", left)).toBe(left);
  });

  test.each([
    ["open", null],
    ["open", { ...found, facts: [["driver"]] }],
    ["load", {}],
    ["run", found],
    ["run", { ...done, sums: [{ sum: "0x1f", squares: "0" }] }],
    ["run", { ...done, sums: [{ sum: "1".repeat(5000), squares: "0" }] }],
    ["run", { ...done, values: [[Number.NaN]] }],
    ["run", { ...done, unsettled: [1] }],
    ["run", { ...done, unsettled: { ...unsettled, trials: [-1] } }],
    ["run", { ...done, unsettled: { ...unsettled, weights: [[Number.NaN]] } }],
    ["run", { ...done, seconds: Number.POSITIVE_INFINITY }],
  ] as const)("does not answer %s by %j", (name, answer) => {
    expect(parseGpuAnswer(name, answer)).toBeUndefined();
  });
});
