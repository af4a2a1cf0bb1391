import type { Expression } from "../../landscape/expression.js";
import { dataNames, finiteForm, symbolsOf, withZeroLogarithms } from "../../landscape/index.js";
import type { DataSource, Weight } from "../../landscape/landscape.js";
import { counted } from "../../printable/index.js";
import {
  type DataStatement,
  isDataStatement,
  isLet,
  isLossStatement,
  isParam,
  isWeightsStatement,
  type LandscapeDeclaration,
  type Let,
  type LossStatement,
  type Param,
} from "../generated/ast.js";
import { ProblemList, type Range, rangeOf } from "../problem.js";
import type { LoadedTable } from "../read-sources.js";
import { weightNames } from "../references/declared.js";
import { type CheckedLandscape, checkCounts } from "./checked-landscape.js";
import { numberOf } from "./constant.js";
import { checkVariable } from "./distribution.js";
import { constantValue, FormulaMaker, type PlacesOfFormulas, type SymbolMeaning } from "./expression.js";
import { checkInterval } from "./hyper.js";
import { LetFormulas, sizeProblem } from "./lets.js";
import { reportMissingColumns } from "./missing-columns.js";
import { checkNames, constantMeaning, describeSymbol, type GivenParams, ParamValues } from "./params.js";
import { reportRoughness } from "./smoothness.js";
import { isOfTensors } from "./tensors/kind.js";
import { checkTensorLandscape, type ReadFiles } from "./tensors/landscape.js";
import { checkWhole } from "./tensors/shape.js";

/** Checks a declaration whose syntax is sound, and makes its landscape: params inlined, constants folded. */
export function checkLandscape(
  declaration: LandscapeDeclaration,
  read: ReadFiles,
  given?: GivenParams,
): CheckedLandscape {
  if (isOfTensors(declaration)) {
    return checkTensorLandscape(declaration, read, given);
  }
  const problems = new ProblemList();
  checkNames(declaration, problems);
  const params = new ParamValues(declaration, problems, given);
  const constant = constantMeaning(params, problems);

  const lets = new LetFormulas(problems);
  const places: PlacesOfFormulas = new Map();
  const maker = new FormulaMaker(variableMeaning(params, lets), problems, undefined, places);
  const weights: Weight[] = [];
  const sources: DataSource[] = [];
  const losses: LossStatement[] = [];
  const formulas: (Expression | undefined)[] = [];
  let isUnread = false;
  for (const statement of declaration.statements) {
    if (isWeightsStatement(statement)) {
      for (const weight of statement.weights) {
        const start = constantValue(weight.start, constant, problems);
        const interval = checkInterval(weight, start, constant, problems);
        weights.push({
          name: weight.name,
          start: start ?? 0,
          ...(interval === undefined ? {} : { interval }),
        });
      }
    } else if (isDataStatement(statement)) {
      const checked = checkData(statement, constant, read.table, problems);
      isUnread ||= checked === "unread";
      sources.push(...(checked === "unread" ? [] : checked));
    } else if (isLossStatement(statement)) {
      losses.push(statement);
      formulas.push(maker.make(statement.value));
    } else if (isLet(statement)) {
      lets.set(statement, maker.make(statement.value));
    }
  }
  checkCounts(declaration, problems);
  const [loss] = formulas;
  const size = loss && sizeProblem(loss);
  if (size !== undefined) {
    problems.error("bad-value", rangeOf(losses[0]!), size);
  }
  if (loss === undefined || problems.hasErrors) {
    return { problems: problems.problems };
  }
  if (isUnread) {
    return { problems: problems.problems, isUnread };
  }
  const data = new Set(sources.flatMap(dataNames));
  const finite = withZeroLogarithms(finiteForm(loss), (name) => data.has(name));
  const value = { name: declaration.name, weights, data: sources, loss: finite };
  reportRoughness(value, { loss, places, statement: losses[0]! }, problems);
  return { value, problems: problems.problems };
}

/** A loss as it is written, with the lets it is made of: their names stand in it. */
export interface WrittenLoss {
  readonly loss: Expression;
  readonly lets: readonly { readonly name: string; readonly formula: Expression }[];
}

/** The loss of a sound landscape as it is written; params are replaced by their values. */
export function writtenLoss(declaration: LandscapeDeclaration): WrittenLoss | undefined {
  const problems = new ProblemList();
  const params = new ParamValues(declaration, problems);
  const maker = new FormulaMaker((symbol) => {
    if (!isParam(symbol)) {
      return { kind: "symbol", name: symbol.name };
    }
    const value = params.value(symbol);
    return value === undefined ? undefined : numberOf(value);
  }, problems);
  const loss = maker.make(declaration.statements.find(isLossStatement)?.value);
  const lets = declaration.statements.filter(isLet).flatMap(({ name, value }) => {
    const formula = maker.make(value);
    return formula === undefined ? [] : [{ name, formula }];
  });
  return loss && { loss, lets };
}

