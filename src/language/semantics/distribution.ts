import type { DataSource } from "../../landscape/landscape.js";
import type { Distribution, Variable } from "../generated/ast.js";
import { remarkOnName } from "../meanings.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { nearestWord, suggestion } from "../spelling.js";
import { constantValue, type SymbolMeaning } from "./expression.js";

const forms: Readonly<Record<string, string>> = {
  normal: "normal(mean, sd)",
  uniform: "uniform(lo, hi)",
  bernoulli: "bernoulli(p)",
  discrete: "discrete(-1: 2/3, 2: 1/3)",
};

/** How far from 1 a sum of probabilities may be by rounding. */
const probabilityTolerance = 1e-9;

interface Argument {
  readonly value: number;
  readonly probability?: number;
}

/** The source that a variable's distribution describes; `undefined` when it is broken, which then is reported. */
export function checkVariable(
  variable: Variable,
  meaning: SymbolMeaning,
  problems: ProblemList,
): DataSource | undefined {
  const { distribution, name }: { readonly distribution?: Distribution; readonly name: string } = variable;
  if (distribution === undefined) {
    return undefined;
  }
  const { family } = distribution;
  const form = Object.hasOwn(forms, family) ? forms[family] : undefined;
  if (form === undefined) {
    const families = Object.keys(forms);
    const meant = nearestWord(family, families);
    problems.error(
      "bad-distribution",
      rangeOf(distribution, "family"),
      `there is no distribution \`${family}\`${suggestion(meant) || remarkOnName(family, families) || `; write ${Object.values(forms).join(", ")}`}`,
      { data: { name: family, ...(meant === undefined ? {} : { suggestion: meant }) } },
    );
    return undefined;
  }
  const given = checkArguments(distribution, form, meaning, problems);
  if (!given) {
    return undefined;
  }
  const [first, second] = given.map((argument) => argument.value) as [number, number];
  const refuse = (index: number, message: string): undefined => {
    problems.error("bad-distribution", rangeOf(distribution.arguments[index] ?? distribution), message);
    return undefined;
  };
  switch (family) {
    case "normal":
      if (second < 0) {
        return refuse(1, `the standard deviation is ${second}; it cannot be negative`);
      }
      // Without deviation the datum is a constant, which discrete sums treat exactly.
      return second === 0
        ? { kind: "discrete", name, outcomes: [{ value: first, probability: 1 }] }
        : { kind: "normal", name, mean: first, deviation: second };
    case "uniform":
      return first < second
        ? { kind: "uniform", name, low: first, high: second }
        : refuse(0, `the low end ${first} is not below the high end ${second}`);
    case "bernoulli":
      return first >= 0 && first <= 1
        ? discrete(name, [
            { value: 1, probability: first },
            { value: 0, probability: 1 - first },
          ])
        : refuse(0, `${first} is no probability; it lies between 0 and 1`);
    default: {
      const outcomes = given.map(({ value, probability }) => ({ value, probability: probability! }));
      const bad = outcomes.findIndex(({ probability }) => probability < 0 || probability > 1);
      if (bad >= 0) {
        return refuse(bad, `${outcomes[bad]!.probability} is no probability; it lies between 0 and 1`);
      }
      const total = outcomes.reduce((sum, { probability }) => sum + probability, 0);
      if (Math.abs(total - 1) > probabilityTolerance) {
        problems.error(
          "bad-distribution",
          rangeOf(distribution),
          `the probabilities sum to ${Number(total.toPrecision(10))}, not to 1`,
          { data: { total, probabilities: outcomes.map(({ probability }) => probability) } },
        );
        return undefined;
      }
      // What rounding left is shared out, so that expectations of constants are exact.
      return discrete(
        name,
        outcomes.map(({ value, probability }) => ({ value, probability: probability / total })),
      );
    }
  }
}

function checkArguments(
  distribution: Distribution,
  form: string,
  meaning: SymbolMeaning,
  problems: ProblemList,
): Argument[] | undefined {
  const { family } = distribution;
  const weighted = family === "discrete";
  const wanted = weighted ? undefined : family === "bernoulli" ? 1 : 2;
  const count = distribution.arguments.length;
  if (wanted === undefined ? count === 0 : count !== wanted) {
    problems.error(
      "bad-distribution",
      rangeOf(distribution),
      `\`${family}\` takes ${wanted ?? "at least 1"} argument${wanted === 2 ? "s" : ""}, not ${count}; write \`${form}\``,
    );
    return undefined;
  }
  const read: Argument[] = [];
  for (const argument of distribution.arguments) {
    const value = constantValue(argument.value, meaning, problems);
    const probability = argument.probability && constantValue(argument.probability, meaning, problems);
    if ((argument.probability !== undefined) !== weighted) {
      problems.error(
        "bad-distribution",
        rangeOf(argument),
        weighted
          ? `this value has no probability; write \`${form}\``
          : `only \`discrete\` gives probabilities with \`:\`; write \`${form}\``,
      );
    } else if (value !== undefined && (!weighted || probability !== undefined)) {
      read.push(probability === undefined ? { value } : { value, probability });
    }
  }
  return read.length === count ? read : undefined;
}

/** Values that are given twice are one outcome; outcomes of no probability are none. */
function discrete(name: string, given: readonly { value: number; probability: number }[]): DataSource {
  const probabilities = new Map<number, number>();
  for (const { value, probability } of given) {
    if (probability > 0) {
      // Negative zero is zero.
      const key = value === 0 ? 0 : value;
      probabilities.set(key, (probabilities.get(key) ?? 0) + probability);
    }
  }
  return {
    kind: "discrete",
    name,
    outcomes: [...probabilities].map(([value, probability]) => ({ value, probability })),
  };
}
