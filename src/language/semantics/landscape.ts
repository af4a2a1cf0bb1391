import type { MissingColumns } from "../../data/index.js";
import type { Expression } from "../../landscape/expression.js";
import { dataNames, finiteForm, symbolsOf, withZeroLogarithms } from "../../landscape/index.js";
import type { DataSource, Landscape, Weight } from "../../landscape/landscape.js";
import {
  type DataStatement,
  isDataStatement,
  isLet,
  isLossStatement,
  isParam,
  isVariable,
  isWeight,
  isWeightsStatement,
  type LandscapeDeclaration,
  type LossStatement,
  type Param,
  type WeightsStatement,
} from "../generated/ast.js";
import { type Checked, ProblemList, type Range, rangeOf } from "../problem.js";
import type { LoadedTable } from "../read-sources.js";
import { type DeclaredSymbol, landscapeSymbols, weightNames } from "../references/declared.js";
import { nearestName, suggestion } from "../spelling.js";
import { numberOf } from "./constant.js";
import { checkVariable } from "./distribution.js";
import { constantValue, FormulaMaker, type SymbolMeaning } from "./expression.js";
import { checkInterval } from "./hyper.js";
import { LetFormulas, sizeProblem } from "./lets.js";

/** Checks a declaration whose syntax is sound, and makes its landscape: params inlined, constants folded. */
export function checkLandscape(
  declaration: LandscapeDeclaration,
  tableOf: (path: string, names: readonly string[]) => LoadedTable | "unread",
  given?: GivenParams,
): Checked<Landscape> {
  const problems = new ProblemList();
  checkNames(declaration, problems);
  const params = new ParamValues(declaration, problems, given);
  const constant = constantMeaning(params, problems);

  const lets = new LetFormulas(problems);
  const maker = new FormulaMaker(variableMeaning(params, lets), problems);
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
      const checked = checkData(statement, constant, tableOf, problems);
      isUnread ||= checked === "unread";
      sources.push(...(checked === "unread" ? [] : checked));
    } else if (isLossStatement(statement)) {
      losses.push(statement);
      formulas.push(maker.make(statement.value));
    } else if (isLet(statement)) {
      lets.set(statement, maker.make(statement.value));
    }
  }
  const place = rangeOf(declaration, "name");
  if (weights.length === 0) {
    problems.error(
      "bad-value",
      place,
      `\`${declaration.name}\` has no weight; add a line such as \`weights h = 0\``,
    );
  } else if (declaration.statements.filter(isWeightsStatement).every(areHyper)) {
    problems.error(
      "bad-value",
      place,
      `\`${declaration.name}\` has hyper weights only; add one of the model's, such as \`weights h = 0\``,
    );
  }
  for (const extra of losses.slice(1)) {
    problems.error(
      "bad-value",
      rangeOf(extra),
      "this landscape has a loss already; remove one, or add the two",
      {
        related: [{ range: rangeOf(losses[0]!), message: "the first loss" }],
      },
    );
  }
  if (losses.length === 0) {
    problems.error(
      "bad-value",
      place,
      `\`${declaration.name}\` has no loss; add a line such as \`loss (h - x)^2 / 2\``,
    );
  }
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
  return {
    value: { name: declaration.name, weights, data: sources, loss: finite },
    problems: problems.problems,
  };
}

function areHyper({ weights }: WeightsStatement): boolean {
  return weights.every(({ isHyper }) => isHyper);
}

/** Weights, data, params and lets share their names. */
function checkNames(declaration: LandscapeDeclaration, problems: ProblemList): void {
  const first = new Map<string, DeclaredSymbol>();
  for (const symbol of landscapeSymbols(declaration)) {
    const earlier = first.get(symbol.name);
    if (earlier) {
      problems.error(
        "duplicate-name",
        rangeOf(symbol, "name"),
        `\`${symbol.name}\` is ${describeSymbol(earlier)} of this landscape already; rename one`,
        { related: [{ range: rangeOf(earlier, "name"), message: `the first \`${symbol.name}\`` }] },
      );
    } else {
      first.set(symbol.name, symbol);
    }
  }
}

