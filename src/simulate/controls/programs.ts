import { elementary } from "../../compile/elementary.js";
import { lowerExpression } from "../../compile/lower.js";
import type { ProgramBuilder, Value } from "../../compile/program.js";
import { steppedDown } from "../../compile/step.js";
import type { ControlFit, ControlledState } from "./model.js";
import { variablesOf } from "./model.js";
import { hornerOf, monomialCount } from "./polynomials.js";

/** The state of a trial as values of a program. */
export interface StateValues {
  readonly weights: readonly Value[];
  readonly sums: readonly Value[];
  readonly trends: readonly Value[];
}

/** A row of step constants as values of a program. */
export interface RowValues {
  readonly trend: Value;
  /** For each variable. */
  readonly scales: readonly Value[];
  readonly shifts: readonly Value[];
  /** For each number. */
  readonly coefficients: readonly (readonly Value[])[];
}

/** How long a row is. */
export function rowWidth(
  state: ControlledState,
  { degree, numbers }: Pick<ControlFit, "degree" | "numbers">,
): number {
  const variables = variablesOf(state);
  return 1 + 2 * variables + numbers * monomialCount(variables, degree);
}

/** The parts of a row. */
export function rowValues(
  state: ControlledState,
  { degree, numbers }: Pick<ControlFit, "degree" | "numbers">,
  row: readonly Value[],
): RowValues {
  const variables = variablesOf(state);
  const monomials = monomialCount(variables, degree);
  const part = (number: number) => row.slice(1 + number * variables, 1 + (number + 1) * variables);
  const first = 1 + 2 * variables;
  return {
    trend: row[0]!,
    scales: part(0),
    shifts: part(1),
    coefficients: Array.from({ length: numbers }, (_, number) =>
      row.slice(first + number * monomials, first + (number + 1) * monomials),
    ),
  };
}

/** The sums after an update, of which the sums of features over the batch are these. */
export function carriedOn(
  builder: ProgramBuilder,
  before: StateValues,
  features: readonly Value[],
  trend: Value,
): Pick<StateValues, "sums" | "trends"> {
  return {
    sums: before.sums.map((sum, number) => builder.add(sum, features[number]!)),
    trends: before.trends.map((sum, number) => builder.add(sum, builder.multiply(trend, features[number]!))),
  };
}

/** What the polynomials are of. */
function variablesAt(
  { hasWeights }: ControlledState,
  { weights, sums, trends }: StateValues,
): readonly Value[] {
  return [...(hasWeights ? weights : []), ...sums, ...trends];
}

function scaled(
  builder: ProgramBuilder,
  variables: readonly Value[],
  { scales, shifts }: RowValues,
): readonly Value[] {
  return variables.map((value, variable) =>
    builder.add(builder.multiply(value, scales[variable]!), shifts[variable]!),
  );
}

/** A polynomial for each number at scaled variables. */
function polynomialsAt(
  builder: ProgramBuilder,
  degree: number,
  variables: readonly Value[],
  { coefficients }: RowValues,
): readonly Value[] {
  return coefficients.map((own) => {
    let next = 0;
    return hornerOf(builder, variables, degree, () => own[next++]!);
  });
}

/** What the polynomials are after an update, and whether the state is in their box. */
export function afterUpdate(
  builder: ProgramBuilder,
  state: ControlledState,
  { degree, box }: Pick<ControlFit, "degree" | "box">,
  after: StateValues,
  row: RowValues,
): { readonly polynomials: readonly Value[]; readonly isInside: Value } {
  const variables = variablesAt(state, after);
  const inside = variables.flatMap((value, variable) => [
    builder.lessOrEqual(builder.constant(box[variable]!.low), value),
    builder.lessOrEqual(value, builder.constant(box[variable]!.high)),
  ]);
  return {
    polynomials: polynomialsAt(builder, degree, scaled(builder, variables, row), row),
    isInside: inside.reduce((all, one) => builder.and(all, one)),
  };
}

/** The expectations of the polynomials after an update, as they are known before it. */
export function beforeUpdate(
  builder: ProgramBuilder,
  state: ControlledState,
  { degree, law }: Pick<ControlFit, "degree" | "law">,
  before: StateValues,
  row: RowValues,
): readonly Value[] {
  let expectations: readonly Value[] = [];
  for (const [node, weight] of law.weights.entries()) {
    const features = law.values.map((points) => builder.constant(points[node]!));
    const sums = law.values.map((points) => builder.constant(state.batch * points[node]!));
    const after = {
      weights: state.hasWeights ? steppedAt(builder, state, before, features) : before.weights,
      ...carriedOn(builder, before, sums, row.trend),
    };
    const own = polynomialsAt(builder, degree, scaled(builder, variablesAt(state, after), row), row).map(
      (value) => builder.multiply(builder.constant(weight), value),
    );
    expectations = node === 0 ? own : own.map((value, number) => builder.add(expectations[number]!, value));
  }
  return expectations;
}

/** The weights after an update whose batch has these means of features. */
function steppedAt(
  builder: ProgramBuilder,
  { names, slopes, step, features: own }: ControlledState,
  { weights }: StateValues,
  features: readonly Value[],
): readonly Value[] {
  const symbols = new Map([
    ...names.map((name, weight) => [name, weights[weight]!] as const),
    ...own.map(({ symbol }, number) => [symbol, features[number]!] as const),
  ]);
  return slopes.map((slope, weight) =>
    steppedDown(builder, weights[weight]!, lowerExpression(builder, slope, symbols, elementary), step),
  );
}
