import type { Shape, TensorExpression } from "../../../tensors/index.js";
import {
  isColumn,
  isLet,
  isLossStatement,
  isParam,
  isVariable,
  isWeight,
  type LandscapeDeclaration,
  type Let,
  type Param,
} from "../../generated/ast.js";
import { ProblemList } from "../../problem.js";
import type { DeclaredSymbol } from "../../references/declared.js";
import { LetFormulas } from "../lets.js";
import { constantMeaning, type GivenParams, ParamValues } from "../params.js";
import { scalar, TensorMaker, type TensorMeaning } from "./expression.js";
import { partsOf } from "./parts.js";
import { checkShape } from "./shape.js";

/** The shapes of weights and data, as far as they are sound; what is wrong with them is told elsewhere. */
export function shapesOf(params: ParamValues): (symbol: DeclaredSymbol) => Shape | undefined {
  const known = new Map<DeclaredSymbol, Shape | undefined>();
  const elsewhere = new ProblemList();
  const constant = constantMeaning(params, elsewhere);
  return (symbol) => {
    if (!isWeight(symbol) && !isVariable(symbol) && !isColumn(symbol)) {
      return undefined;
    }
    if (!known.has(symbol)) {
      known.set(symbol, checkShape(symbol.shape, constant, elsewhere));
    }
    return known.get(symbol);
  };
}

/** What names mean in expressions of tensors. */
export function tensorMeaning(
  params: ParamValues,
  shapeOf: (symbol: DeclaredSymbol) => Shape | undefined,
  lets: LetFormulas<TensorExpression>,
): TensorMeaning {
  return (symbol, place) => {
    if (isParam(symbol)) {
      const value = params.value(symbol);
      return value === undefined ? undefined : scalar(value);
    }
    if (isLet(symbol)) {
      return lets.formula(symbol, place);
    }
    const shape = shapeOf(symbol);
    return shape && { kind: isWeight(symbol) ? "weight" : "datum", name: symbol.name, shape };
  };
}

/** Makes expressions of what a landscape declares, and what is wrong with it is told elsewhere. */
export class DeclaredExpressions {
  private readonly elsewhere = new ProblemList();
  private readonly params: ParamValues;
  private readonly lets = new LetFormulas<TensorExpression>(this.elsewhere);
  private readonly data = new WeakMap<TensorExpression, string | undefined>();
  readonly meaning;

  constructor(
    readonly declaration: LandscapeDeclaration,
    given?: GivenParams,
  ) {
    this.params = new ParamValues(declaration, this.elsewhere, given);
    this.meaning = tensorMeaning(this.params, shapesOf(this.params), this.lets);
    const maker = new TensorMaker(this.meaning, constantMeaning(this.params, this.elsewhere), this.elsewhere);
    for (const statement of declaration.statements.filter(isLet)) {
      const value = maker.make(statement.value);
      this.lets.set(statement, value && maker.named(statement.name, value));
    }
  }

  /** What a name stands for; nothing where that is broken. */
  of(symbol: DeclaredSymbol): TensorExpression | undefined {
    return isLet(symbol) ? this.lets.known(symbol) : this.meaning(symbol, undefined as never);
  }

  /** The loss as it is written. */
  loss(): TensorExpression | undefined {
    const statement = this.declaration.statements.find(isLossStatement);
    const constant = this.constantMeaning(this.elsewhere);
    return new TensorMaker(this.meaning, constant, this.elsewhere).make(statement?.value);
  }

  constantMeaning(problems: ProblemList) {
    return constantMeaning(this.params, problems);
  }

  /** A datum that stands in an expression, if there is one. */
  datumIn(expression: TensorExpression): string | undefined {
    if (!this.data.has(expression)) {
      let found = expression.kind === "datum" ? expression.name : undefined;
      for (const part of found === undefined ? partsOf(expression) : []) {
        found ??= this.datumIn(part);
      }
      this.data.set(expression, found);
    }
    return this.data.get(expression);
  }

  /** Params, and lets of weights alone, as far as they are sound. */
  symbolsOfWeights(): (Param | Let)[] {
    return this.declaration.statements.filter((statement): statement is Param | Let => {
      if (isParam(statement)) {
        return this.params.value(statement) !== undefined;
      }
      const value = isLet(statement) ? this.lets.known(statement) : undefined;
      return value !== undefined && this.datumIn(value) === undefined;
    });
  }
}
