/** Errors of elementary functions in double precision, against numbers of many digits; those in single precision are in `test/unit/loops`. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { elementary } from "../../../src/compile/elementary.js";
import { fuseProducts } from "../../../src/compile/fused.js";
import { Interpreter } from "../../../src/compile/interpreter.js";
import { power } from "../../../src/compile/lower.js";
import { finishProgram, ProgramBuilder } from "../../../src/compile/program.js";
import { functionAccuracy, smallestShare } from "../../../src/engines/accuracy.js";
import { type ElementaryFunction, elementaryFunctions } from "../../../src/landscape/index.js";
import { type EntrywiseFunction, entrywiseValue } from "../../../src/tensors/index.js";
import { exactly, missFrom } from "../landscape/exact-values.js";
import {
  exponential,
  isLess,
  logarithm,
  numberOf,
  type Real,
  realOf,
  times,
} from "../landscape/many-digits.js";
import { doublesOf } from "./doubles.js";

/** A function's values by its instructions, as WebAssembly and compiled programs carry them out. */
function valuesOf(name: ElementaryFunction, points: readonly number[], fused: boolean): readonly number[] {
  const builder = new ProgramBuilder();
  const program = finishProgram(builder, [elementary[name](builder, builder.input(0))], 1);
  const interpreter = new Interpreter(fused ? fuseProducts(program) : program, points.length);
  interpreter.input(0)!.set(points);
  interpreter.run();
  return [...interpreter.output(0)];
}

const share = realOf(smallestShare);

/** Units in the last place at most, and where. */
function worstOf(
  name: EntrywiseFunction,
  points: readonly number[],
  exact: readonly (Real | number)[],
  values: readonly number[],
): { readonly units: number; readonly at: number } {
  let worst = { units: 0, at: Number.NaN };
  values.forEach((value, place) => {
    const wanted = exact[place]!;
    if (value === 0 && (name === "softplus" || name === "sigmoid") && typeof wanted !== "number") {
      expect(isLess(wanted, share), `${name}(${points[place]}) is 0`).toBe(true);
      return;
    }
    const units = missFrom(wanted, value, "double");
    worst = units > worst.units ? { units, at: points[place]! } : worst;
  });
  return worst;
}

describe("double precision", () => {
  const names: readonly EntrywiseFunction[] = [...elementaryFunctions, "tanhSlope"];

  test.each(names)("%s misses by no more than its table says", (name) => {
    const points = doublesOf(name);
    const exact = points.map((x) => exactly(name, x));
    const { double, reference } = functionAccuracy[name];
    const found = worstOf(
      name,
      points,
      exact,
      points.map((x) => entrywiseValue(name, x)),
    );
    expect(found.units, `in JavaScript at ${found.at}`).toBeLessThanOrEqual(reference);
    if (name === "tanhSlope") {
      expect(double).toBeUndefined();
      return;
    }
    for (const fused of [true, false]) {
      const { units, at } = worstOf(name, points, exact, valuesOf(name, points, fused));
      expect(units, `at ${at}, ${fused ? "fused" : "rounded twice"}`).toBeLessThanOrEqual(double!);
    }
  });
});

test("a real power in double precision misses by two units for each unit of its logarithm, and of one", () => {
  const builder = new ProgramBuilder();
  const [base, exponent] = [builder.input(0), builder.input(1)];
  const program = finishProgram(builder, [power(builder, base, exponent, elementary)], 2);
  const points = doublesOf("log").filter((x) => x > 0 && Number.isFinite(x));
  const exponents = points.map((x, place) => (((place * 37) % 400) - 200.3) / (Math.abs(Math.log(x)) + 0.3));
  const interpreter = new Interpreter(program, points.length);
  interpreter.input(0)!.set(points);
  interpreter.input(1)!.set(exponents);
  interpreter.run();
  let worst = 0;
  points.forEach((x, place) => {
    const logarithmOfPower = times(realOf(exponents[place]!), logarithm(realOf(x)));
    const units = missFrom(exponential(logarithmOfPower), interpreter.output(0)[place]!, "double");
    worst = Math.max(worst, units / (1 + Math.abs(numberOf(logarithmOfPower))));
  });
  expect(worst).toBeLessThan(2);
  expect(worst).toBeGreaterThan(0.5);
});

test("docs/engines.md has the table", () => {
  const page = readFileSync(new URL("../../../docs/engines.md", import.meta.url), "utf8");
  const cell = (units: number | undefined) => (units === undefined ? "–" : String(units));
  const rows = Object.entries(functionAccuracy).map(
    ([name, { double, reference, loop, shader }]) =>
      `| \`${name}\` | ${[double, reference, loop, shader].map(cell).join(" | ")} |`,
  );
  expect(page.match(/^\| `\w+` \|( [\d.–]+ \|){4}$/gm)).toEqual(rows);
});
