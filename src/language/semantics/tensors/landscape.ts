import { largeLandscape } from "../../../evaluate/any-landscape.js";
import { dataNames, finiteForm, LandscapeError, withZeroLogarithms } from "../../../landscape/index.js";
import {
  describeShape,
  type TensorExpression,
  type TensorLandscape,
  TensorSizeError,
  type TensorSource,
  type TensorWeight,
  unfoldLandscape,
} from "../../../tensors/index.js";
import {
  isDataStatement,
  isLet,
  isLossStatement,
  isWeightsStatement,
  type LandscapeDeclaration,
  type Weight,
} from "../../generated/ast.js";
import { ProblemList, rangeOf } from "../../problem.js";
import type { LoadedTensor, ReadingProblem } from "../../read-sources.js";
import { type CheckedLandscape, checkCounts } from "../checked-landscape.js";
import type { SymbolMeaning } from "../expression.js";
import { LetFormulas } from "../lets.js";
import { checkNames, constantMeaning, type GivenParams, ParamValues } from "../params.js";
import { reportRoughness } from "../smoothness.js";
import { checkTensorData, type ReadData } from "./data.js";
import { shapesOf, tensorMeaning } from "./declared.js";
import { TensorMaker } from "./expression.js";
import { checkLabels } from "./labels.js";
import { type RowsOfStatement, warnOfRowsApart } from "./rows-apart.js";
import { checkShape } from "./shape.js";
import { checkStart } from "./starts.js";

/** What has been read of the files that a landscape names. */
export interface ReadFiles extends ReadData {
  tensor(path: string, tensor: string | undefined): LoadedTensor | ReadingProblem | "unread";
}

/** Checks a declaration of a landscape of tensors, and makes it: params inlined, every node with its shape. */
export function checkTensorLandscape(
  declaration: LandscapeDeclaration,
  read: ReadFiles,
  given?: GivenParams,
): CheckedLandscape {
  const problems = new ProblemList();
  checkNames(declaration, problems);
  const params = new ParamValues(declaration, problems, given);
  const constant = constantMeaning(params, problems);
  const shapes = shapesOf(params);
  const lets = new LetFormulas<TensorExpression>(problems);
  const maker = new TensorMaker(tensorMeaning(params, shapes, lets), constant, problems);
  const weights: TensorWeight[] = [];
  const data: TensorSource[] = [];
  const apart: RowsOfStatement[] = [];
  const losses: (TensorExpression | undefined)[] = [];
  let isUnread = false;
  for (const statement of declaration.statements) {
    if (isWeightsStatement(statement)) {
      for (const weight of statement.weights) {
        const checked = checkWeight(weight, constant, read, problems);
        isUnread ||= checked === "unread";
        weights.push(...(checked === undefined || checked === "unread" ? [] : [checked]));
      }
    } else if (isDataStatement(statement)) {
      const checked = checkTensorData(statement, constant, read, problems);
      isUnread ||= checked === "unread";
      const found = checked === "unread" ? [] : checked;
      data.push(...found);
      for (const source of found) {
        if (source.kind === "rows") {
          apart.push({ statement, rows: source.rows });
        }
      }
    } else if (isLossStatement(statement)) {
      const loss = maker.make(statement.value);
      losses.push(loss);
      if (loss !== undefined && loss.shape.length > 0) {
        problems.error(
          "shape",
          rangeOf(statement, "value"),
          `the loss has the shape ${describeShape(loss.shape)}, and a loss is a scalar; take its \`sum\` or \`mean\``,
        );
      }
    } else if (isLet(statement)) {
      const value = maker.make(statement.value);
      lets.set(statement, value && maker.named(statement.name, value));
    }
  }
  checkCounts(declaration, problems);
  warnOfRowsApart(apart, problems);
  const [loss] = losses;
  if (loss !== undefined && !isUnread) {
    checkLabels(maker.labels, data, problems);
  }
  if (loss === undefined || problems.hasErrors) {
    return { problems: problems.problems };
  }
  if (isUnread) {
    return { problems: problems.problems, isUnread };
  }
  return unfolded({ name: declaration.name, weights, data, loss }, declaration, problems);
}

/** With more entries of weights some evaluations take no second derivatives. */
const mostLookedAt = 50;

function unfolded(
  tensors: TensorLandscape,
  declaration: LandscapeDeclaration,
  problems: ProblemList,
): CheckedLandscape {
  try {
    const written = unfoldLandscape(tensors);
    const data = new Set(written.data.flatMap(dataNames));
    const value = {
      ...written,
      loss: withZeroLogarithms(finiteForm(written.loss), (name) => data.has(name)),
      tensors: tensors.weights.map(({ name, shape }) => ({ name, shape })),
      whole: tensors,
    };
    const statement = declaration.statements.find(isLossStatement)!;
    if (value.weights.length <= mostLookedAt) {
      reportRoughness(value, { loss: value.loss, places: new Map(), statement }, problems);
    }
    return { value, tensors, problems: problems.problems };
  } catch (error) {
    if (error instanceof TensorSizeError) {
      return { value: largeLandscape(tensors, error.message), tensors, problems: problems.problems };
    }
    if (!(error instanceof LandscapeError)) {
      throw error;
    }
    const loss = declaration.statements.find(isLossStatement)!;
    problems.error("bad-value", rangeOf(loss, "value"), error.message);
    return { problems: problems.problems };
  }
}

function checkWeight(
  weight: Weight,
  constant: SymbolMeaning,
  read: ReadFiles,
  problems: ProblemList,
): TensorWeight | "unread" | undefined {
  if (weight.isHyper || weight.interval !== undefined) {
    problems.error(
      "bad-value",
      rangeOf(weight),
      `\`${weight.name}\` is a hyper weight, and landscapes of tensors have none; make it a weight or a param`,
    );
  }
  const shape = checkShape(weight.shape, constant, problems);
  if (shape === undefined) {
    return undefined;
  }
  const start = checkStart(weight, shape, constant, read.tensor, problems);
  return start === undefined || start === "unread" ? start : { name: weight.name, shape, start };
}
