import { describe, expect, test } from "vitest";
import {
  predictionWords,
  readEtas,
  spaceTimeFault,
  spaceTimeWords,
} from "../../../src/extension/evaluation-settings.js";
import { formatSpaceTime } from "../../../src/spacetime/index.js";

describe("a space-time that a user writes", () => {
  test.each([
    ["sgd(N = 10, E = 2, B = 5)", ["--sgd", "N=10,E=2,B=5,shuffle=same"]],
    [" sgd( B=1,N=3 , E=1, shuffle = reshuffled )", ["--sgd", "N=3,E=1,B=1,shuffle=reshuffled"]],
    ["gd(N = 4, T = 7)", ["--gd", "N=4,T=7"]],
  ])("%s becomes an option of the command", (text, words) => {
    expect(spaceTimeFault(text)).toBeUndefined();
    expect(spaceTimeWords(text)).toEqual(words);
  });

  test("may be what a file's verify block says", () => {
    const text = formatSpaceTime({ kind: "sgd", N: 6, E: 2, B: 3, shuffle: "reshuffled" });
    expect(spaceTimeWords(text)).toEqual(["--sgd", "N=6,E=2,B=3,shuffle=reshuffled"]);
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
    expect(spaceTimeFault(text)).toMatch(reason);
  });
});

describe("learning rates that a user writes", () => {
  test("stand between commas", () => {
    expect(readEtas("0.05, 1e-1")).toEqual([0.05, 0.1]);
  });

  test.each(["", "0.1,", "-0.1", "0", "a", "Infinity"])("%j are refused with a reason", (text) => {
    expect(readEtas(text)).toMatch(/positive/);
  });
});

describe("what a verify block predicts", () => {
  test.each([
    ["order 3", ["--order", "3"]],
    ["series 2", ["--series", "2"]],
    ["skew + pair", ["--diagram", "skew", "pair"]],
    ["order", ["--diagram", "order"]],
  ])("%s becomes options of the command", (predict, words) => {
    expect(predictionWords(predict)).toEqual(words);
  });
});
