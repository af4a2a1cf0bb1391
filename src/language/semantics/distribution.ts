import {
  type Argument,
  type Distribution as DistributionRecord,
  distributionNamed,
  distributions,
} from "../../landscape/index.js";
import type { DataSource } from "../../landscape/landscape.js";
import { counted } from "../../printable/index.js";
import type { Distribution, Variable } from "../generated/ast.js";
import { remarkOnName } from "../meanings.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { nearestWord, suggestion } from "../spelling.js";
import { constantValue, type SymbolMeaning } from "./expression.js";

/** The distributions whose arguments have probabilities. */
const weightedNames = distributions
  .filter(({ parameters }) => parameters === "outcomes")
  .map(({ name }) => name)
  .join("` and `");

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
  const record = distributionNamed(family);
  if (record === undefined) {
    const families = distributions.map(({ name: known }) => known);
    const meant = nearestWord(family, families);
    const forms = distributions.map(({ form }) => form).join(", ");
    problems.error(
      "bad-distribution",
      rangeOf(distribution, "family"),
      `there is no distribution \`${family}\`${suggestion(meant) || remarkOnName(family, families) || `; write ${forms}`}`,
      { data: { name: family, ...(meant === undefined ? {} : { suggestion: meant }) } },
    );
    return undefined;
  }
  const given = checkArguments(distribution, record, meaning, problems);
  const source = given && record.source(name, given);
  if (source === undefined || !("refusal" in source)) {
    return source;
  }
  const { refusal, argument, data } = source;
  const place = argument === undefined ? undefined : distribution.arguments[argument];
  problems.error(
    "bad-distribution",
    rangeOf(place ?? distribution),
    refusal,
    data === undefined ? {} : { data },
  );
  return undefined;
}

function checkArguments(
  distribution: Distribution,
  { parameters, form }: DistributionRecord,
  meaning: SymbolMeaning,
  problems: ProblemList,
): Argument[] | undefined {
  const { family } = distribution;
  const weighted = parameters === "outcomes";
  const wanted = weighted ? undefined : parameters.length;
  const count = distribution.arguments.length;
  if (wanted === undefined ? count === 0 : count !== wanted) {
    problems.error(
      "bad-distribution",
      rangeOf(distribution),
      `\`${family}\` takes ${wanted === undefined ? "at least 1 argument" : counted(wanted, "argument")}, not ${count}; write \`${form}\``,
    );
    return undefined;
  }
  const hasProbabilities = distribution.arguments.some(({ probability }) => probability !== undefined);
  const read: Argument[] = [];
  for (const argument of distribution.arguments) {
    const value = constantValue(argument.value, meaning, problems);
    const probability = argument.probability && constantValue(argument.probability, meaning, problems);
    if ((argument.probability !== undefined) !== (weighted && hasProbabilities)) {
      problems.error(
        "bad-distribution",
        rangeOf(argument),
        weighted
          ? `this value has no probability; write \`${form}\``
          : `only \`${weightedNames}\` gives probabilities with \`:\`; write \`${form}\``,
      );
    } else if (value !== undefined && (!hasProbabilities || probability !== undefined)) {
      read.push(probability === undefined ? { value } : { value, probability });
    }
  }
  return read.length === count ? read : undefined;
}
