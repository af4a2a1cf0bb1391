import { describe, expect, test } from "vitest";
import {
  faultOf,
  readEdges,
  readEtas,
  readSpaceTime,
  readTrials,
} from "../../../src/extension/commands/typed-values.js";
import { formatSpaceTime } from "../../../src/spacetime/index.js";

describe("a space-time that a user writes", () => {
  test.each([
    ["sgd(N = 10, E = 2, B = 5)", { kind: "sgd", N: 10, E: 2, B: 5, shuffle: "same" }],
    [" sgd( B=1,N=3 , E=1, shuffle = reshuffled )", { kind: "sgd", N: 3, E: 1, B: 1, shuffle: "reshuffled" }],
    ["sgd(10, 2, 5)", { kind: "sgd", N: 10, E: 2, B: 5, shuffle: "same" }],
    ["gd(N = 4, T = 7)", { kind: "gd", N: 4, T: 7 }],
  ])("%s is read", (text, value) => expect(readSpaceTime(text)).toEqual({ value }));

  test("may be what a file's verify block says", () => {
    const value = { kind: "sgd", N: 6, E: 2, B: 3, shuffle: "reshuffled" } as const;
    expect(readSpaceTime(formatSpaceTime(value))).toEqual({ value });
  });

  test.each([
    ["", /Write sgd/],
    ["sgd(N = 10)", /Write sgd/],
    ["gd(N = 4, T = 7, B = 1)", /Write sgd/],
    ["sgd(N = 10, N = 10, E = 1, B = 1)", /Write sgd/],
    ["sgd(N = 10, E = 1, B = 3)", /does not divide/],
    ["sgd(N = 0, E = 1, B = 1)", /not a positive whole number/],
    ["sgd(N = 2, E = 1, B = 1, shuffle = never)", /same or reshuffled/],
    ["sgd(N = 1e9x, E = 1, B = 1)", /not a positive whole number/],
  ])("%j is refused with a reason", (text, reason) => {
    expect(faultOf(readSpaceTime(text))).toMatch(reason);
  });
});

describe("learning rates that a user writes", () => {
  test("stand between commas", () => expect(readEtas("0.05, 1e-1")).toEqual({ value: [0.05, 0.1] }));

  test.each(["", "0.1,", "-0.1", "0", "a", "Infinity"])("%j are refused with a reason", (text) => {
    expect(faultOf(readEtas(text))).toMatch(/positive/);
  });

  test("are refused when one is there twice", () => {
    expect(faultOf(readEtas("0.1, 0.2, 1e-1"))).toMatch(/0\.1 is there twice/);
  });
});

describe("trials that a user writes", () => {
  test.each([
    ["100000", 100_000],
    [" 1e5 ", 100_000],
    ["200 000", 200_000],
    ["1,234,567", 1_234_567],
    ["1", 1],
  ])("%j are read", (text, value) => expect(readTrials(text, 1e9)).toEqual({ value }));

  test.each(["", "0", "-5", "1.5", "1,5", "many", "0x10", "1e300"])("%j are refused", (text) => {
    expect(faultOf(readTrials(text, 1e9))).toMatch(/whole number/);
  });

  test("are not more than the setting allows", () => {
    expect(readTrials("1000", 1000)).toEqual({ value: 1000 });
    expect(faultOf(readTrials("1001", 1000))).toContain("diag.engine.maximumTrials");
  });
});

describe("a number of edges", () => {
  test("is from 1 to 8", () => {
    expect([readEdges("1"), readEdges(" 8 ")]).toEqual([{ value: 1 }, { value: 8 }]);
    for (const text of ["0", "9", "", "2.5", "-1", "three"]) {
      expect(faultOf(readEdges(text))).toContain("1 to 8");
    }
  });
});
