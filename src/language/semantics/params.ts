import {
  isLet,
  isParam,
  isVariable,
  isWeight,
  type LandscapeDeclaration,
  type Param,
} from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { type DeclaredSymbol, landscapeSymbols } from "../references/declared.js";
import { numberOf } from "./constant.js";
import { constantValue, type SymbolMeaning, type SymbolOf } from "./expression.js";

/** Weights, data, params and lets share their names. */
export function checkNames(declaration: LandscapeDeclaration, problems: ProblemList): void {
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
export class ParamValues {
  private readonly values = new Map<Param, number | undefined>();

  /** @param symbolOf where names of a text that is not linked yet lead. */
  constructor(
    declaration: LandscapeDeclaration,
    problems: ProblemList,
    given?: GivenParams,
    symbolOf?: SymbolOf,
  ) {
    for (const statement of declaration.statements) {
      if (isParam(statement) && given?.has(statement.name)) {
        this.values.set(statement, given.get(statement.name));
      } else if (isParam(statement)) {
        this.values.set(
          statement,
          constantValue(statement.value, constantMeaning(this, problems), problems, symbolOf),
        );
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

/** What names mean where a value must be constant. */
export function constantMeaning(params: ParamValues, problems: ProblemList): SymbolMeaning {
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

/** What a name of a landscape is, as messages say it. */
export function describeSymbol(symbol: DeclaredSymbol): string {
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
