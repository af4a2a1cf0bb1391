import { type AnyLandscape, isWritten } from "../../evaluate/any-landscape.js";
import { nodeCount } from "../../landscape/index.js";
import type { Observable } from "../../observables/index.js";
import type { Variant, VerifySpecification } from "../../verify/specification.js";
import { isParam, type LandscapeDeclaration, type WithChoice } from "../generated/ast.js";
import { type Checked, type ProblemList, type Range, rangeOf } from "../problem.js";
import { landscapeSymbols } from "../references/declared.js";
import { nearestName, suggestion } from "../spelling.js";
import { constantValue } from "./expression.js";
import type { GivenParams } from "./params.js";

/** The losses of all values of a `with` may have so many operations: each is made, and looked at, by itself. */
const mostOperations = 1_000_000;

/** What a landscape takes beside its loss, and what an observable does. */
const operationsOfEach = 50;

/** A param, and what it is to be, one run each. */
export interface GivenValues {
  readonly parameter: string;
  readonly values: readonly number[];
}

/** How a verify is at a value of a param. */
export interface VariantMaker {
  /** Whether anything is predicted there. */
  readonly predicts: boolean;
  landscape(given: GivenParams): Checked<AnyLandscape>;
  /** Without what is wrong with them at the declared value, which is told elsewhere. */
  observables(
    given: GivenParams,
    landscape: AnyLandscape,
  ): { value?: readonly Observable[]; problem?: string };
}

/** What a `with` says: the values, each with its place. */
export function readWithChoice(
  choice: WithChoice,
  problems: ProblemList,
): { parameter: string; values: { value: number; range: Range }[] } | undefined {
  const values: { value: number; range: Range }[] = [];
  const known = new Set<number>();
  let sound = true;
  for (const expression of choice.values) {
    const value = constantValue(expression, () => undefined, problems);
    const range = rangeOf(expression);
    if (value !== undefined && known.has(value)) {
      problems.error("bad-value", range, `${choice.parameter.$refText} = ${value} stands twice; remove one`);
      sound = false;
    } else if (value === undefined) {
      sound = false;
    } else {
      known.add(value);
      values.push({ value, range });
    }
  }
  return sound ? { parameter: choice.parameter.$refText, values } : undefined;
}

/** A param and its values, each with the place that is told of it. */
interface RunsOver {
  readonly parameter: string;
  readonly values: readonly { readonly value: number; readonly range: Range }[];
  /** Whether they were given beside the text. */
  readonly isGiven?: boolean;
}

/** The runs over a param, or nothing where one is broken, which is reported. */
export function checkOver(
  { parameter, values, isGiven = false }: RunsOver,
  landscape: LandscapeDeclaration,
  place: Range,
  maker: VariantMaker,
  problems: ProblemList,
): VerifySpecification["over"] {
  const symbols = landscapeSymbols(landscape);
  const params = symbols.filter(isParam).map(({ name }) => name);
  if (!params.includes(parameter)) {
    const meant = nearestName(parameter, params);
    const what = symbols.some(({ name }) => name === parameter)
      ? `\`${parameter}\` is no param of \`${landscape.name}\``
      : `\`${landscape.name}\` has no param \`${parameter}\``;
    const known = params.length === 0 ? "; it has none" : `; its params are ${params.join(", ")}`;
    // What the text does not say itself is told with where it is from.
    const from = isGiven ? `with ${parameter} = ${values.map(({ value }) => value).join(", ")}: ` : "";
    problems.error("unknown-symbol", place, `${from}${what}${suggestion(meant) || known}`, {
      data: { name: parameter, ...(meant === undefined ? {} : { suggestion: meant }) },
    });
    return undefined;
  }
  const made = ({ value, range }: { value: number; range: Range }): Variant[] => {
    const given = new Map([[parameter, value]]);
    const refuse = (reason: string): [] => {
      problems.error("bad-value", range, `with ${parameter} = ${value}: ${reason}`);
      return [];
    };
    const checked = maker.landscape(given);
    if (checked.value === undefined) {
      const error = checked.problems.find(({ severity }) => severity === "error");
      return error === undefined ? [] : refuse(error.message);
    }
    const rough = checked.problems.find(
      ({ severity, code }) => severity === "warning" && code === "not-smooth",
    );
    if (rough !== undefined && maker.predicts) {
      problems.warning(rough.code, range, `with ${parameter} = ${value}: ${rough.message}`);
    }
    const { value: observables, problem } = maker.observables(given, checked.value);
    return observables === undefined
      ? refuse(problem ?? "what is observed is broken")
      : [{ value, landscape: checked.value, observables }];
  };
  const [first, ...others] = values;
  const variants = first === undefined ? [] : made(first);
  const most = variants[0] && Math.max(1, Math.floor(mostOperations / operationsOf(variants[0])));
  if (most !== undefined && values.length > most) {
    const words = `${values.length} values of \`${parameter}\` are more than are checked of such a loss`;
    problems.error(
      "bad-value",
      place,
      `${words}; give at most ${most}, or cut them into several verify blocks`,
    );
    return undefined;
  }
  variants.push(...others.flatMap(made));
  return variants.length === values.length ? { parameter, variants } : undefined;
}

/** About how many operations making a landscape and its observables for a value takes. */
function operationsOf({ landscape, observables }: Variant): number {
  const loss = isWritten(landscape) ? nodeCount(landscape.loss) : 0;
  return loss + operationsOfEach * (1 + observables.length);
}
