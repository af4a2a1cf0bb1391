import type { Expression as Formula } from "../../../landscape/expression.js";
import {
  describeShape,
  type TensorLandscape,
  TensorSizeError,
  unfoldFunctions,
} from "../../../tensors/index.js";
import { isWeight, type LandscapeDeclaration, type ObservableChoice } from "../../generated/ast.js";
import { type ProblemList, rangeOf } from "../../problem.js";
import { describeSymbol, type GivenParams } from "../params.js";
import { DeclaredExpressions } from "./declared.js";
import { TensorMaker } from "./expression.js";
import { checkLabels } from "./labels.js";

/** A function of the weights that is observed, written out; `undefined` when it is broken, which is reported. */
export function makeTensorFunction(
  node: ObservableChoice,
  declaration: LandscapeDeclaration,
  tensors: TensorLandscape,
  problems: ProblemList,
  given?: GivenParams,
): Formula | undefined {
  const declared = new DeclaredExpressions(declaration, given);
  const maker = new TensorMaker(
    (symbol, place) => {
      const value = declared.meaning(symbol, place);
      const datum = value && declared.datumIn(value);
      if (datum === undefined) {
        return value;
      }
      problems.error(
        "unknown-symbol",
        rangeOf(place),
        isWeight(symbol) || datum === symbol.name
          ? `\`${datum}\` is ${describeSymbol(symbol)}; what is observed is a function of weights and params alone`
          : `\`${symbol.name}\` has \`${datum}\` in it, which is no weight; what is observed is a function of weights and params alone`,
      );
      return undefined;
    },
    declared.constantMeaning(problems),
    problems,
  );
  const made = maker.make(node.value);
  if (made === undefined) {
    return undefined;
  }
  if (made.shape.length > 0) {
    problems.error(
      "shape",
      rangeOf(node, "value"),
      `\`${node.name}\` has the shape ${describeShape(made.shape)}, and what is observed is one number; take a \`sum\` or an entry`,
    );
    return undefined;
  }
  const before = problems.problems.length;
  checkLabels(maker.labels, [], problems);
  if (problems.problems.length > before) {
    return undefined;
  }
  try {
    return unfoldFunctions(tensors, [made])[0]![0]!;
  } catch (error) {
    if (!(error instanceof TensorSizeError)) {
      throw error;
    }
    problems.error("bad-value", rangeOf(node, "value"), error.message);
    return undefined;
  }
}