/** A landscape's params and lets; what is wrong with them is told elsewhere. */
function paramsAndLets(
  declaration: LandscapeDeclaration,
  given?: GivenParams,
): { params: ParamValues; lets: LetFormulas } {
  const elsewhere = new ProblemList();
  const params = new ParamValues(declaration, elsewhere, given);
  const lets = new LetFormulas(elsewhere);
  const maker = new FormulaMaker(variableMeaning(params, lets), elsewhere);
  for (const statement of declaration.statements.filter(isLet)) {
    lets.set(statement, maker.make(statement.value));
  }
  return { params, lets };
}

/** Params, and lets of weights alone, as far as they are sound: what may stand in functions of the weights. */
export function symbolsOfWeights(declaration: LandscapeDeclaration): (Param | Let)[] {
  const { params, lets } = paramsAndLets(declaration);
  const weights = new Set(weightNames(declaration));
  return declaration.statements.filter((statement): statement is Param | Let => {
    if (isParam(statement)) {
      return params.value(statement) !== undefined;
    }
    const formula = isLet(statement) ? lets.known(statement) : undefined;
    return formula !== undefined && [...symbolsOf(formula)].every((name) => weights.has(name));
  });
}

/** What names mean in a function of the weights; what is wrong with the landscape itself is told elsewhere. */
export function weightsMeaning(
  declaration: LandscapeDeclaration,
  problems: ProblemList,
  given?: GivenParams,
): SymbolMeaning {
  const { params, lets } = paramsAndLets(declaration, given);
  const meaning = variableMeaning(params, lets);
  const weights = new Set(weightNames(declaration));
  return (symbol, place) => {
    const formula = meaning(symbol, place);
    const datum = formula && [...symbolsOf(formula)].find((name) => !weights.has(name));
    if (datum === undefined) {
      return formula;
    }
    problems.error(
      "unknown-symbol",
      rangeOf(place),
      datum === symbol.name
        ? `\`${datum}\` is ${describeSymbol(symbol)}; what is observed is a function of weights and params alone`
        : `\`${symbol.name}\` has \`${datum}\` in it, which is no weight; what is observed is a function of weights and params alone`,
    );
    return undefined;
  };
}

/** What names mean where weights and data may stand. */
function variableMeaning(params: ParamValues, lets: LetFormulas): SymbolMeaning {
  return (symbol, place) => {
    if (isParam(symbol)) {
      const value = params.value(symbol);
      return value === undefined ? undefined : numberOf(value);
    }
    return isLet(symbol) ? lets.formula(symbol, place) : { kind: "symbol", name: symbol.name };
  };
}

function checkData(
  statement: DataStatement,
  constant: SymbolMeaning,
  tableOf: (path: string, names: readonly string[]) => LoadedTable | "unread",
  problems: ProblemList,
): DataSource[] | "unread" {
  if (statement.columns.length === 0) {
    return statement.variables.flatMap((variable) => checkVariable(variable, constant, problems) ?? []);
  }
  const path = statement.path ?? "";
  const range = rangeOf(statement, "path");
  const refuse = (message: string, place: Range = range, data?: unknown): [] => {
    problems.error("bad-distribution", place, message, data === undefined ? {} : { data });
    return [];
  };
  const names = statement.columns.map((column) => column.name);
  const content = tableOf(path, names);
  if (content === "unread") {
    return content;
  }
  if ("problem" in content) {
    return refuse(`cannot read "${path}": ${content.problem}`);
  }
  const { table } = content;
  if ("problem" in table) {
    return refuse(`"${path}": ${table.problem}`);
  }
  if ("missing" in table) {
    reportMissingColumns(statement, table, refuse);
    return [];
  }
  for (const remark of table.remarks) {
    problems.warning("bad-distribution", range, `"${path}": ${remark}`);
  }
  if (statement.take === undefined) {
    return [{ kind: "rows", names, values: table.values }];
  }
  const take = checkWhole(statement.take, 1, "`take`", { constant, problems });
  const rows = table.values.length / names.length;
  if (take !== undefined && take > rows) {
    return refuse(
      `"${path}" has ${counted(rows, "row")}, and \`take ${take}\` asks for more`,
      rangeOf(statement, "take"),
    );
  }
  return take === undefined
    ? []
    : [{ kind: "rows", names, values: table.values.subarray(0, take * names.length) }];
}
