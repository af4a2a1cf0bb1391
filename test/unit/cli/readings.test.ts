import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readObservable } from "../../../src/cli/readings.js";
import type { Landscape } from "../../../src/landscape/index.js";

const weights = ["u", "v", "long_name"];
const landscape = {
  name: "bowl",
  weights: weights.map((name) => ({ name, start: 0 })),
} as unknown as Landscape;

const space = fc.constantFrom("", " ", "  ", "\t");

describe("--observe", () => {
  test("is read with or without spaces around its words", () => {
    const scalar = fc.constantFrom("test_loss", "train_loss", "gen_gap");
    fc.assert(
      fc.property(scalar, space, space, (kind, before, behind) => {
        expect(readObservable(before + kind + behind, landscape)).toEqual({ name: kind, weights: [] });
      }),
    );
    const chosen = fc.shuffledSubarray([0, 1, 2], { minLength: 1 });
    fc.assert(
      fc.property(chosen, fc.array(space, { minLength: 12, maxLength: 12 }), (indices, spaces) => {
        const next = () => spaces.pop() ?? "";
        const names = indices.map((index) => next() + weights[index] + next()).join(",");
        const text = `${next()}displacement${next()}(${names})${next()}`;
        expect(readObservable(text, landscape)).toEqual({ name: "displacement", weights: indices });
      }),
    );
    expect(readObservable(" displacement ", landscape)).toEqual({
      name: "displacement",
      weights: [0, 1, 2],
    });
  });

  test.each([
    [
      "displacement()",
      /^--observe displacement\(\) has no weight between its parentheses; .* u, v, long_name$/,
    ],
    ["displacement ( )", /has no weight between its parentheses/],
    ["displacement(u,)", /has no weight behind u, after the comma/],
    ["displacement(u,,v)", /has no weight behind u, after the comma/],
    ["displacement( ,v)", /has no weight before its first comma/],
    ["displacement(w)", /landscape bowl has no weight w; it has u, v, long_name/],
    ["displacement(u, u)", /names u twice/],
    ["displacement(u", /is not known; it takes test_loss/],
    ["test loss", /--observe test loss is not known/],
    ["test_loss, gen_gap", /takes one observable, not 2; .* such as --observe test_loss$/],
    ["test_loss,gap", /--observe test_loss,gap is not known/],
    ["  ", /--observe "" is not known/],
  ])("%j says what is missing", (text, message) => {
    expect(() => readObservable(text, landscape)).toThrow(message);
  });
});
