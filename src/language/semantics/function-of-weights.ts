import { type AnyLandscape, EvaluationError, functionExpansion } from "../../evaluate/index.js";
import type { Expression as Formula } from "../../landscape/expression.js";
import { finiteForm, symbolsOf } from "../../landscape/index.js";
import { monomialCount } from "../../landscape/monomials.js";
import { findObservable, type Observable } from "../../observables/index.js";
import { isSymbolReference, type LandscapeDeclaration, type ObservableChoice } from "../generated/ast.js";
import { ProblemList, rangeOf } from "../problem.js";
import type { ObserveContext } from "./checked-landscape.js";
import { constantValue, excerpt, FormulaMaker } from "./expression.js";
import { weightsMeaning } from "./landscape.js";
import { sizeProblem } from "./lets.js";
import type { GivenParams } from "./params.js";
import { makeTensorFunction } from "./tensors/function-of-weights.js";
import { isOfTensors } from "./tensors/kind.js";

/** Reads a function of the weights that is observed; `undefined` when it is broken, which is reported. */
export function checkFunction(
  node: ObservableChoice,
  landscape: LandscapeDeclaration,
  context: ObserveContext,
  problems: ProblemList,
  given?: GivenParams,
): Observable | undefined {
  const { name } = node;
  if (isStatement(node)) {
    problems.error(
      "bad-value",
      rangeOf(node, "name"),
      `\`${name}\` is a statement and no observable: statements stand one by one; remove the comma before it`,
    );
    return undefined;
  }
  if (findObservable(name) !== undefined) {
    problems.error(
      "bad-value",
      rangeOf(node, "name"),
      `\`${name}\` is an observable already; give this function another name`,
    );
    return undefined;
  }
  const formula = isOfTensors(landscape)
    ? ofTensors(node, landscape, context, problems, given)
    : new FormulaMaker(weightsMeaning(landscape, problems, given), problems).make(node.value);
  if (formula === undefined) {
    return undefined;
  }
  const place = rangeOf(node, "value");
  const size = sizeProblem(formula, `\`${name}\``);
  if (size !== undefined) {
    problems.error("bad-value", place, size);
    return undefined;
  }
  if (symbolsOf(formula).size === 0) {
    problems.error(
      "bad-value",
      place,
      `\`${excerpt(node.value!)}\` is the same wherever descent ends; write a function of the weights`,
    );
    return undefined;
  }
  return { name, weights: [], value: finiteForm(formula) };
}

/** Words of a verify behind which a constant stands. */
const settings: ReadonlySet<string> = new Set(["eta", "trials", "seed", "test_points", "samples"]);
const modes: ReadonlySet<string> = new Set(["sum", "measure"]);

/** Whether what stands in a list of observables is the next statement: a constant is no function of the weights. */
export function isStatement({ name, value }: ObservableChoice): boolean {
  return settings.has(name)
    ? constantValue(value, () => undefined, new ProblemList()) !== undefined
    : modes.has(name) && value !== undefined && isSymbolReference(value) && value.symbol?.ref === undefined;
}

function ofTensors(
  node: ObservableChoice,
  declaration: LandscapeDeclaration,
  context: ObserveContext,
  problems: ProblemList,
  given: GivenParams | undefined,
): Formula | undefined {
  const { tensors } = given ? context.landscapeWith(declaration, given) : context.landscape(declaration);
  return tensors && makeTensorFunction(node, declaration, tensors, problems, given);
}

/** So many derivatives are looked at before anybody asks for them. */
const mostChecked = 2000;

/** Says at once where a function has not the derivatives that a prediction takes. @param order its last. */
export function checkSmoothness(
  node: ObservableChoice,
  { name, value }: Observable,
  { weights }: AnyLandscape,
  order: number,
  problems: ProblemList,
): void {
  let checked = Math.max(order, 1);
  while (checked > 0 && !(monomialCount(weights.length, checked) <= mostChecked)) {
    checked--;
  }
  try {
    functionExpansion({ name, value: value! }, weights, { order: checked });
  } catch (error) {
    if (!(error instanceof EvaluationError)) {
      throw error;
    }
    problems.error("bad-value", rangeOf(node, "value"), error.message);
  }
}
