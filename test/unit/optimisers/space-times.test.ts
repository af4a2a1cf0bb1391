import { describe, expect, test } from "vitest";
import {
  formatSpaceTime,
  gradientDescent,
  optimisers,
  readArguments,
  scheduleOf,
  spaceTimeOf,
  spaceTimeProblem,
  stepSize,
  stochasticGradientDescent,
  updates,
} from "../../../src/optimisers/index.js";

const sgd = (parameters: Record<string, number | string>) =>
  spaceTimeOf(stochasticGradientDescent, parameters);

describe("a space-time", () => {
  test("is data: what JSON gives back means the same", () => {
    const spacetime = sgd({ N: 10, E: 2, B: 5, shuffle: "reshuffled" });
    expect(spacetime).toEqual({ optimiser: "sgd", parameters: { N: 10, E: 2, B: 5, shuffle: "reshuffled" } });
    expect(scheduleOf(JSON.parse(JSON.stringify(spacetime)))).toEqual({
      points: 10,
      batch: 5,
      epochs: 2,
      order: "reshuffled",
    });
  });

  test("is written as a file writes it, without choices by default", () => {
    expect(formatSpaceTime(sgd({ N: 10, E: 2, B: 5 }))).toBe("sgd(N = 10, E = 2, B = 5)");
    expect(formatSpaceTime(sgd({ N: 4, E: 1, B: 1, shuffle: "reshuffled" }))).toBe(
      "sgd(N = 4, E = 1, B = 1, shuffle = reshuffled)",
    );
    expect(formatSpaceTime(spaceTimeOf(gradientDescent, { N: 3, T: 4 }))).toBe("gd(N = 3, T = 4)");
  });

  test("of gradient descent has every cell, one batch an update", () => {
    const schedule = scheduleOf(spaceTimeOf(gradientDescent, { N: 3, T: 4 }));
    expect(schedule).toEqual({ points: 3, batch: 3, epochs: 4, order: "same" });
    expect(updates(schedule)).toBe(4);
  });

  test("goes the share of its learning rate that it says, and says nothing of all of it", () => {
    const third = sgd({ N: 10, E: 2, B: 5, rate: 1 / 3 });
    expect(stepSize(third, 0.3)).toBe(0.3 * (1 / 3));
    expect(formatSpaceTime(third)).toBe("sgd(N = 10, E = 2, B = 5, rate = 1/3)");
    expect(formatSpaceTime(sgd({ N: 1, E: 1, B: 1, rate: Math.SQRT1_2 }))).toBe(
      `sgd(N = 1, E = 1, B = 1, rate = ${Math.SQRT1_2})`,
    );
    expect(sgd({ N: 1, E: 1, B: 1, rate: 1 })).toEqual(sgd({ N: 1, E: 1, B: 1 }));
    expect(stepSize(sgd({ N: 1, E: 1, B: 1 }), 0.3)).toBe(0.3);
  });

  test.each([
    [sgd({ N: 1, E: 1, B: 1, rate: 0 }), "rate = 0 is not a positive number; write one, such as rate = 1/3"],
    [sgd({ N: 1, E: 1, B: 1, rate: Infinity }), /^rate = inf is not a positive number; write one, /],
    [sgd({ N: 10, E: 1, B: 3 }), "B = 3 does not divide N = 10; choose a batch size that does"],
    [sgd({ N: 0, E: 1, B: 1 }), /^N = 0 is not a positive whole number up to 9007199254740991; write one, /],
    [sgd({ N: 2, E: 1 }), /^B = NaN is not a positive whole number/],
    [sgd({ N: 2, E: 1, B: 1, shuffle: "never" }), "shuffle = never is not known; it is same or reshuffled"],
    [{ optimiser: "adam", parameters: {} }, "there is no optimiser adam; choose sgd or gd"],
  ])("that is wrong is told so: %j", (spacetime, problem) => {
    const found = spaceTimeProblem(spacetime)!;
    expect(found).toMatch(problem);
    expect(found).not.toContain("\n");
  });

  test("of an optimiser that is not there has no schedule", () => {
    expect(() => scheduleOf({ optimiser: "adam", parameters: {} })).toThrow("there is no optimiser adam");
  });
});

describe("records", () => {
  test.each(optimisers)("$name has examples that are sound", (record) => {
    for (const values of [record.example, ...record.smallExamples]) {
      expect(spaceTimeProblem(spaceTimeOf(record, values))).toBeUndefined();
    }
  });

  test.each(optimisers)("$name has no name twice", (record) => {
    const names = record.parameters.flatMap((one) => [
      one.name,
      ...(one.kind === "choice" ? one.options.map(({ name }) => name) : []),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("arguments as texts", () => {
  const read = (...given: [name: string | undefined, text: string][]) =>
    readArguments(
      stochasticGradientDescent,
      given.map(([name, text]) => ({ name, text })),
    );

  test("are read by name or by place", () => {
    const expected = { value: sgd({ N: 10, E: 2, B: 5, shuffle: "reshuffled" }) };
    expect(read(["shuffle", "reshuffled"], ["B", "5"], ["N", "10"], ["E", "2"])).toEqual(expected);
    expect(read([undefined, "10"], [undefined, "2"], [undefined, "5"], ["shuffle", "reshuffled"])).toEqual(
      expected,
    );
  });

  test("are fractions too", () => {
    const read = (text: string) =>
      readArguments(gradientDescent, [
        { name: "N", text: "2" },
        { name: "T", text: "4/2" },
        { name: "rate", text },
      ]);
    expect(read("1/3")).toEqual({ value: spaceTimeOf(gradientDescent, { N: 2, T: 2, rate: 1 / 3 }) });
    for (const text of ["1/", "/3", "1/2/3", "1/0", "x", "-1/3"]) {
      expect(read(text), text).toMatchObject({ fault: { problem: expect.stringMatching(/^rate = /) } });
    }
  });

  test("have one fault, the first of what is there before what is missing", () => {
    expect(read(["N", "1"], ["X", "1"])).toMatchObject({
      fault: { kind: "argument", place: { kind: "unknown", name: "X" } },
    });
    expect(read(["N", "1"], ["N", "1"])).toMatchObject({
      fault: { kind: "argument", place: { kind: "repeated" } },
    });
    expect(read([undefined, "1"], [undefined, "1"], [undefined, "1"], [undefined, "1"])).toMatchObject({
      fault: { kind: "argument", place: { kind: "surplus" } },
    });
    expect(read(["N", "1"])).toMatchObject({ fault: { kind: "missing", parameter: { name: "E" } } });
    expect(read(["N", "1"], ["E", "1"], ["B", "1"], ["shuffle", "x"])).toMatchObject({
      fault: { kind: "option", text: "x", parameter: { name: "shuffle" } },
    });
    expect(read(["N", "1"], ["E", "1"], ["B", "2"])).toEqual({
      fault: { kind: "problem", problem: "B = 2 does not divide N = 1; choose a batch size that does" },
    });
  });
});