/** Values of params by name, instead of the declared ones. */
export type GivenParams = ReadonlyMap<string, number>;

/** The params' values, each from those before it. */
class ParamValues {
  private readonly values = new Map<Param, number | undefined>();

  constructor(declaration: LandscapeDeclaration, problems: ProblemList, given?: GivenParams) {
    for (const statement of declaration.statements) {
      if (isParam(statement) && given?.has(statement.name)) {
        this.values.set(statement, given.get(statement.name));
      } else if (isParam(statement)) {
        this.values.set(statement, constantValue(statement.value, constantMeaning(this, problems), problems));
      }
    }
  }

  /** Whether the param's line has been read. */
  has(param: Param): boolean {
    return this.values.has(param);
  }

  value(param: Param): number | undefined {
    return this.values.get(param);
  }
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

/** What params and lets are in functions of the weights, by name; lets with data in them are not. */
export function symbolsOfWeights(declaration: LandscapeDeclaration): ReadonlyMap<string, Expression> {
  const { params, lets } = paramsAndLets(declaration);
  const weights = new Set(weightNames(declaration));
  return new Map(
    landscapeSymbols(declaration).flatMap((symbol): [string, Expression][] => {
      const value = isParam(symbol) ? params.value(symbol) : undefined;
      const formula = value === undefined ? isLet(symbol) && lets.known(symbol) : numberOf(value);
      return formula && [...symbolsOf(formula)].every((name) => weights.has(name))
        ? [[symbol.name, formula]]
        : [];
    }),
  );
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

/** What names mean where a value must be constant. */
function constantMeaning(params: ParamValues, problems: ProblemList): SymbolMeaning {
  return (symbol, place) => {
    if (!isParam(symbol)) {
      problems.error(
        "bad-value",
        rangeOf(place),
        `\`${symbol.name}\` is ${describeSymbol(symbol)}, and this value must be constant; use numbers and params`,
      );
      return undefined;
    }
    if (!params.has(symbol)) {
      problems.error(
        "unknown-symbol",
        rangeOf(place),
        `\`${symbol.name}\` is declared below; a param is made of those above it, so move its line up`,
        { related: [{ range: rangeOf(symbol, "name"), message: `\`${symbol.name}\` is declared here` }] },
      );
      return undefined;
    }
    const value = params.value(symbol);
    return value === undefined ? undefined : numberOf(value);
  };
}

function describeSymbol(symbol: DeclaredSymbol): string {
  return isWeight(symbol)
    ? "a weight"
    : isParam(symbol)
      ? "a param"
      : isLet(symbol)
        ? "a let"
        : isVariable(symbol)
          ? "a datum"
          : "a column of data";
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
  return [{ kind: "rows", names, values: table.values }];
}

/** Says which columns the header lacks, and which one of it may be meant. */
function reportMissingColumns(
  statement: DataStatement,
  { missing, header, remark }: MissingColumns,
  refuse: (message: string, place: Range, data: unknown) => void,
): void {
  const shown = header.slice(0, 8).join(", ");
  const listed = header.length > 8 || shown.length > 200 ? `${shown.slice(0, 200)}, …` : shown;
  for (const index of missing) {
    const column = statement.columns[index]!;
    const meant = nearestName(column.name, header) ?? nearestColumn(column.name, header);
    const isName = meant !== undefined && /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(meant);
    const rename = meant === undefined || isName ? "" : " (that is no name here; rename it in the file)";
    refuse(
      `"${statement.path}" has no column \`${column.name}\`; its header is ${listed}${suggestion(meant) || remark}${rename}`,
      rangeOf(column),
      { name: column.name, ...(isName ? { suggestion: meant } : {}) },
    );
  }
}

/** The column whose name has the same letters and digits, or begins with the name as a word. */
function nearestColumn(name: string, header: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{ID_Continue}]|_/gu, "");
  const same = header.filter((column) => plain(column) === plain(name));
  const longer = header.filter(
    (column) => column.toLowerCase().split(/[^\p{ID_Continue}]+/u)[0] === name.toLowerCase(),
  );
  const [found, ...others] = same.length > 0 ? same : longer;
  return others.length > 0 ? undefined : found;
}
